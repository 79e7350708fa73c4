import CSQLite
import SQLDatabase

extension SQLError {
    /// Reads SQLite's extended code and the words that the connection has for it; the words never hold bound values.
    init(code: Int32, handle: OpaquePointer, path: String) {
        let detail = sqlite3_errmsg(handle).map { String(cString: $0) } ?? "code \(code)"
        switch code & 0xFF {
        case SQLITE_FULL: self = .full
        case SQLITE_BUSY, SQLITE_LOCKED: self = .locked
        case SQLITE_READONLY, SQLITE_PERM: self = .readOnly
        case SQLITE_NOTADB: self = .notADatabase(path: path)
        case SQLITE_CORRUPT, SQLITE_FORMAT: self = .corrupt(detail: detail)
        case SQLITE_CANTOPEN: self = .cannotOpen(path: path, detail: detail)
        case SQLITE_IOERR: self = .inputOutput(detail: "\(detail) (\(code))")
        case SQLITE_CONSTRAINT: self = .constraint(SQLConstraint(code: code), detail: detail)
        case SQLITE_TOOBIG: self = .tooBig
        case SQLITE_NOMEM: self = .outOfMemory
        // An open set: SQLite's other codes (ERROR, MISUSE, RANGE, AUTH, SCHEMA, ...) are mistakes of this program.
        default: self = .statement(detail: "\(detail) (\(code))")
        }
    }
}

extension SQLConstraint {
    fileprivate init(code: Int32) {
        // The importer does not know the extended codes that are sums of macros.
        switch code >> 8 {
        case 1: self = .check
        case 3: self = .foreignKey
        case 5: self = .notNull
        case 6: self = .primaryKey
        case 8: self = .unique
        default: self = .other
        }
    }
}
