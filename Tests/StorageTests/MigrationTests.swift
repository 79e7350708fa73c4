import SQLDatabase
import Storage
import Testing

@Suite struct `The migrations of the gateway` {
    /// What a database of a version has, in the words of that version, and what must be there after all later steps.
    struct Version: Sendable {
        let contents: [SQL]
        let check: @Sendable (GatewayStores) async throws -> Void
    }

    /// By number of steps; a new step demands a row for the version before it.
    static let versions: [Version] = [
        Version(contents: []) { (stores: GatewayStores) async throws in #expect(try await stores.users.isEmpty()) },
        Version(contents: [
            "INSERT INTO inventories VALUES ('weather', 'one', \([UInt8]([1, 2])), 1785283200000)",
            "INSERT INTO sessions VALUES (\(digest(1)), 0, 'debug', '[]', 9785283200000)",
        ]) { (stores: GatewayStores) async throws in
            let inventory = StoredInventory(upstream: "weather", configuration: "one", contents: [1, 2])
            #expect(try await stores.inventories.inventories(of: ["weather"]) == [inventory])
            #expect(try await stores.sessions.sessions().map(\.logLevel) == ["debug"])
            #expect(try await stores.users.isEmpty())
        },
    ]

    @Test func `are tried from every earlier one`() {
        #expect(Self.versions.count == GatewaySchema.schema.migrations.count)
    }

    @Test(arguments: StoreDriver.all)
    func `bring what earlier ones kept`(driver: StoreDriver) async throws {
        for (count, version) in Self.versions.enumerated() {
            let place = try TemporaryStore(driver)
            let steps = Array(GatewaySchema.schema.migrations.prefix(count))
            let old = try await place.open([SQLSchema(component: "gateway", migrations: steps)])
            try await old.write { connection throws(SQLError) in
                for statement in version.contents { try connection.execute(statement) }
            }
            await old.close()
            for _ in 0..<2 {
                let new = try await place.open()
                try await version.check(GatewayStores(database: new, now: place.clock))
                #expect(try await UserStore(database: new, now: place.clock).add(place.user(count)) == .added)
                #expect(try await UserStore(database: new, now: place.clock).remove("u_\(count)") != nil)
                await new.close()
            }
        }
    }

    @Test(arguments: StoreDriver.all)
    func `refuse a database that a newer program has changed`(driver: StoreDriver) async throws {
        let place = try TemporaryStore(driver)
        let known = GatewaySchema.schema.migrations
        let newer = SQLSchema(
            component: "gateway", migrations: known + [SQLMigration("later", ["CREATE TABLE later (id TEXT)"])])
        try await place.open([newer]).close()
        await #expect(
            throws: SQLError.schemaIsNewer(component: "gateway", found: known.count + 1, known: known.count)
        ) { try await place.open() }
    }

    @Test func `are written for either database`() {
        let texts = GatewaySchema.schema.migrations.dropFirst().flatMap(\.statements).map { $0.text(.postgres) }
        #expect(!texts.isEmpty)
        for word in ["BLOB", "STRICT", "ROWID"] {
            #expect(!texts.contains { $0.contains(word) }, "\(word) is a word of SQLite")
        }
    }
}
