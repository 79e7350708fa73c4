import Reactor
import SQLDatabase
import Synchronization

/// Finds out whether the database still takes writes: a full disk answers reads as before (rulings 6.10).
///
/// A class, because all that ask share one verdict for a second: each probe is a flush to the disk, and anybody may ask.
final class WriteProbe: Sendable {
    static let schema = SQLSchema(
        component: "write-probe",
        migrations: [
            SQLMigration(
                "probe",
                [
                    "CREATE TABLE write_probe (id INTEGER PRIMARY KEY CHECK (id = 1), filling TEXT NOT NULL) STRICT"
                ])
        ])

    private struct Verdict {
        var isGood: Bool
        var holdsUntil: UInt64
    }

    private static let holdNanoseconds: UInt64 = 1_000_000_000
    /// Larger than a page, so that a write needs room and not only the slack of the last one.
    private static let fillingBytes = 8 * 1024

    private let database: any Database
    private let last = Mutex(Verdict(isGood: false, holdsUntil: 0))

    init(database: any Database) {
        self.database = database
    }

    func takesWrites() async -> Bool {
        let now = monotonicNanoseconds()
        if let known = last.withLock({ $0.holdsUntil > now ? $0.isGood : nil }) { return known }
        let isGood = await write()
        last.withLock { $0 = Verdict(isGood: isGood, holdsUntil: monotonicNanoseconds() &+ Self.holdNanoseconds) }
        return isGood
    }

    private func write() async -> Bool {
        let filling = String(repeating: "0", count: Self.fillingBytes)
        do throws(SQLError) {
            try await database.write { connection throws(SQLError) -> Void in
                _ = try connection.execute("INSERT OR REPLACE INTO write_probe (id, filling) VALUES (1, \(filling))")
            }
            return true
        } catch {
            return false
        }
    }
}
