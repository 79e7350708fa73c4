import Synchronization
import UpstreamClients

/// The sessions that this process has met, by the digest of their ids. A session that is not here is opened from its id; this
/// table only remembers what runs in it.
final class SessionTable: Sendable {
    private struct State {
        var sessions: [[UInt8]: (session: ClientSession, lastUsed: UInt64)] = [:]
    }

    /// Sessions that are remembered; the one unused for longest goes when there are more.
    private static let sessionsMax = 20_000

    let keeping: any SessionKeeping
    private let state = Mutex(State())

    init(keeping: any SessionKeeping) {
        self.keeping = keeping
    }

    /// The session with this digest, made if this process does not know it.
    func session(_ digest: [UInt8], now: UInt64, make: (KeptSession) -> ClientSession) -> ClientSession {
        state.withLock { state in
            if let known = state.sessions[digest]?.session {
                state.sessions[digest]?.lastUsed = now
                return known
            }
            let session = make(keeping.session(digest) ?? KeptSession())
            if state.sessions.count >= Self.sessionsMax,
                let oldest = state.sessions.min(by: { $0.value.lastUsed < $1.value.lastUsed })?.key
            {
                state.sessions.removeValue(forKey: oldest)?.session.end()
            }
            state.sessions[digest] = (session, now)
            return session
        }
    }

    /// The session is over for good.
    func end(_ session: ClientSession) async {
        await keeping.keep(session.change { $0.isEnded = true }, session.digest)
        session.end()
    }
}
