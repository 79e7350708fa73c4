package import SQLDatabase

/// Why a database was not saved, or not put back; whatever it is, the database is as it was.
package enum SQLiteBackupError: Error, Sendable, Hashable {
    /// There is nothing at this path.
    case noSuchFile(String)
    /// A backup never replaces a file.
    case fileExists(String)
    /// A gateway has the database open.
    case inUse(String)
    /// It is a database, but not one of ours.
    case foreign(String)
    /// The file system refused.
    case file(String, detail: String)
    /// The database refused.
    case database(SQLError)

    /// What happened and what to do next, for the person at the terminal.
    package var sentence: String {
        switch self {
        case .noSuchFile(let path): "There is no file \(path); name the one that you mean."
        case .fileExists(let path): "There is a file \(path) already; name another, or move it away."
        case .inUse(let path): "The database \(path) is in use; stop the gateway first."
        case .foreign(let path): "The file \(path) is a database of another program; name a backup of this one."
        case .file(let path, let detail): "The file \(path) cannot be used: \(detail)."
        case .database(.notADatabase(let path)): "The file \(path) is not a database; name a backup."
        case .database(.corrupt(let detail)): "The backup is damaged (\(detail)); take another one."
        case .database(.schemaIsNewer): "The backup was made by a newer version of this program; install that version."
        case .database(let error): error.sentence
        }
    }
}
