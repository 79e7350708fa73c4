import Synchronization

/// Finished calls of all sessions whose events are kept for clients that come back for them (rulings 2.8). What is kept has a
/// limit of time for each and of bytes for all; the oldest go first.
///
/// A class, because all loops share the count.
final class FinishedCalls: Sendable {
    fileprivate struct Kept {
        let session: ClientSession
        let bytes: Int
        let until: UInt64
    }

    fileprivate struct State {
        var kept: [UInt64: Kept] = [:]
        /// Numbers in the order in which the calls ended, those included that are kept no more.
        var order: [UInt64] = []
        /// Where the oldest is in `order`.
        var head = 0
        var bytes = 0
    }

    private let bytesMax: Int
    private let state = Mutex(State())

    init(bytesMax: Int = 64 << 20) {
        self.bytesMax = bytesMax
    }

    var count: Int { state.withLock { $0.kept.count } }

    /// Keeps a call, and lets its session forget what is too old or too much for that.
    func add(_ number: UInt64, of session: ClientSession, bytes: Int, until time: UInt64, now: UInt64) {
        let forgotten = state.withLock { state in
            state.kept[number] = Kept(session: session, bytes: bytes, until: time)
            state.order.append(number)
            state.bytes += bytes
            return state.surplus(over: bytesMax, at: now)
        }
        for (number, session) in forgotten { session.forget(number) }
    }

    /// The call was forgotten by its session.
    func remove(_ number: UInt64) {
        state.withLock { _ = $0.remove(number) }
    }
}

extension FinishedCalls.State {
    fileprivate mutating func remove(_ number: UInt64) -> ClientSession? {
        guard let kept = kept.removeValue(forKey: number) else { return nil }
        bytes -= kept.bytes
        return kept.session
    }

    /// Takes out what must go.
    fileprivate mutating func surplus(over bytesMax: Int, at now: UInt64) -> [(UInt64, ClientSession)] {
        var surplus: [(UInt64, ClientSession)] = []
        while head < order.count {
            let number = order[head]
            if let kept = kept[number], bytes <= bytesMax, kept.until > now { break }
            if let session = remove(number) { surplus.append((number, session)) }
            head += 1
        }
        // One that stays long must not keep the numbers of all behind it that have gone.
        if order.count > 2 * kept.count + 1_024 {
            order.removeAll { kept[$0] == nil }
            head = 0
        }
        return surplus
    }
}
