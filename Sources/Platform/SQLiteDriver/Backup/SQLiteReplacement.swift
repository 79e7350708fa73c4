import Glibc
import SQLDatabase

/// Puts one database file in the place of another one, which nobody may have open and which keeps another name.
struct SQLiteReplacement {
    let path: String
    let old: String

    func replace(by draft: DraftFile) throws(SQLiteBackupError) {
        guard access(path, F_OK) == 0 else { return try draft.take(name: path) }
        let lock: SQLiteConnection?
        do throws(SQLError) {
            lock = try lockAlone()
        } catch {
            switch error {
            case .locked: throw .inUse(path)
            case .corrupt, .notADatabase:
                // That is what backups are for. Its log must not be taken for one of the new file.
                for suffix in ["-wal", "-shm", "-journal"] { rename(path + suffix, old + suffix) }
                lock = nil
            default: throw .database(error)
            }
        }
        unlink(old)
        guard link(path, old) == 0 else { throw .file(old, detail: String(cString: strerror(errno))) }
        // Until it is closed, whoever opens the old file finds it locked; after this line they find the new one.
        try draft.take(name: path)
        _ = consume lock
    }

    /// Brings the log into the file and keeps everybody else out until the connection is closed.
    private func lockAlone() throws(SQLError) -> SQLiteConnection {
        let connection = try SQLiteConnection.openAsItIs(path, busyTime: .zero)
        try connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        let mode = try connection.row("PRAGMA journal_mode = DELETE")?.value("journal_mode", as: String.self)
        guard mode == "delete" else { throw .locked }
        try connection.execute("BEGIN EXCLUSIVE")
        return connection
    }
}
