/// What can go wrong between us and a database; a driver maps its own codes to these.
package enum SQLError: Error, Sendable, Hashable {
    /// The file cannot be opened or made.
    case cannotOpen(path: String, detail: String)
    /// The file is something else.
    case notADatabase(path: String)
    /// The file's structure is damaged.
    case corrupt(detail: String)
    /// No space is left for the database, its journal or its temporary files.
    case full
    /// Someone else held the database longer than the busy time.
    case locked
    /// The file or its folder may not be written.
    case readOnly
    /// Reading or writing the file failed.
    case inputOutput(detail: String)
    /// A constraint of the schema refused the values.
    case constraint(SQLConstraint, detail: String)
    /// A value or statement is longer than the database takes.
    case tooBig
    /// Memory is used up.
    case outOfMemory
    /// A statement is wrong: a mistake in this program.
    case statement(detail: String)
    /// A row has no column of this name: a mistake in this program.
    case noSuchColumn(String)
    /// A column holds another kind of value than the program expects.
    case wrongKind(column: String, found: String)
    /// An answer has more rows than its reader takes.
    case tooManyRows(limit: Int)
    /// A newer version of the program has changed the schema.
    case schemaIsNewer(component: String, found: Int, known: Int)
    /// The database was closed, or the work never began: `detail` says why.
    case unavailable(detail: String)
    /// Nobody waited for the work any more before it began.
    case cancelled
}

/// The kinds of constraints that a schema can have.
package enum SQLConstraint: String, Sendable, Hashable {
    case unique
    case primaryKey
    case foreignKey
    case notNull
    case check
    case other
}

extension SQLError {
    /// A sentence for the person in front of a client; it names no path and no statement.
    package var sentence: String {
        switch self {
        case .cannotOpen:
            "The database could not be opened; its operator has to look at the data folder."
        case .notADatabase:
            "The database file is not a database; its operator has to restore it or move it away."
        case .corrupt:
            "The database file is damaged; its operator has to restore a backup."
        case .full:
            "The disk is full, so nothing was saved; free some space and try again."
        case .locked:
            "Another program holds the database, so nothing was saved; try again in a moment."
        case .readOnly:
            "The database may only be read, so nothing was saved; its operator has to allow writing to the data folder."
        case .inputOutput:
            "The disk reported a fault, so nothing was saved; its operator has to look at the disk."
        case .constraint:
            "The change contradicts what is stored, so nothing was saved; look at the current state and try again."
        case .tooBig:
            "A value is too long for the database, so nothing was saved; shorten it."
        case .outOfMemory:
            "The machine has no memory left, so nothing was saved; try again later."
        case .statement, .noSuchColumn, .wrongKind:
            "The program and its database do not understand each other; this is a defect worth reporting."
        case .tooManyRows(let limit):
            "The answer has more than \(limit) rows; ask for less at a time."
        case .schemaIsNewer:
            "The database was changed by a newer version of this program; install that version."
        case .unavailable:
            "The database does not take work at the moment; try again later."
        case .cancelled:
            "The call was cancelled before anything was saved."
        }
    }

    /// What happened, for the log: paths and the database's own words, but no bound value.
    package var reason: String {
        switch self {
        case .cannotOpen(let path, let detail): "cannot open \(path): \(detail)"
        case .notADatabase(let path): "\(path) is not a database; move it away or restore a backup"
        case .corrupt(let detail): "the database is damaged: \(detail)"
        case .full: "the disk is full"
        case .locked: "another program held the database for longer than the busy time"
        case .readOnly: "the database file or its folder may not be written"
        case .inputOutput(let detail): "the disk failed: \(detail)"
        case .constraint(let kind, let detail): "constraint \(kind.rawValue): \(detail)"
        case .tooBig: "a value or statement is too long"
        case .outOfMemory: "out of memory"
        case .statement(let detail): "wrong statement: \(detail)"
        case .noSuchColumn(let column): "no column \(column) in the answer"
        case .wrongKind(let column, let found): "column \(column) unexpectedly holds \(found)"
        case .tooManyRows(let limit): "more than \(limit) rows"
        case .schemaIsNewer(let component, let found, let known):
            "the schema of \(component) has step \(found), this program knows \(known)"
        case .unavailable(let detail): "unavailable: \(detail)"
        case .cancelled: "cancelled before it began"
        }
    }
}
