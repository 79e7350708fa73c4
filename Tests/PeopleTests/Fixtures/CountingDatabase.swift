import Foundation
import Reactor
import SQLDatabase
import SQLiteDriver
import Storage
import Synchronization

/// A database file of one test, which counts its transactions.
final class CountingDatabase: Database {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("people-\(UUID())").path
    private let inner: SQLiteDatabase
    private let counts = Mutex((reads: 0, writes: 0))

    init() async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        inner = try await SQLiteDatabase.open(
            .file("\(folder)/patchbay.db"), settings: SQLiteSettings(durability: .powerLoss),
            schemas: [GatewaySchema.schema], lane: BlockingLane(threads: 1, queueMax: 1000))
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    var reads: Int { counts.withLock { $0.reads } }
    var writes: Int { counts.withLock { $0.writes } }

    /// Whether a text stands anywhere in the files of the database.
    func contains(_ text: String) throws -> Bool {
        try FileManager.default.contentsOfDirectory(atPath: folder).contains { name in
            try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")).range(of: Data(text.utf8)) != nil
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (inout SQLConnection) throws(SQLError) -> Value
    ) async throws(SQLError) -> Value {
        counts.withLock { $0.reads += 1 }
        return try await inner.read(body)
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (inout SQLConnection) throws(SQLError) -> Value
    ) async throws(SQLError) -> Value {
        counts.withLock { $0.writes += 1 }
        return try await inner.write(body)
    }

    func close() async {
        await inner.close()
    }
}
