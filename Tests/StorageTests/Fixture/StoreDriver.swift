import Reactor
import SQLDatabase
import SQLiteDriver
import Storage
import Testing

/// A database that the stores must run on: each test of a store runs once for each of these.
struct StoreDriver: Sendable, CustomTestStringConvertible {
    let name: String
    /// Opens the database of a folder, as a start of the program does, with these schemas.
    let open: @Sendable (_ folder: String, _ schemas: [SQLSchema]) async throws(SQLError) -> any Database
    /// What the database says about the way to an answer that looks at a whole table.
    let scan: @Sendable (_ plan: SQLRow) -> String?
    /// The statement that asks for that way.
    let plan: @Sendable (_ sql: SQL) -> SQL

    var testDescription: String { name }

    /// A driver is one line here.
    static let all: [StoreDriver] = [.sqlite]

    static let sqlite = StoreDriver(
        name: "SQLite",
        open: { folder, schemas throws(SQLError) in
            try await SQLiteDatabase.open(
                .file("\(folder)/patchbay.db"), settings: SQLiteSettings(durability: .processCrash),
                schemas: schemas, lane: BlockingLane(threads: 1, queueMax: 10_000))
        },
        scan: { row in
            guard let detail: String = try? row.value("detail"), detail.hasPrefix("SCAN ") else { return nil }
            return detail
        },
        plan: { sql in "EXPLAIN QUERY PLAN \(sql)" })
}
