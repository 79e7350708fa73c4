/// Keeps a fault that repeats from flooding the log: each cause is said at once, then at most once per interval, with
/// the number that was kept back.
///
/// A plain value without clock or lock: its owner (a loop, a connection pool) gives the time. Causes are few by nature
/// (one per upstream and kind of fault); when there are more than `causesMax`, the one said longest ago is forgotten.
package struct RepeatedWarning<Cause: Hashable & Sendable>: Sendable {
    /// What to do about one occurrence.
    package enum Verdict: Sendable, Hashable {
        /// Say it, and that there were this many more since it was last said.
        case say(more: Int)
        /// Keep it back; it has been counted.
        case keepBack
    }

    private struct Entry {
        let cause: Cause
        var saidAt: ContinuousClock.Instant
        var keptBack: Int
    }

    /// How many causes are remembered.
    package static var causesMax: Int { 64 }

    private let interval: Duration
    private var entries: [Entry] = []

    /// Says each cause at most once in `interval`.
    package init(every interval: Duration) {
        self.interval = interval
    }

    /// Notes that `cause` occurred now.
    package mutating func occurred(_ cause: Cause, at now: ContinuousClock.Instant) -> Verdict {
        guard let index = entries.firstIndex(where: { $0.cause == cause }) else {
            if entries.count == Self.causesMax { forgetOldest() }
            entries.append(Entry(cause: cause, saidAt: now, keptBack: 0))
            return .say(more: 0)
        }
        guard entries[index].saidAt.duration(to: now) >= interval else {
            entries[index].keptBack += 1
            return .keepBack
        }
        let more = entries[index].keptBack
        entries[index].saidAt = now
        entries[index].keptBack = 0
        return .say(more: more)
    }

    /// Takes out the causes whose interval is over and that still have something kept back, for a last word about them.
    package mutating func takeOverdue(at now: ContinuousClock.Instant) -> [(cause: Cause, more: Int)] {
        let isOver = { [interval] (entry: Entry) in entry.saidAt.duration(to: now) >= interval }
        let overdue = entries.filter { isOver($0) && $0.keptBack > 0 }
        entries.removeAll(where: isOver)
        return overdue.map { ($0.cause, $0.keptBack) }
    }

    private mutating func forgetOldest() {
        guard let oldest = entries.indices.min(by: { entries[$0].saidAt < entries[$1].saidAt }) else { return }
        entries.remove(at: oldest)
    }
}

extension Log {
    /// Says a warning unless `verdict` keeps it back, and how many more like it there were.
    package func warning<Cause>(
        _ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:],
        unless verdict: RepeatedWarning<Cause>.Verdict
    ) {
        guard case .say(let more) = verdict else { return }
        if more == 0 {
            warning(message(), fields())
        } else {
            warning("\(message()) (and \(more) more like this)", fields().adding(["more": .integer(more)]))
        }
    }
}
