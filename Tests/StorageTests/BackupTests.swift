import Foundation
import GatewayModel
import Reactor
import SQLDatabase
import SQLiteDriver
import Storage
import Testing

@Suite struct `A backup` {
    let place: TemporaryStore
    let lane = BlockingLane(threads: 1, queueMax: 1000)

    init() throws {
        place = try TemporaryStore(.sqlite)
    }

    @Test func `saves a moment of a database that goes on, and gives it back`() async throws {
        let database = try await place.open()
        let users = UserStore(database: database, now: place.clock)
        _ = try await users.add(place.user(1))
        let saved = try await backup.save(to: file("saved.db"))
        _ = try await users.add(place.user(2))
        #expect(saved.path == file("saved.db"))
        #expect(saved.keyFile == "keys/sealing-keys")
        #expect(saved.sentence.contains("keys/sealing-keys is not in it"))
        let attributes = try FileManager.default.attributesOfItem(atPath: saved.path)
        #expect(attributes[.size] as? Int == saved.bytes)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        await database.close()

        let restored = try await backup.restore(saved.path)
        #expect(restored.replaced == place.file + ".before-restore")
        #expect(try await ids() == ["u_1"])
        // The one before it is whole too.
        try FileManager.default.moveItem(atPath: place.file + ".before-restore", toPath: file("older.db"))
        _ = try await backup.restore(file("older.db"))
        #expect(try await ids() == ["u_1", "u_2"])
        #expect(try names().filter { $0.contains("restoring") || $0.contains("part") } == [])
    }

    @Test func `is whole while many write`() async throws {
        let database = try await place.open()
        let users = UserStore(database: database, now: place.clock)
        _ = try await users.add(place.user(0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...50 { group.addTask { _ = try await users.add(place.user(number)) } }
            for number in 1...5 { group.addTask { _ = try await backup.save(to: file("\(number).db")) } }
            try await group.waitForAll()
        }
        await database.close()
        for number in 1...5 {
            _ = try await backup.restore(file("\(number).db"))
            #expect(try await ids().contains("u_0"))
        }
    }

    @Test func `is not put in place of a database that is in use`() async throws {
        let database = try await place.open()
        _ = try await UserStore(database: database, now: place.clock).add(place.user(1))
        _ = try await backup.save(to: file("saved.db"))
        await #expect(throws: SQLiteBackupError.inUse(place.file)) { try await backup.restore(file("saved.db")) }
        _ = try await UserStore(database: database, now: place.clock).add(place.user(2))
        await database.close()
        #expect(try await ids() == ["u_1", "u_2"])
    }

    @Test func `is put where no database is yet, and over a damaged one`() async throws {
        let database = try await place.open()
        _ = try await UserStore(database: database, now: place.clock).add(place.user(1))
        _ = try await backup.save(to: file("saved.db"))
        await database.close()
        try FileManager.default.removeItem(atPath: place.file)
        #expect(try await backup.restore(file("saved.db")).replaced == nil)
        #expect(try await ids() == ["u_1"])
        // Its log must not come into the new one.
        _ = FileManager.default.createFile(atPath: place.file, contents: Data(repeating: 7, count: 10_000))
        _ = FileManager.default.createFile(atPath: place.file + "-wal", contents: Data(repeating: 7, count: 10_000))
        #expect(try await backup.restore(file("saved.db")).replaced == place.file + ".before-restore")
        #expect(try await ids() == ["u_1"])
    }

    @Test func `is refused when it is damaged, of another program or newer, and then nothing is changed`() async throws
    {
        let database = try await place.open()
        _ = try await UserStore(database: database, now: place.clock).add(place.user(1))
        _ = try await backup.save(to: file("saved.db"))
        await database.close()

        var bytes = try Data(contentsOf: URL(fileURLWithPath: file("saved.db")))
        for index in 8192..<min(bytes.count, 80_000) { bytes[index] = 0xAA }
        try bytes.write(to: URL(fileURLWithPath: file("damaged.db")))
        try Data("this is a letter".utf8).write(to: URL(fileURLWithPath: file("letter.txt")))
        let foreign = SQLSchema(
            component: "notes", migrations: [SQLMigration("notes", ["CREATE TABLE notes (id TEXT) STRICT"])])
        try await open("foreign.db", [foreign]).close()
        let later = SQLMigration("later", ["CREATE TABLE later (id TEXT) STRICT"])
        let known = GatewaySchema.schema.migrations
        try await open("newer.db", [SQLSchema(component: "gateway", migrations: known + [later])]).close()

        await #expect(throws: SQLiteBackupError.noSuchFile(file("none.db"))) {
            try await backup.restore(file("none.db"))
        }
        await #expect(throws: SQLiteBackupError.database(.notADatabase(path: file("letter.txt")))) {
            try await backup.restore(file("letter.txt"))
        }
        await #expect(throws: SQLiteBackupError.foreign(file("foreign.db"))) {
            try await backup.restore(file("foreign.db"))
        }
        await #expect(
            throws: SQLiteBackupError.database(
                .schemaIsNewer(component: "gateway", found: known.count + 1, known: known.count))
        ) { try await backup.restore(file("newer.db")) }
        await #expect(throws: SQLiteBackupError.file(place.file, detail: "it is the database itself")) {
            try await backup.restore(place.file)
        }
        let error = await #expect(throws: SQLiteBackupError.self) { try await backup.restore(file("damaged.db")) }
        #expect(error?.sentence.hasPrefix("The backup is damaged") == true)
        #expect(try await ids() == ["u_1"])
        #expect(try names().filter { $0.contains("restoring") || $0.contains("before") } == [])
    }

    @Test func `never writes over a file, and needs a database`() async throws {
        await #expect(throws: SQLiteBackupError.noSuchFile(place.file)) { try await backup.save(to: file("saved.db")) }
        try await place.open().close()
        _ = FileManager.default.createFile(atPath: file("saved.db"), contents: Data("mine".utf8))
        await #expect(throws: SQLiteBackupError.fileExists(file("saved.db"))) {
            try await backup.save(to: file("saved.db"))
        }
        #expect(FileManager.default.contents(atPath: file("saved.db")) == Data("mine".utf8))
        let error = await #expect(throws: SQLiteBackupError.self) { try await backup.save(to: file("none/saved.db")) }
        #expect(error?.sentence.contains("none/saved.db") == true)
    }

    private var backup: StoreBackup {
        StoreBackup(database: place.file, keyFile: "keys/sealing-keys", schemas: [GatewaySchema.schema], lane: lane)
    }

    private func file(_ name: String) -> String { "\(place.folder)/\(name)" }

    private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: place.folder) }

    private func open(_ name: String, _ schemas: [SQLSchema]) async throws(SQLError) -> SQLiteDatabase {
        try await SQLiteDatabase.open(
            .file(file(name)), settings: SQLiteSettings(durability: .processCrash), schemas: schemas, lane: lane)
    }

    /// Who is in the database now.
    private func ids() async throws -> [String] {
        let database = try await place.open()
        let ids = try await UserStore(database: database, now: place.clock).page().map(\.id)
        await database.close()
        return ids.sorted()
    }
}
