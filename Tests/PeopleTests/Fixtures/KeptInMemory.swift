import Synchronization

@testable import People

/// A store in memory, which counts look-ups.
final class KeptInMemory: PeopleKeeping {
    private struct State {
        var users: [UserAccount] = []
        var link: (digest: [UInt8], until: Duration)?
        var sessions: [[UInt8]: BrowserSession] = [:]
        var keys: [(key: APIKey, digest: [UInt8])] = []
        var lookUps = 0
        var writes = 0
    }

    private let state = Mutex(State())

    var lookUps: Int { state.withLock { $0.lookUps } }
    var writes: Int { state.withLock { $0.writes } }
    var sessions: [BrowserSession] { state.withLock { Array($0.sessions.values) } }
    /// Everything that is kept, for finding what must not be there.
    var everything: String { state.withLock { "\($0)" } }

    func hasUsers() async throws(PeopleError) -> Bool { state.withLock { !$0.users.isEmpty } }

    func user(named folded: String) async throws(PeopleError) -> UserAccount? {
        state.withLock { state in
            state.lookUps += 1
            return state.users.first { $0.name.folded == folded }
        }
    }

    func user(id: String) async throws(PeopleError) -> UserAccount? {
        state.withLock { state in state.users.first { $0.id == id } }
    }

    func users() async throws(PeopleError) -> [UserAccount] {
        state.withLock { $0.users.sorted { $0.name.folded < $1.name.folded } }
    }

    func add(_ user: UserAccount) async throws(PeopleError) {
        let isTaken = state.withLock { state in
            if state.users.contains(where: { $0.name == user.name }) { return true }
            state.users.append(user)
            return false
        }
        if isTaken { throw .nameTaken(user.name.text) }
    }

    func replace(_ user: UserAccount) async throws(PeopleError) -> Bool {
        state.withLock { state in
            guard let index = state.users.firstIndex(where: { $0.id == user.id }) else { return false }
            state.users[index] = user
            return true
        }
    }

    func remove(id: String) async throws(PeopleError) -> Bool {
        state.withLock { state in
            guard let index = state.users.firstIndex(where: { $0.id == id }) else { return false }
            state.users.remove(at: index)
            state.sessions = state.sessions.filter { $0.value.user != id }
            state.keys.removeAll { $0.key.user == id }
            return true
        }
    }

    func keepSetupLink(_ digest: [UInt8], until: Duration) async throws(PeopleError) {
        state.withLock { $0.link = (digest, until) }
    }

    func isSetupLink(_ digest: [UInt8], now: Duration) async throws(PeopleError) -> Bool {
        state.withLock { state in state.link.map { $0.digest == digest && $0.until > now } ?? false }
    }

    func useSetupLink(_ digest: [UInt8], toAdd user: UserAccount, now: Duration) async throws(PeopleError) -> Bool {
        state.withLock { state in
            guard let link = state.link, link.digest == digest, link.until > now, state.users.isEmpty else {
                return false
            }
            state.link = nil
            state.users.append(user)
            return true
        }
    }

    func begin(_ session: BrowserSession) async throws(PeopleError) {
        state.withLock { $0.sessions[session.digest] = session }
    }

    func session(_ digest: [UInt8]) async throws(PeopleError) -> BrowserSession? {
        state.withLock { $0.sessions[digest] }
    }

    func extend(_ digest: [UInt8], until: Duration) async throws(PeopleError) {
        state.withLock { state in
            state.writes += 1
            state.sessions[digest]?.until = until
        }
    }

    func end(_ digest: [UInt8]) async throws(PeopleError) {
        state.withLock { _ = $0.sessions.removeValue(forKey: digest) }
    }

    func endSessions(of user: String) async throws(PeopleError) {
        state.withLock { state in state.sessions = state.sessions.filter { $0.value.user != user } }
    }

    func add(_ key: APIKey, digest: [UInt8]) async throws(PeopleError) {
        state.withLock { $0.keys.append((key, digest)) }
    }

    func keys(of user: String?) async throws(PeopleError) -> [APIKey] {
        state.withLock { state in state.keys.map(\.key).filter { user == nil || $0.user == user } }
    }

    func removeKey(_ id: String, of user: String?) async throws(PeopleError) -> Bool {
        state.withLock { state in
            let count = state.keys.count
            state.keys.removeAll { $0.key.id == id && (user == nil || $0.key.user == user) }
            return state.keys.count < count
        }
    }
}
