import Gateway
import SQLDatabase
import Storage
import Synchronization
import Telemetry

/// What clients said once for their sessions: in memory for the calls, in the store for the next start.
///
/// A class, because all loops see one state. An ended session costs 16 bytes here, because some clients end one for every call.
final class KeptSessions: SessionKeeping {
    fileprivate struct State {
        var ended: Set<SessionDigest> = []
        var open: [SessionDigest: KeptSession] = [:]
        var keepsUntilPruning = pruningInterval
    }

    /// Keeps between two prunings; what is too much in between is small against what there may be.
    static let pruningInterval = 1_000

    private let store: SessionStore
    private let time: Duration
    private let log: Log
    private let state = Mutex(State())

    /// `time` is how long the id of a session can be good.
    init(store: SessionStore, time: Duration, log: Log) {
        self.store = store
        self.time = time
        self.log = log
    }

    /// Reads what the last process left.
    func load() async throws(SQLError) {
        try await store.prune()
        let found = try await store.sessions()
        state.withLock { state in
            for session in found {
                guard let digest = SessionDigest(session.digest) else { continue }
                state.set(KeptSession(session), digest)
            }
        }
    }

    func session(_ digest: [UInt8]) -> KeptSession? {
        guard let digest = SessionDigest(digest) else { return nil }
        return state.withLock { $0.session(digest) }
    }

    func keep(_ session: KeptSession, _ bytes: [UInt8]) async {
        guard let digest = SessionDigest(bytes) else { return }
        let isPruningDue = state.withLock { state in
            // What has ended stays so, whatever a request that began before says now.
            if !state.ended.contains(digest) { state.set(session, digest) }
            state.keepsUntilPruning -= 1
            guard state.keepsUntilPruning == 0 else { return false }
            state.keepsUntilPruning = Self.pruningInterval
            return true
        }
        do throws(SQLError) {
            try await store.keep(for: time) { [self] in
                StoredSession(state.withLock { $0.session(digest) } ?? session, digest: bytes)
            }
            if isPruningDue { try await prune() }
        } catch {
            log.warning(
                "what a client said for its session was not stored; it holds until the next start",
                ["reason": .string(error.reason)])
        }
    }

    private func prune() async throws(SQLError) {
        let forgotten = try await store.prune()
        state.withLock { state in
            for digest in forgotten.compactMap({ SessionDigest($0) }) {
                state.ended.remove(digest)
                state.open[digest] = nil
            }
        }
    }
}

extension KeptSessions.State {
    fileprivate func session(_ digest: SessionDigest) -> KeptSession? {
        guard ended.contains(digest) else { return open[digest] }
        var session = KeptSession()
        session.isEnded = true
        return session
    }

    fileprivate mutating func set(_ session: KeptSession, _ digest: SessionDigest) {
        if session.isEnded {
            ended.insert(digest)
            open[digest] = nil
        } else {
            open[digest] = session
        }
    }
}

/// The first half of the digest of a session's id, without an allocation of its own: 128 bits are what nobody finds a second id
/// for.
private struct SessionDigest: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 16 else { return nil }
        high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Any bits of a digest are as good as all.
    func hash(into hasher: inout Hasher) {
        hasher.combine(high)
    }
}

extension KeptSession {
    fileprivate init(_ stored: StoredSession) {
        self.init()
        isEnded = stored.isEnded
        logLevel = stored.logLevel
        subscriptions = stored.subscriptions
    }
}

extension StoredSession {
    fileprivate init(_ session: KeptSession, digest: [UInt8]) {
        // Of what has ended nothing else is of use.
        self.init(
            digest: digest, isEnded: session.isEnded, logLevel: session.isEnded ? nil : session.logLevel,
            subscriptions: session.isEnded ? [] : session.subscriptions)
    }
}
