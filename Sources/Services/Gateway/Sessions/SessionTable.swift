import Synchronization
import UpstreamClients

/// The sessions that this process has met, by the digest of their ids. A session that is not here is opened from its id; this
/// table only remembers what runs in it.
final class SessionTable: Sendable {
    fileprivate struct State {
        var sessions: [[UInt8]: (session: ClientSession, lastUsed: UInt64)] = [:]
    }

    let keeping: any SessionKeeping
    private let sessionsMax: Int
    private let state = Mutex(State())

    /// `sessionsMax` sessions are remembered; of more, those go that are unused for longest and in which nothing runs.
    init(keeping: any SessionKeeping, sessionsMax: Int = 20_000) {
        self.keeping = keeping
        self.sessionsMax = sessionsMax
    }

    var count: Int { state.withLock { $0.sessions.count } }

    /// The session with this digest, made if this process does not know it.
    func session(_ digest: [UInt8], now: UInt64, make: (KeptSession) -> ClientSession) -> ClientSession {
        state.withLock { state in
            if let known = state.sessions[digest]?.session {
                state.sessions[digest]?.lastUsed = now
                return known
            }
            let session = make(keeping.session(digest) ?? KeptSession())
            if state.sessions.count >= sessionsMax { state.dropIdle(sessionsMax / 8 + 1) }
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

extension SessionTable.State {
    /// Drops so many at once, that many new sessions do not mean as many searches.
    fileprivate mutating func dropIdle(_ count: Int) {
        let idle = sessions.filter { $0.value.session.isIdle }.sorted { $0.value.lastUsed < $1.value.lastUsed }
        for (digest, entry) in idle.prefix(count) {
            sessions.removeValue(forKey: digest)
            entry.session.end()
        }
    }
}
