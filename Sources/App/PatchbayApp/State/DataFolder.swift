import Connectors
import Cryptography
import Glibc
import Reactor
import SQLDatabase
import SQLiteDriver
import Storage
import Telemetry

/// Everything that outlives the process: one folder with the database and the keys.
struct DataFolder: Sendable {
    let database: SQLiteDatabase
    let inventories: InventoryStore
    let sessions: SessionStore
    let keys: SealingKeys
    private let probe: WriteProbe

    /// Opens `patchbay.db` and the key file, and makes the folder and both where they are not there.
    static func open(_ path: String, lane: BlockingLane) async throws(StartError) -> DataFolder {
        // 0700: nobody but the gateway's user has business there.
        if mkdir(path, 0o700) != 0 && errno != EEXIST {
            throw StartError(
                reason: "the data folder \(path) cannot be made: \(errorText(errno)); set data to a folder that can")
        }
        let keys = try SealingKeyFile(folder: path).keys()
        do throws(SQLError) {
            let database = try await SQLiteDatabase.open(
                .file("\(path)/patchbay.db"), settings: SQLiteSettings(durability: .powerLoss),
                schemas: [KanbanBoard.schema, WriteProbe.schema, GatewaySchema.schema], lane: lane)
            return DataFolder(
                database: database, inventories: InventoryStore(database: database, now: Self.now),
                sessions: SessionStore(database: database, now: Self.now), keys: keys,
                probe: WriteProbe(database: database))
        } catch {
            throw StartError(reason: "the database \(path)/patchbay.db cannot be used: \(error.sentence)")
        }
    }

    /// Whether the database takes writes; what `/ready` asks.
    func isReady() async -> Bool {
        await probe.takesWrites()
    }

    func close() async {
        await database.close()
    }

    /// The time since 1970-01-01 UTC.
    static var now: @Sendable () -> Duration {
        {
            let time = Timestamp.now()
            return .seconds(time.seconds) + .milliseconds(time.milliseconds)
        }
    }
}
