import Foundation
import SQLDatabase
import Storage
import Synchronization
import Testing

/// A database of one test, whose clock the test turns.
final class TemporaryStore: Sendable {
    let driver: StoreDriver
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("storage-\(UUID())").path
    private let milliseconds = Mutex(Int64(1_785_283_200_000))

    init(_ driver: StoreDriver) throws {
        self.driver = driver
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Opens the database, as a start of the program does.
    func open(_ schemas: [SQLSchema] = [GatewaySchema.schema]) async throws(SQLError) -> any Database {
        try await driver.open(folder, schemas)
    }

    /// The time that the stores of this database see.
    var clock: StorageClock {
        { self.now }
    }

    var now: Duration { milliseconds.withLock { .milliseconds($0) } }

    func pass(_ time: Duration) {
        milliseconds.withLock {
            $0 += time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
        }
    }

    var file: String { "\(folder)/patchbay.db" }
}

/// The stores of a new database; nothing that the body does may look at a whole table.
func withStores(
    _ driver: StoreDriver, _ body: (GatewayStores, TemporaryStore, any Database) async throws -> Void
) async throws {
    let place = try TemporaryStore(driver)
    let database = WatchedDatabase(try await place.open(), driver: driver)
    try await body(GatewayStores(database: database, now: place.clock), place, database)
    #expect(database.scans == [])
    await database.close()
}
