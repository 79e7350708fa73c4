import Synchronization

/// What ended or changed in the last hour: grants, clients, people, keys. Older news need not be remembered, because no token lives
/// longer, so this costs the same however many tokens there are.
///
/// A client or a person may come back, so an end is about what was made until then: whatever is made from the next second on
/// lives, and ``firstSecond(for:)`` says when that is.
///
/// A class, because everybody who looks at tokens shares it.
package final class EndedAccess: Sendable {
    /// What can end.
    package enum Thing: Sendable, Hashable {
        /// What a person gave a client.
        case grant(String)
        /// An OAuth client.
        case client(String)
        /// A person: removed, disabled, or signed out everywhere.
        case user(String)
        /// An API key.
        case key(String)
    }

    /// Longer than any token lives.
    package static let memorySeconds = 3_600 + 300
    /// Ends of one hour that are remembered one by one; above it, tokens that are as old as the forgotten ones count as ended,
    /// and their clients refresh them.
    static let endsMax = 100_000
    /// People whose change is remembered one by one; above it, everybody's is read anew.
    static let changesMax = 10_000

    private struct State: Sendable {
        var ended: [Thing: Int] = [:]
        /// People whose groups, role or name changed, with the number of the news.
        var changed: [String: (number: UInt64, time: Int)] = [:]
        /// What was made until this second has ended, whatever it is.
        var allEndedUntil = Int.min
        /// What was read before this number is not to be relied on, whoever it is about.
        var allChangedAt: UInt64 = 0
        var nextSweep = Int.min
    }

    private let state = Mutex(State())
    private let number = Atomic<UInt64>(1)
    private let endsMax: Int

    /// Nothing has ended.
    package convenience init() {
        self.init(endsMax: Self.endsMax)
    }

    init(endsMax: Int) {
        self.endsMax = endsMax
    }

    /// Changes with every piece of news; whoever remembers a token looks again when it is another one.
    var newest: UInt64 { number.load(ordering: .acquiring) }

    /// Something ended at this second; whoever asks from now on hears it.
    package func ended(_ thing: Thing, now: Int) {
        state.withLock { state in
            sweep(&state, now: now)
            state.ended[thing] = max(now, state.ended[thing] ?? now)
            if state.ended.count > endsMax { forgetOlderHalf(&state) }
            _ = number.wrappingAdd(1, ordering: .releasing)
        }
    }

    /// A person is in other groups now, or has another role.
    package func changed(user: String, now: Int) {
        state.withLock { state in
            sweep(&state, now: now)
            let number = number.wrappingAdd(1, ordering: .releasing).newValue
            state.changed[user] = (number, now)
            guard state.changed.count > Self.changesMax else { return }
            state.changed = [:]
            state.allChangedAt = number
        }
    }

    /// Other virtual servers, issuers or addresses hold now: every token is looked at anew.
    package func configurationChanged() {
        state.withLock { state in
            state.allChangedAt = number.wrappingAdd(1, ordering: .releasing).newValue
        }
    }

    /// Whether one of these has ended after something of them was made in this second.
    func hasEnded(_ things: [Thing], madeAt second: Int) -> Bool {
        state.withLock { state in
            second <= state.allEndedUntil || things.contains { state.ended[$0].map { second <= $0 } ?? false }
        }
    }

    /// The first second, from this one on, in which something of these can be made that lives.
    func firstSecond(for things: [Thing], from now: Int) -> Int {
        state.withLock { state in
            things.reduce(max(now, state.allEndedUntil &+ 1)) { first, thing in
                max(first, state.ended[thing].map { $0 + 1 } ?? first)
            }
        }
    }

    /// Whether what was read of a person at this number is not true any more.
    func hasChanged(user: String, since number: UInt64) -> Bool {
        state.withLock { state in
            number < state.allChangedAt || state.changed[user].map { $0.number > number } ?? false
        }
    }

    private func sweep(_ state: inout State, now: Int) {
        guard now >= state.nextSweep else { return }
        state.nextSweep = now + 60
        state.ended = state.ended.filter { $0.value > now - Self.memorySeconds }
        state.changed = state.changed.filter { $0.value.time > now - Self.memorySeconds }
    }

    private func forgetOlderHalf(_ state: inout State) {
        let times = state.ended.values.sorted()
        let middle = times[times.count / 2]
        state.allEndedUntil = max(state.allEndedUntil, middle)
        state.ended = state.ended.filter { $0.value > middle }
    }
}
