import GatewayModel
import SQLDatabase
import Storage
import Testing

@Suite struct `A store of grants` {
    @Test(arguments: StoreDriver.all)
    func `gives back after a restart what was kept last`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let grant = try place.grant(1)
            try await stores.begin(place, grant: grant, token: digest(1))
            await database.close()
            let again = GrantStore(database: try await place.open(), now: place.clock)
            let found = try #require(try await again.grant("g_1"))
            #expect(found.scopes == .all)
            #expect(found.generation == 1)
            #expect(found.createdAt == grant.createdAt)
            #expect(try await again.refreshToken(digest(1))?.grant == found)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `lists what a person gave that clients use and that is not over`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            _ = try await stores.users.add(place.user(1))
            _ = try await stores.users.add(place.user(2))
            for (number, user) in [(1, 1), (2, 1), (3, 1), (4, 1), (5, 2)] {
                place.pass(.seconds(1))
                let grant = try place.grant(number, user: user)
                _ = try await stores.grants.begin(grant, code: place.code(of: grant), digest: digest(UInt8(number)))
                // The code of the fourth was never brought.
                guard number != 4 else { continue }
                _ = try await stores.grants.use(code: digest(UInt8(number)), .right(grant), refreshToken: nil)
            }
            #expect(try await stores.grants.end("g_2", of: "u_2") == nil)
            #expect(try await stores.grants.end("g_2", of: "u_1") == Ending(.grant("g_2"), at: place.now))
            #expect(try await stores.grants.end("g_2") == nil)
            #expect(try await stores.grants.grants(of: "u_1").map(\.id) == ["g_3", "g_1"])
        }
    }

    @Test(arguments: StoreDriver.all)
    func `ends the one used longest ago when there are too many of one person, client and server`(driver: StoreDriver)
        async throws
    {
        try await withStores(driver) { stores, place, database async throws in
            _ = try await stores.users.add(place.user(1))
            func begin(_ number: Int, client: String = "c_1") async throws -> GrantBeginning {
                place.pass(.seconds(1))
                let grant = try place.grant(number, client: client)
                return try await stores.grants.begin(grant, code: place.code(of: grant), digest: digest(many: number))
            }
            for number in 1...GrantStore.grantsMax { #expect(try await begin(number) == .begun(ended: [])) }
            // The first one is in use, so the second one is the oldest.
            _ = try await stores.grants.use(code: digest(many: 1), .right(try place.grant(1)), refreshToken: nil)
            #expect(try await begin(1000, client: "c_2") == .begun(ended: []))
            let begun = try await begin(1001)
            #expect(begun == .begun(ended: [Ending(.grant("g_2"), at: place.now)]))
            #expect(try await stores.grants.grant("g_2")?.endedAt == place.now)
            #expect(try await stores.grants.grant("g_1")?.endedAt == nil)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `tells at a start what ended a short while ago, and not what ended long ago`(driver: StoreDriver) async throws
    {
        try await withStores(driver) { stores, place, database async throws in
            _ = try await stores.users.add(place.user(1))
            for number in 1...3 {
                let grant = try place.grant(number)
                _ = try await stores.grants.begin(grant, code: place.code(of: grant), digest: digest(UInt8(number)))
            }
            _ = try await stores.grants.end("g_1")
            place.pass(.seconds(3000))
            let second = try await stores.grants.end("g_2")
            place.pass(.seconds(1000))
            await database.close()
            let again = EndingStore(database: try await place.open(), now: place.clock)
            #expect(try await again.endings() == [second].compactMap(\.self))
            #expect(try await again.endings(within: .seconds(4000)).count == 2)
            #expect(try await again.endings(within: .seconds(10)) == [])
        }
    }
}
