import CSQLite
import Glibc
import SQLDatabase

/// One open connection; a transaction borrows it, and it is closed with its last owner.
///
/// Not `Sendable`: it stays behind the lock of its `SQLiteDatabase`. Proof for the pointers: `handle` comes from
/// `sqlite3_open_v2`, belongs to this object alone and is closed once, in `deinit`. `sqlite3_close_v2` waits for statements that are finalized after it. The connection is
/// opened without SQLite's own mutex, because `SQLiteDatabase` lets one thread at a time in.
final class SQLiteConnection: SQLDriverConnection {
    private let handle: OpaquePointer
    private let path: String
    private let rowsMax: Int
    private var statements: StatementCache

    private init(handle: OpaquePointer, path: String, settings: SQLiteSettings) {
        self.handle = handle
        self.path = path
        rowsMax = settings.rowsMax
        statements = StatementCache(countMax: settings.statementsMax)
    }

    /// Opens and sets up; what is asked of the file (WAL, foreign keys) is checked, not only said.
    static func open(_ location: SQLiteLocation, settings: SQLiteSettings) throws(SQLError) -> SQLiteConnection {
        let path: String
        switch location {
        case .file(let file):
            path = file
            try makeFile(file)
        case .memory:
            path = ":memory:"
        }
        let connection = SQLiteConnection(handle: try open(path), path: path, settings: settings)
        try connection.setUp(settings)
        return connection
    }

    /// Opens a file that is there, as it is: nothing of it is changed, and nothing of a gateway that has it open.
    static func openAsItIs(_ path: String, busyTime: Duration) throws(SQLError) -> SQLiteConnection {
        let settings = SQLiteSettings(durability: .powerLoss, busyTime: busyTime)
        let connection = SQLiteConnection(handle: try open(path), path: path, settings: settings)
        try connection.distrust(settings)
        return connection
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    /// Runs a statement to its end and returns how many rows it changed.
    @discardableResult
    func execute(_ sql: SQL) throws(SQLError) -> Int {
        let statement = try statement(for: sql)
        defer { statement.reset() }
        while try statement.step(handle, path: path) {}
        return Int(sqlite3_changes64(handle))
    }

    /// Copies all rows of an answer; more than the settings' `rowsMax` is an error, not a shorter list.
    func rows(_ sql: SQL) throws(SQLError) -> [SQLRow] {
        let statement = try statement(for: sql)
        defer { statement.reset() }
        var rows: [SQLRow] = []
        while try statement.step(handle, path: path) {
            guard rows.count < rowsMax else { throw .tooManyRows(limit: rowsMax) }
            rows.append(statement.row())
        }
        return rows
    }

    /// Copies the first row of an answer.
    func row(_ sql: SQL) throws(SQLError) -> SQLRow? {
        let statement = try statement(for: sql)
        defer { statement.reset() }
        return try statement.step(handle, path: path) ? statement.row() : nil
    }

    /// Whether a transaction is open; SQLite ends one by itself after some errors.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    private func statement(for sql: SQL) throws(SQLError) -> CachedStatement {
        let text = sql.text(.sqlite)
        if let statement = statements.find(text) {
            try statement.bind(sql.bindings, handle, path: path)
            return statement
        }
        let statement = try CachedStatement(text, handle, path: path)
        statements.add(statement, text: text)
        try statement.bind(sql.bindings, handle, path: path)
        return statement
    }

    private func setUp(_ settings: SQLiteSettings) throws(SQLError) {
        try distrust(settings)
        sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, Int32(clamping: settings.valueBytesMax))
        try execute("PRAGMA journal_mode = WAL")
        try execute("PRAGMA foreign_keys = ON")
        switch settings.durability {
        case .processCrash: try execute("PRAGMA synchronous = NORMAL")
        case .powerLoss: try execute("PRAGMA synchronous = FULL")
        }
        // After a burst the log shrinks again to what one checkpoint covers.
        try execute("PRAGMA journal_size_limit = 4194304")
        let mode: String = try row("PRAGMA journal_mode")?.value("journal_mode") ?? ""
        guard mode == "wal" || path == ":memory:" else {
            throw .cannotOpen(path: path, detail: "this file system cannot share memory, which the WAL journal needs")
        }
        guard try row("PRAGMA foreign_keys")?.value("foreign_keys") == 1 else {
            throw .cannotOpen(path: path, detail: "this SQLite was built without foreign keys")
        }
    }

    /// What holds for every file, ours or not.
    private func distrust(_ settings: SQLiteSettings) throws(SQLError) {
        let milliseconds = settings.busyTime / .milliseconds(1)
        sqlite3_busy_timeout(handle, Int32(clamping: Int(min(max(milliseconds, 0), Double(Int32.max)))))
        // A file of unknown origin must not run functions from its schema.
        try execute("PRAGMA trusted_schema = OFF")
    }

    private static func open(_ path: String) throws(SQLError) -> OpaquePointer {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        // Only without memory is there no handle; every other failure leaves one to read the error from and to close.
        guard let opened else { throw .outOfMemory }
        guard code == SQLITE_OK else {
            let error = SQLError(code: code, handle: opened, path: path)
            sqlite3_close_v2(opened)
            throw error
        }
        return opened
    }

    /// Makes the file before SQLite does: for its owner alone, and SQLite gives the log and its index the same mode.
    private static func makeFile(_ path: String) throws(SQLError) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw .cannotOpen(path: path, detail: "this is not a path of a file")
        }
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .cannotOpen(path: path, detail: String(cString: strerror(errno)))
        }
        Glibc.close(descriptor)
    }
}
