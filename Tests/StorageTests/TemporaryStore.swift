import Foundation
import Reactor
import SQLDatabase
import SQLiteDriver
import Storage
import Synchronization

/// A database file of one test, whose clock the test turns.
final class TemporaryStore: Sendable {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("storage-\(UUID())").path
    private let seconds = Mutex(1_785_283_200)

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Opens the file, as a start of the program does.
    func open() async throws(SQLError) -> SQLiteDatabase {
        try await SQLiteDatabase.open(
            .file("\(folder)/patchbay.db"), settings: SQLiteSettings(durability: .powerLoss),
            schemas: [GatewaySchema.schema], lane: BlockingLane(threads: 1, queueMax: 1000))
    }

    /// The time that the stores of this file see.
    var clock: StorageClock {
        { self.seconds.withLock { .seconds($0) } }
    }

    func pass(_ time: Duration) {
        seconds.withLock { $0 += Int(time.components.seconds) }
    }
}
