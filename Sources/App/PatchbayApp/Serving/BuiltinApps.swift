import Connectors
import Glibc
import Reactor
import SQLDatabase
import SQLiteDriver
import Telemetry
import UpstreamClients

/// The database of the built-in apps, and the apps over it.
struct BuiltinApps: Sendable {
    private let database: SQLiteDatabase
    private let probe: WriteProbe
    private let log: Log

    /// Opens `patchbay.db` in the data folder, and makes the folder if it is not there.
    static func open(folder: String, lane: BlockingLane, log: Log) async throws(StartError) -> BuiltinApps {
        // 0700: nobody but the gateway's user has business there.
        if mkdir(folder, 0o700) != 0 && errno != EEXIST {
            throw StartError(
                reason: "the data folder \(folder) cannot be made: \(errorText(errno)); set data to a folder that can")
        }
        do throws(SQLError) {
            let database = try await SQLiteDatabase.open(
                .file("\(folder)/patchbay.db"), settings: SQLiteSettings(durability: .powerLoss),
                schemas: [KanbanBoard.schema, WriteProbe.schema], lane: lane)
            return BuiltinApps(database: database, probe: WriteProbe(database: database), log: log)
        } catch {
            throw StartError(reason: "the database \(folder)/patchbay.db cannot be used: \(error.sentence)")
        }
    }

    /// The Kanban board of an upstream; boards of different upstreams are different boards.
    func kanban(upstream name: String, version: String) -> any BuiltinApp {
        let board = KanbanBoard(
            name: name, database: database,
            now: {
                let time = Timestamp.now()
                return .seconds(time.seconds) + .milliseconds(time.milliseconds)
            },
            randomBits: {
                var random = SystemRandomNumberGenerator()
                return random.next()
            })
        let log = log
        return KanbanApp(board: board, version: version) { error in
            log.error(
                "the Kanban board could not use its database",
                ["upstream": .string(name), "reason": .string(error.reason)])
        }
    }

    /// Whether the database takes writes; what `/ready` asks.
    func isReady() async -> Bool {
        await probe.takesWrites()
    }

    func close() async {
        await database.close()
    }
}
