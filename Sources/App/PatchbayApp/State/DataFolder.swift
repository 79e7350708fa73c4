import AuthorizationServer
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
    /// Everything that the gateway keeps.
    let stores: GatewayStores
    let keys: SealingKeys
    private let probe: WriteProbe

    /// The database's file.
    static let databaseName = "patchbay.db"
    /// Whose tables are in it.
    static let schemas = [KanbanBoard.schema, WriteProbe.schema, GatewaySchema.schema]

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
                .file("\(path)/\(databaseName)"), settings: SQLiteSettings(durability: .powerLoss),
                schemas: schemas, lane: lane)
            return DataFolder(
                database: database, stores: GatewayStores(database: database, now: Self.now), keys: keys,
                probe: WriteProbe(database: database))
        } catch {
            throw StartError(reason: "the database \(path)/patchbay.db cannot be used: \(error.sentence)")
        }
    }

    /// What ended in the last hour, so that tokens of it are refused from the first call on.
    func endedAccess() async throws(StartError) -> EndedAccess {
        let ended = EndedAccess()
        do throws(SQLError) {
            for ending in try await stores.endings.endings() { ended.take(ending) }
        } catch {
            throw StartError(reason: "what ended in the last hour cannot be read: \(error.sentence)")
        }
        return ended
    }

    /// Forgets what nobody can use any more.
    func prune(log: Log) async {
        do throws(SQLError) {
            try await stores.retention.prune()
        } catch {
            log.warning("what is over could not be forgotten", ["reason": .string(error.sentence)])
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

extension EndedAccess {
    /// Something ended, and the store knows.
    func take(_ ending: Ending) {
        let thing: Thing =
            switch ending.thing {
            case .grant(let id): .grant(id)
            case .client(let id): .client(id)
            case .user(let id): .user(id)
            case .key(let id): .key(id)
            }
        ended(thing, now: Int(ending.at.components.seconds))
    }
}
