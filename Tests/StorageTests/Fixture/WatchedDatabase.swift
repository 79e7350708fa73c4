import SQLDatabase
import Synchronization

/// A database that notes every statement which looks at a whole table to find its rows: such a statement becomes slower with every
/// row that others add.
final class WatchedDatabase: Database {
    private let inner: any Database
    private let driver: StoreDriver
    private let found = Mutex<Set<String>>([])

    init(_ inner: any Database, driver: StoreDriver) {
        self.inner = inner
        self.driver = driver
    }

    /// Statements that scan, with what they scan.
    var scans: [String] { found.withLock { $0.sorted() } }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (inout SQLConnection) throws(SQLError) -> Value
    ) async throws(SQLError) -> Value {
        try await inner.read { connection throws(SQLError) in
            connection = SQLConnection(WatchedConnection(connection, note: self.note))
            return try body(&connection)
        }
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (inout SQLConnection) throws(SQLError) -> Value
    ) async throws(SQLError) -> Value {
        try await inner.write { connection throws(SQLError) in
            connection = SQLConnection(WatchedConnection(connection, note: self.note))
            return try body(&connection)
        }
    }

    func close() async { await inner.close() }

    private func note(_ sql: SQL, _ connection: inout SQLConnection) throws(SQLError) {
        let text = sql.text(.sqlite)
        guard !text.hasPrefix("PRAGMA"), !Self.bounded.contains(where: text.contains) else { return }
        for row in try connection.rows(driver.plan(sql)) {
            if let scan = driver.scan(row) { _ = found.withLock { $0.insert("\(scan): \(text)") } }
        }
    }

    /// Statements that may scan, because what they scan has a small bound or they stop at the first row.
    private static let bounded = [
        "SELECT COUNT(*) AS count FROM users", "SELECT id FROM users LIMIT 1", "FROM signing_keys",
        "FROM upstream_registrations ORDER BY", "SELECT upstream FROM inventories", "FROM sessions",
    ]
}

private final class WatchedConnection: SQLDriverConnection {
    private var inner: SQLConnection
    private let note: (SQL, inout SQLConnection) throws(SQLError) -> Void

    init(_ inner: consuming SQLConnection, note: @escaping (SQL, inout SQLConnection) throws(SQLError) -> Void) {
        self.inner = inner
        self.note = note
    }

    func execute(_ sql: SQL) throws(SQLError) -> Int {
        try note(sql, &inner)
        return try inner.execute(sql)
    }

    func rows(_ sql: SQL) throws(SQLError) -> [SQLRow] {
        try note(sql, &inner)
        return try inner.rows(sql)
    }

    func row(_ sql: SQL) throws(SQLError) -> SQLRow? {
        try note(sql, &inner)
        return try inner.row(sql)
    }
}
