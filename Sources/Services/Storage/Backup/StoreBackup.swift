package import Reactor
package import SQLDatabase
package import SQLiteDriver

/// Saves what the gateway remembers, and puts it back. What is sealed in it opens only with the key file, which is kept apart:
/// whoever finds a backup has no tokens.
package struct StoreBackup: Sendable {
    private let database: String
    private let keyFile: String
    private let schemas: [SQLSchema]
    private let lane: BlockingLane

    /// Of a database file and the key file beside it; `schemas` are all that this program knows, and the lane does the work.
    package init(database: String, keyFile: String, schemas: [SQLSchema], lane: BlockingLane) {
        self.database = database
        self.keyFile = keyFile
        self.schemas = schemas
        self.lane = lane
    }

    /// What was saved.
    package struct Saved: Sendable, Hashable {
        /// Where.
        package let path: String
        /// How much.
        package let bytes: Int
        /// What is not in it and has to be kept as well.
        package let keyFile: String

        /// What to tell the person who asked for it.
        package var sentence: String {
            "Saved \(bytes) bytes to \(path). The key file \(keyFile) is not in it: keep a copy of it in another place, "
                + "because without it nobody's connections can be read and every client signs in anew."
        }
    }

    /// What was put back.
    package struct Restored: Sendable, Hashable {
        /// The database that was there before; nothing where there was none.
        package let replaced: String?
        /// What has to be the one of the backup's time.
        package let keyFile: String

        /// What to tell the person who asked for it.
        package var sentence: String {
            let before = replaced.map { " The database before it is \($0) now." } ?? ""
            return "Restored.\(before) The key file \(keyFile) must have the keys of the backup's time; "
                + "they are not in it."
        }
    }

    /// Saves the database as it is at one moment, while the gateway runs or not.
    package func save(to path: String) async throws(SQLiteBackupError) -> Saved {
        let bytes = try await SQLiteBackup.make(of: database, into: path, lane: lane)
        return Saved(path: path, bytes: bytes, keyFile: keyFile)
    }

    /// Puts a backup in place of the database; refused while a gateway has that open.
    package func restore(_ path: String) async throws(SQLiteBackupError) -> Restored {
        let replaced = try await SQLiteBackup.restore(
            path, over: database, component: GatewaySchema.schema.component, schemas: schemas, lane: lane)
        return Restored(replaced: replaced, keyFile: keyFile)
    }
}
