/// How often a password was tried, and when it may be tried again.
///
/// Attempts on a name from browsers that nobody has signed in with share one row; a browser in which somebody has signed in with
/// that name before has a row of its own. So whoever tries passwords slows down strangers only, and nobody is ever locked out:
/// delays end by themselves and never grow beyond a bound.
///
/// Pure: the time comes as an argument.
struct AttemptLedger: Sendable {
    /// Who tries: SHA-256 of the name, or of the device's mark.
    struct Key: Sendable, Hashable {
        let digest: [UInt8]
    }

    private struct Row {
        var failures: Int
        var nextAllowed: Duration
        var forgottenAt: Duration
    }

    /// So many attempts are free: people mistype.
    static let freeAttempts = 5
    /// The first delay; each further attempt doubles it.
    static let firstDelay = Duration.seconds(1)
    /// The longest delay: some 2,900 attempts a day, and nobody waits longer than it takes to find the right password.
    static let delayMax = Duration.seconds(30)
    /// A name that nobody has tried for so long begins anew.
    static let memory = Duration.seconds(3600)
    /// Rows; when there are more, the ones that would be forgotten first go.
    static let rowsMax = 10_000

    private var rows: [Key: Row] = [:]

    /// Counts an attempt before it is made, so that attempts at once count each; says how long to wait if it may not be made.
    mutating func begin(_ key: Key, now: Duration) -> Duration? {
        var row = rows[key] ?? Row(failures: 0, nextAllowed: now, forgottenAt: now)
        if row.forgottenAt <= now { row = Row(failures: 0, nextAllowed: now, forgottenAt: now) }
        guard row.nextAllowed <= now else { return row.nextAllowed - now }
        row.failures += 1
        if row.failures >= Self.freeAttempts { row.nextAllowed = now + Self.delay(after: row.failures) }
        row.forgottenAt = now + Self.memory
        if rows[key] == nil, rows.count >= Self.rowsMax { forget(now: now) }
        rows[key] = row
        return nil
    }

    /// The password was right: everything before is forgiven.
    mutating func succeeded(_ key: Key) {
        rows[key] = nil
    }

    /// Rows that are kept, for tests of the bound.
    var rowCount: Int { rows.count }

    private static func delay(after failures: Int) -> Duration {
        min(delayMax, firstDelay * (1 << min(16, failures - freeAttempts)))
    }

    private mutating func forget(now: Duration) {
        rows = rows.filter { $0.value.forgottenAt > now }
        guard rows.count >= Self.rowsMax else { return }
        // A tenth at once, so that this is rare.
        let order = rows.sorted {
            ($0.value.failures, $0.value.forgottenAt) < ($1.value.failures, $1.value.forgottenAt)
        }
        for (key, _) in order.prefix(Self.rowsMax / 10) { rows[key] = nil }
    }
}
