import Foundation
import Reactor
import SQLDatabase
import SQLiteDriver

/// A folder of one test, gone with it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("sqlite-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String = "test.db") -> String { "\(path)/\(name)" }
}

/// One table that all tests of the driver use.
let notes = SQLSchema(
    component: "notes",
    migrations: [
        SQLMigration("notes", ["CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT"])
    ])

func openNotes(
    _ location: SQLiteLocation = .memory, settings: SQLiteSettings = SQLiteSettings(durability: .processCrash),
    schemas: [SQLSchema] = [notes], lane: BlockingLane = BlockingLane(threads: 1, queueMax: 1000)
) async throws(SQLError) -> SQLiteDatabase {
    try await SQLiteDatabase.open(location, settings: settings, schemas: schemas, lane: lane)
}

extension SQLiteDatabase {
    func add(_ text: String) async throws(SQLError) {
        try await write { connection throws(SQLError) in
            _ = try connection.execute("INSERT INTO notes (text) VALUES (\(text))")
        }
    }

    func count() async throws(SQLError) -> Int {
        try await read { connection throws(SQLError) in
            try connection.row("SELECT COUNT(*) AS count FROM notes")?.value("count") ?? -1
        }
    }
}
