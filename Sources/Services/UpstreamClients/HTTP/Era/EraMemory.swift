import Reactor
import Synchronization

/// What was found out about the era of one upstream, and until when that holds (rulings 2.5).
///
/// A class because all calls share it. States: unknown → stateless or handshake or event stream; back to unknown by age, by
/// `forget`. At most one task of an account finds out at a time, and all of it who ask meanwhile wait for it.
final class EraMemory: Sendable {
    /// How the upstream is to be spoken with.
    enum Verdict: Sendable {
        case stateless(UpstreamDescription)
        case handshake(UpstreamDescription)
        /// HTTP+SSE at the same address.
        case eventStream(UpstreamDescription)

        var description: UpstreamDescription {
            switch self {
            case .stateless(let description), .handshake(let description), .eventStream(let description): description
            }
        }

        var isStateless: Bool { if case .stateless = self { true } else { false } }
    }

    /// A verdict, and which one it is.
    struct Found: Sendable {
        let verdict: Verdict
        let generation: Int
    }

    private struct State: Sendable {
        var found: Found?
        var foundAt: UInt64 = 0
        var generation = 0
    }

    /// The short way asks this with every call.
    private let stateless = Atomic<Bool>(false)
    /// Whether it has refused a handshake, for as long as the verdict stands.
    private let statelessOnly = Atomic<Bool>(false)
    private let state = Mutex(State())
    /// What another account's search ends with may be its account's affair.
    private let searches = Mutex<[String: SharedWork<Found>]>([:])
    private let handshakeAge: UInt64
    private let descriptionAge: UInt64

    init(_ settings: UpstreamSettings) {
        handshakeAge = settings.handshakeVerdictAge.inNanoseconds
        descriptionAge = settings.descriptionAge.inNanoseconds
    }

    /// Whether requests of the stateless era may be sent without asking further.
    @inline(__always)
    var isStateless: Bool { stateless.load(ordering: .relaxed) }

    /// The verdict that holds, or the one that `find` comes to.
    func verdict(
        for account: String, deadline: UInt64, on loop: EventLoop,
        _ find: @escaping @Sendable () async throws(UpstreamError) -> Verdict
    ) async throws(UpstreamError) -> Found {
        if let found = current(now: loop.now) { return found }
        return try await search(for: account).value(deadline: deadline, on: loop) {
            [self] () async throws(UpstreamError) -> Found in
            defer { searches.withLock { $0[account] = nil } }
            // Who came while the last one was ending finds it done.
            if let found = current(now: loop.now) { return found }
            return remember(try await find(), now: monotonicNanoseconds())
        }
    }

    /// Looks again, because what the upstream said is old; the verdict stands meanwhile, and when that fails.
    func renewed(
        _ old: Found, for account: String, deadline: UInt64, on loop: EventLoop,
        _ find: @escaping @Sendable () async throws(UpstreamError) -> Verdict
    ) async throws(UpstreamError) -> Found {
        try await search(for: account).value(deadline: deadline, on: loop) {
            [self] () async throws(UpstreamError) -> Found in
            defer { searches.withLock { $0[account] = nil } }
            if let found = current(now: loop.now), found.generation != old.generation { return found }
            return remember(try await find(), now: monotonicNanoseconds())
        }
    }

    /// Whether a handshake is not worth trying beside the stateless era.
    var isStatelessOnly: Bool { statelessOnly.load(ordering: .relaxed) }

    /// The upstream has refused a handshake.
    func noteStatelessOnly() { statelessOnly.store(true, ordering: .relaxed) }

    /// Forgets this verdict, unless a newer one has taken its place.
    func forget(_ found: Found) {
        state.withLock { state in
            guard state.found?.generation == found.generation else { return }
            state.found = nil
            stateless.store(false, ordering: .relaxed)
        }
    }

    /// Forgets a verdict for the handshake era: the upstream was away and may have come back as another one.
    func forgetHandshake() {
        state.withLock { state in
            if let found = state.found, !found.verdict.isStateless { state.found = nil }
        }
    }

    /// The verdict, as long as it is not too old.
    func current(now: UInt64) -> Found? {
        state.withLock { state in
            guard let found = state.found else { return nil }
            if !found.verdict.isStateless, now >= state.foundAt, now - state.foundAt >= handshakeAge {
                state.found = nil
                return nil
            }
            return found
        }
    }

    /// Whether what the upstream said about itself is worth asking again.
    func isStale(_ found: Found, now: UInt64) -> Bool {
        state.withLock { state in
            state.found?.generation == found.generation && now >= state.foundAt && now - state.foundAt >= descriptionAge
        }
    }

    private func search(for account: String) -> SharedWork<Found> {
        searches.withLock { searches in
            if let search = searches[account] { return search }
            let search = SharedWork<Found>()
            searches[account] = search
            return search
        }
    }

    private func remember(_ verdict: Verdict, now: UInt64) -> Found {
        state.withLock { state in
            state.generation += 1
            let found = Found(verdict: verdict, generation: state.generation)
            state.found = found
            state.foundAt = now
            stateless.store(verdict.isStateless, ordering: .relaxed)
            statelessOnly.store(false, ordering: .relaxed)
            return found
        }
    }
}
