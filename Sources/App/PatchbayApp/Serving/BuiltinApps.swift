import Connectors
import SQLDatabase
import Telemetry
import UpstreamClients

/// The apps inside this process, over the database of the data folder.
struct BuiltinApps: Sendable {
    let database: any Database
    let log: Log

    /// The Kanban board of an upstream; boards of different upstreams are different boards.
    func kanban(upstream name: String, version: String) -> any BuiltinApp {
        let board = KanbanBoard(
            name: name, database: database, now: DataFolder.now,
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
}
