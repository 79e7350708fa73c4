import Foundation
import Reactor
import SQLDatabase
import SQLiteDriver
import Testing

@Suite struct `A SQLite database` {
    @Test(arguments: [
        SQLValue.null, .integer(.min), .integer(.max), .integer(0), .real(-0.5), .real(1e300), .text(""),
        .text("a\u{0}b"), .text("äöü 🦊 '\"; --"), .blob([]), .blob([0, 255, 0]),
    ])
    func `gives back what it took`(value: SQLValue) async throws {
        let database = try await openNotes()
        let found = try await database.read { connection throws(SQLError) in
            try connection.row("SELECT \(value) AS value")?.value("value", as: SQLValue.self)
        }
        #expect(found == value)
    }

    @Test func `stores all of a transaction or nothing of it`() async throws {
        let database = try await openNotes()
        try await database.add("kept")
        let outcome = await #expect(throws: SQLError.self) {
            try await database.write { connection throws(SQLError) in
                try connection.execute("INSERT INTO notes (text) VALUES (\("gone"))")
                try connection.execute("INSERT INTO notes (text) VALUES (\("kept"))")
            }
        }
        #expect(outcome == .constraint(.unique, detail: "UNIQUE constraint failed: notes.text"))
        #expect(try await database.count() == 1)
        try await database.add("after")
        #expect(try await database.count() == 2)
    }

    @Test func `refuses to write in a reading transaction, and writes again after it`() async throws {
        let database = try await openNotes()
        await #expect(throws: SQLError.readOnly) {
            try await database.read { connection throws(SQLError) in
                _ = try connection.execute("INSERT INTO notes (text) VALUES (\("x"))")
            }
        }
        try await database.add("x")
        #expect(try await database.count() == 1)
    }

    @Test func `keeps parallel changes apart`() async throws {
        let folder = try TemporaryFolder()
        let database = try await openNotes(
            .file(folder.file()), lane: BlockingLane(threads: 4, queueMax: 1000))
        try await database.add("0")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    try await database.write { connection throws(SQLError) in
                        let text: String = try connection.row("SELECT text FROM notes")?.value("text") ?? ""
                        try connection.execute("UPDATE notes SET text = \(String((Int(text) ?? -1000) + 1))")
                    }
                }
            }
            try await group.waitForAll()
        }
        let text = try await database.read { connection throws(SQLError) in
            try connection.row("SELECT text FROM notes")?.value("text", as: String.self)
        }
        #expect(text == "100")
    }

    @Test func `holds foreign keys`() async throws {
        let schema = SQLSchema(
            component: "family",
            migrations: [
                SQLMigration(
                    "family",
                    [
                        "CREATE TABLE parents (id INTEGER PRIMARY KEY) STRICT",
                        "CREATE TABLE children (parent INTEGER NOT NULL REFERENCES parents (id)) STRICT",
                    ])
            ])
        let database = try await openNotes(schemas: [schema])
        await #expect(throws: SQLError.constraint(.foreignKey, detail: "FOREIGN KEY constraint failed")) {
            try await database.write { connection throws(SQLError) in
                _ = try connection.execute("INSERT INTO children (parent) VALUES (\(1))")
            }
        }
    }

    @Test func `works with more statements than it keeps prepared`() async throws {
        var settings = SQLiteSettings(durability: .processCrash)
        settings.statementsMax = 2
        let database = try await openNotes(settings: settings)
        for round in 0..<3 {
            let sum = try await database.read { connection throws(SQLError) in
                let one: Int = try connection.row("SELECT \(round) + 1 AS n")?.value("n") ?? 0
                let two: Int = try connection.row("SELECT \(round) + 2 AS n")?.value("n") ?? 0
                let three: Int = try connection.row("SELECT \(round) + 3 AS n")?.value("n") ?? 0
                return one + two + three
            }
            #expect(sum == 3 * round + 6)
        }
    }

    @Test func `copies as many rows as allowed and not one more`() async throws {
        var settings = SQLiteSettings(durability: .processCrash)
        settings.rowsMax = 2
        let database = try await openNotes(settings: settings)
        try await database.add("1")
        try await database.add("2")
        let read: @Sendable () async throws -> Int = {
            try await database.read { connection throws(SQLError) in try connection.rows("SELECT * FROM notes").count }
        }
        #expect(try await read() == 2)
        try await database.add("3")
        await #expect(throws: SQLError.tooManyRows(limit: 2)) { try await read() }
    }

    @Test func `takes a value of the longest length and none longer`() async throws {
        var settings = SQLiteSettings(durability: .processCrash)
        settings.valueBytesMax = 5000
        let database = try await openNotes(settings: settings)
        let length: @Sendable (Int) async throws -> Int? = { count in
            try await database.read { connection throws(SQLError) in
                try connection.row("SELECT length(\(String(repeating: "x", count: count))) AS n")?.value("n")
            }
        }
        #expect(try await length(5000) == 5000)
        await #expect(throws: SQLError.tooBig) { try await length(5001) }
    }

    @Test func `refuses two statements in one`() async throws {
        let database = try await openNotes()
        await #expect(throws: SQLError.statement(detail: "there is more than one statement in it")) {
            try await database.write { connection throws(SQLError) in
                _ = try connection.execute("DELETE FROM notes; DELETE FROM notes")
            }
        }
    }

    @Test func `names a wrong statement`() async throws {
        let database = try await openNotes()
        await #expect(throws: SQLError.statement(detail: "no such table: nodes (1)")) {
            try await database.read { connection throws(SQLError) in try connection.rows("SELECT * FROM nodes").count }
        }
    }

    @Test func `takes no work after it was closed`() async throws {
        let database = try await openNotes()
        await database.close()
        await #expect(throws: SQLError.unavailable(detail: "the database was closed")) { try await database.count() }
    }

    @Test func `leaves out work that nobody waits for before it began, and finishes what has begun`() async throws {
        let lane = BlockingLane(threads: 1, queueMax: 1000)
        let database = try await openNotes(lane: lane)
        let (inside, signalInside) = AsyncStream<Void>.makeStream()
        let gate = DispatchSemaphore(value: 0)
        let begun = Task {
            try await database.write { connection throws(SQLError) in
                signalInside.finish()
                gate.wait()
                try connection.execute("INSERT INTO notes (text) VALUES (\("begun"))")
            }
        }
        for await _ in inside {}
        let waiting = Task { try await database.add("never begun") }
        begun.cancel()
        waiting.cancel()
        await #expect(throws: SQLError.cancelled) { try await waiting.value }
        gate.signal()
        _ = try await begun.value
        #expect(try await database.count() == 1)
    }

    @Test func `says when its lane takes no more work`() async throws {
        let lane = BlockingLane(threads: 1, queueMax: 1000)
        let database = try await openNotes(lane: lane)
        lane.shutDown()
        await #expect(throws: SQLError.unavailable(detail: "the program is shutting down")) {
            try await database.count()
        }
    }
}

@Suite struct `A SQLite file` {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `belongs to its owner alone, its log too`() async throws {
        let database = try await openNotes(.file(folder.file()))
        try await database.add("x")
        for name in ["test.db", "test.db-wal", "test.db-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.file(name))
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func `has every acknowledged change when the process dies without a goodbye`() async throws {
        let database = try await openNotes(.file(folder.file()))
        for number in 1...20 { try await database.add("note \(number)") }
        // What the kernel has at this moment is what the next process finds after kill -9.
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: folder.file() + suffix, toPath: folder.file("after.db") + suffix)
        }
        let after = try await openNotes(.file(folder.file("after.db")))
        #expect(try await after.count() == 20)
    }

    @Test(arguments: [(SQLiteDurability.processCrash, 1), (.powerLoss, 2)])
    func `flushes as its durability promises`(durability: SQLiteDurability, level: Int) async throws {
        let database = try await openNotes(
            .file(folder.file()), settings: SQLiteSettings(durability: durability))
        let found = try await database.read { connection throws(SQLError) in
            try connection.row("PRAGMA synchronous")?.value("synchronous", as: Int.self)
        }
        #expect(found == level)
    }

    @Test func `is found again when it was closed`() async throws {
        let first = try await openNotes(.file(folder.file()))
        try await first.add("x")
        await first.close()
        #expect(!FileManager.default.fileExists(atPath: folder.file("test.db-wal")))
        #expect(try await openNotes(.file(folder.file())).count() == 1)
    }

    @Test func `that is something else is named`() async throws {
        try String(repeating: "This is a letter to my grandmother. ", count: 100)
            .write(toFile: folder.file(), atomically: true, encoding: .utf8)
        await #expect(throws: SQLError.notADatabase(path: folder.file())) {
            _ = try await openNotes(.file(folder.file()))
        }
    }

    @Test func `whose folder is missing is named`() async throws {
        let path = folder.file("missing/test.db")
        await #expect(throws: SQLError.cannotOpen(path: path, detail: "No such file or directory")) {
            _ = try await openNotes(.file(path))
        }
    }

    @Test func `without a proper path is refused`() async throws {
        for path in ["", "a\u{0}b"] {
            await #expect(throws: SQLError.cannotOpen(path: path, detail: "this is not a path of a file")) {
                _ = try await openNotes(.file(path))
            }
        }
    }

    @Test func `that is damaged is an error and not a crash`() async throws {
        let database = try await openNotes(.file(folder.file()))
        for number in 1...200 { try await database.add("\(number) \(String(repeating: "x", count: 100))") }
        await database.close()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file()))
        bytes.replaceSubrange(4096..<bytes.count, with: Data(repeating: 0x5A, count: bytes.count - 4096))
        try bytes.write(to: URL(fileURLWithPath: folder.file()))
        let error = await #expect(throws: SQLError.self) {
            try await openNotes(.file(folder.file())).count()
        }
        guard case .corrupt = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `without space keeps what it has and takes more when there is space again`() async throws {
        let database = try await openNotes(.file(folder.file()))
        try await database.write { connection throws(SQLError) in
            _ = try connection.execute("PRAGMA max_page_count = 12")
        }
        let long = String(repeating: "x", count: 3000)
        var stored = 0
        var failure: SQLError?
        for number in 0..<50 where failure == nil {
            do throws(SQLError) {
                try await database.add("\(number)\(long)")
                stored += 1
            } catch {
                failure = error
            }
        }
        #expect(failure == .full)
        #expect(stored > 0)
        #expect(try await database.count() == stored)
        try await database.write { connection throws(SQLError) in
            _ = try connection.execute("PRAGMA max_page_count = 1000")
        }
        try await database.add(long)
        #expect(try await database.count() == stored + 1)
    }

    @Test func `that another holds is waited for and then named`() async throws {
        var settings = SQLiteSettings(durability: .processCrash)
        settings.busyTime = .milliseconds(1)
        let first = try await openNotes(.file(folder.file()), settings: settings)
        let lane = BlockingLane(threads: 1, queueMax: 10)
        let second = try await openNotes(.file(folder.file()), settings: settings, lane: lane)
        let (inside, signalInside) = AsyncStream<Void>.makeStream()
        let gate = DispatchSemaphore(value: 0)
        async let holding: Void = first.write { _ throws(SQLError) in
            signalInside.finish()
            gate.wait()
        }
        for await _ in inside {}
        await #expect(throws: SQLError.locked) { try await second.add("x") }
        #expect(try await second.count() == 0, "readers go on")
        gate.signal()
        try await holding
        try await second.add("x")
        #expect(try await first.count() == 1)
    }
}

@Suite struct `A schema` {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `runs only the steps that a file has not seen`() async throws {
        let first = try await openNotes(.file(folder.file()))
        try await first.add("x")
        await first.close()
        let grown = SQLSchema(
            component: "notes",
            migrations: notes.migrations + [
                SQLMigration("colours", ["ALTER TABLE notes ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'"])
            ])
        let second = try await openNotes(.file(folder.file()), schemas: [grown])
        let colour = try await second.read { connection throws(SQLError) in
            try connection.row("SELECT colour FROM notes")?.value("colour", as: String.self)
        }
        #expect(colour == "red")
        await second.close()
        await #expect(throws: SQLError.schemaIsNewer(component: "notes", found: 2, known: 1)) {
            _ = try await openNotes(.file(folder.file()))
        }
    }

    @Test func `leaves nothing of a step that fails`() async throws {
        let broken = SQLSchema(
            component: "notes",
            migrations: notes.migrations + [
                SQLMigration("broken", ["CREATE TABLE half (id INTEGER) STRICT", "CREATE TABLE notes (id INTEGER)"])
            ])
        await #expect(throws: SQLError.self) { _ = try await openNotes(.file(folder.file()), schemas: [broken]) }
        let tables = try await openNotes(.file(folder.file())).read { connection throws(SQLError) in
            try connection.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'half'").count
        }
        #expect(tables == 0)
    }

    @Test func `counts by component`() async throws {
        let other = SQLSchema(
            component: "other",
            migrations: [SQLMigration("other", ["CREATE TABLE other (id INTEGER) STRICT"])])
        let database = try await openNotes(.file(folder.file()), schemas: [notes, other])
        let steps = try await database.read { connection throws(SQLError) in
            try connection.rows("SELECT component, number FROM schema_migrations ORDER BY component").map(\.values)
        }
        #expect(steps == [[.text("notes"), .integer(1)], [.text("other"), .integer(1)]])
    }
}
