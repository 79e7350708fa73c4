package import Reactor
package import SQLDatabase
import Synchronization

/// A SQLite database with one connection; every use of it runs on a lane for blocking work, never on an event loop.
///
/// A class because it is the identity of an open file. Uses queue on a lock, so a lane that it shares with other work
/// should have a thread to spare, and a lane of its own needs only one.
package final class SQLiteDatabase: Database {
    /// What runs on the lane; a box of its own, so that a lane's thread never holds the last reference to its lane.
    private final class Box: Sendable {
        let connection: Mutex<SQLiteConnection?>

        init(_ connection: sending SQLiteConnection) {
            self.connection = Mutex(connection)
        }
    }

    private let box: Box
    private let lane: BlockingLane

    private init(box: Box, lane: BlockingLane) {
        self.box = box
        self.lane = lane
    }

    /// Opens the file, sets it up (WAL, foreign keys, the durability asked for) and brings the schemas up to date.
    package static func open(
        _ location: SQLiteLocation, settings: SQLiteSettings, schemas: [SQLSchema], lane: BlockingLane
    ) async throws(SQLError) -> SQLiteDatabase {
        let box = try await run(on: lane) { () throws(SQLError) in
            let connection = try SQLiteConnection.open(location, settings: settings)
            for schema in schemas { try connection.migrate(schema) }
            return Box(connection)
        }
        return SQLiteDatabase(box: box, lane: lane)
    }

    /// Runs `body` in a transaction that sees one state of the database; what it writes is an error.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (inout SQLConnection) throws(SQLError) -> Value
    ) async throws(SQLError) -> Value {
        try await use { connection throws(SQLError) in
            try connection.reading(body)
        }
    }

    /// Runs `body` in a transaction of its own: all of it is stored when this returns, nothing of it when it throws.
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (inout SQLConnection) throws(SQLError) -> Value
    ) async throws(SQLError) -> Value {
        try await use { connection throws(SQLError) in
            try connection.writing(body)
        }
    }

    /// Closes the file after the work that waits; later uses are `unavailable`.
    package func close() async {
        let box = box
        // A lane that takes no more work closes nothing now; the file is closed with the last reference instead.
        try? await lane.run {
            box.connection.withLock { $0 = nil }
        }
    }

    private func use<Value: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws(SQLError) -> Value
    ) async throws(SQLError) -> Value {
        let box = box
        return try await Self.run(on: lane) { () throws(SQLError) in
            try box.connection.withLock { connection throws(SQLError) in
                guard let connection else { throw .unavailable(detail: "the database was closed") }
                return try body(connection)
            }
        }
    }

    private static func run<Value: Sendable>(
        on lane: BlockingLane, _ body: @escaping @Sendable () throws(SQLError) -> Value
    ) async throws(SQLError) -> Value {
        let outcome: Result<Value, SQLError>
        do {
            outcome = try await lane.run { Result(catching: body) }
        } catch ReactorError.cancelled {
            throw .cancelled
        } catch let error as ReactorError {
            throw .unavailable(detail: error.reason)
        } catch {
            throw .unavailable(detail: "\(error)")
        }
        return try outcome.get()
    }
}
