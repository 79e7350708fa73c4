import Glibc
package import Reactor
package import SQLDatabase

/// Saves a database to a file and puts it back.
package enum SQLiteBackup {
    /// Writes what the database is at one moment into a new file, for its owner alone; says how many bytes it has.
    ///
    /// The database may be in use: whoever has it open reads and writes on meanwhile. Deleted rows do not come along. The file
    /// has its name only when it is whole and on the disk.
    package static func make(
        of path: String, into target: String, lane: BlockingLane
    ) async throws(SQLiteBackupError) -> Int {
        try await run(on: lane) { () throws(SQLiteBackupError) in
            guard access(path, F_OK) == 0 else { throw .noSuchFile(path) }
            guard access(target, F_OK) != 0 else { throw .fileExists(target) }
            let draft = DraftFile(target + ".part")
            do throws(SQLiteBackupError) {
                try draft.make()
                try database { () throws(SQLError) in
                    let connection = try SQLiteConnection.openAsItIs(path, busyTime: .seconds(5))
                    try connection.execute("VACUUM INTO \(draft.path)")
                }
                let bytes = try draft.flush()
                try draft.take(name: target)
                return bytes
            } catch {
                draft.remove()
                throw error
            }
        }
    }

    /// Puts a backup in the place of a database that nobody has open, and says where the one before it is now.
    ///
    /// The backup is copied, checked from end to end, and compared with `schemas`: it must have `component` and nothing that is
    /// newer than this program. An older one is brought up to date by the next start.
    package static func restore(
        _ backup: String, over path: String, component: String, schemas: [SQLSchema], lane: BlockingLane
    ) async throws(SQLiteBackupError) -> String? {
        try await run(on: lane) { () throws(SQLiteBackupError) in
            guard access(backup, F_OK) == 0 else { throw .noSuchFile(backup) }
            guard !areSame(backup, path) else { throw .file(backup, detail: "it is the database itself") }
            let draft = DraftFile(path + ".restoring")
            do throws(SQLiteBackupError) {
                try draft.make()
                try draft.copy(backup)
                try check(draft, of: backup, component: component, schemas: schemas)
                _ = try draft.flush()
                let old = path + ".before-restore"
                let isThere = access(path, F_OK) == 0
                try SQLiteReplacement(path: path, old: old).replace(by: draft)
                return isThere ? old : nil
            } catch {
                draft.remove()
                throw error
            }
        }
    }

    private static func areSame(_ one: String, _ other: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard stat(one, &first) == 0, stat(other, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    private static func check(
        _ draft: DraftFile, of backup: String, component: String, schemas: [SQLSchema]
    ) throws(SQLiteBackupError) {
        let isOurs: Bool
        do throws(SQLError) {
            isOurs = try isOfThisProgram(draft.path, component: component, schemas: schemas)
        } catch {
            // The draft is a file that nobody knows.
            if case .notADatabase = error { throw .database(.notADatabase(path: backup)) }
            throw .database(error)
        }
        guard isOurs else { throw .foreign(backup) }
    }

    private static func isOfThisProgram(
        _ path: String, component: String, schemas: [SQLSchema]
    ) throws(SQLError) -> Bool {
        let connection = try SQLiteConnection.openAsItIs(path, busyTime: .zero)
        let verdict = try connection.row("PRAGMA quick_check(1)")?.value("quick_check", as: String.self)
        guard verdict == "ok" else { throw .corrupt(detail: verdict ?? "no verdict") }
        guard try connection.row("SELECT name FROM sqlite_schema WHERE name = 'schema_migrations'") != nil,
            try connection.appliedMigrations(of: component) > 0
        else { return false }
        for schema in schemas {
            let (found, known) = (try connection.appliedMigrations(of: schema.component), schema.migrations.count)
            guard found <= known else {
                throw .schemaIsNewer(component: schema.component, found: found, known: known)
            }
        }
        return true
    }

    private static func database<Value>(
        _ body: () throws(SQLError) -> Value
    ) throws(SQLiteBackupError) -> Value {
        do throws(SQLError) {
            return try body()
        } catch {
            throw .database(error)
        }
    }

    private static func run<Value: Sendable>(
        on lane: BlockingLane, _ body: @escaping @Sendable () throws(SQLiteBackupError) -> Value
    ) async throws(SQLiteBackupError) -> Value {
        let outcome: Result<Value, SQLiteBackupError>
        do {
            outcome = try await lane.run { Result(catching: body) }
        } catch {
            throw .database(.unavailable(detail: "the lane takes no work: \(error)"))
        }
        return try outcome.get()
    }
}
