import Synchronization

/// What ended or changed in the last hour: grants, clients, people, keys. Older news need not be remembered, because no token lives
/// longer, so this costs the same however many tokens there are.
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

    private struct State: Sendable {
        var ended: [Thing: Int] = [:]
        /// People whose groups, role or name changed, with the number of the news.
        var changed: [String: (number: UInt64, time: Int)] = [:]
        var nextSweep = 0
    }

    private let state = Mutex(State())
    private let number = Atomic<UInt64>(1)

    /// Nothing has ended.
    package init() {}

    /// Changes with every piece of news; whoever remembers a token looks again when it is another one.
    var newest: UInt64 { number.load(ordering: .acquiring) }

    /// Something ended; whoever asks from now on hears it.
    package func ended(_ thing: Thing, now: Int) {
        state.withLock { state in
            sweep(&state, now: now)
            state.ended[thing] = now
            _ = number.wrappingAdd(1, ordering: .releasing)
        }
    }

    /// A person is in other groups now, or has another role.
    package func changed(user: String, now: Int) {
        state.withLock { state in
            sweep(&state, now: now)
            let number = number.wrappingAdd(1, ordering: .releasing).newValue
            state.changed[user] = (number, now)
        }
    }

    /// Whether one of these has ended.
    func hasEnded(_ things: [Thing]) -> Bool {
        state.withLock { state in things.contains { state.ended[$0] != nil } }
    }

    /// Whether what was read of a person at this number is not true any more.
    func hasChanged(user: String, since number: UInt64) -> Bool {
        state.withLock { state in state.changed[user].map { $0.number > number } ?? false }
    }

    private func sweep(_ state: inout State, now: Int) {
        guard now >= state.nextSweep else { return }
        state.nextSweep = now + 60
        state.ended = state.ended.filter { $0.value > now - Self.memorySeconds }
        state.changed = state.changed.filter { $0.value.time > now - Self.memorySeconds }
    }
}
