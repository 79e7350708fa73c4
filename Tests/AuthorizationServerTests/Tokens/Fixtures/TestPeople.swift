import AuthorizationServer
import GatewayModel
import Synchronization

/// People and keys in memory, with a count of how often somebody asked.
final class TestPeople: TokenPeople {
    struct State: Sendable {
        var people: [String: TokenPerson] = [:]
        var keys: [[UInt8]: TokenKey] = [:]
        var isAway = false
        var askings = 0
    }

    let state = Mutex(State())

    init() {
        state.withLock { state in
            state.people["u_ann"] = TokenPerson(groups: ["staff"], role: .member)
            state.people["u_bob"] = TokenPerson(groups: [], role: .operator)
        }
    }

    var askings: Int { state.withLock { $0.askings } }

    func person(_ id: String) async throws(AccessTokenProblem) -> TokenPerson? {
        try asked { $0.people[id] }
    }

    func apiKey(_ digest: [UInt8]) async throws(AccessTokenProblem) -> TokenKey? {
        try asked { $0.keys[digest] }
    }

    private func asked<Value: Sendable>(_ body: (State) -> Value?) throws(AccessTokenProblem) -> Value? {
        let answer: Result<Value?, AccessTokenProblem> = state.withLock { state in
            state.askings += 1
            return state.isAway ? .failure(AccessTokenProblem(reason: "away")) : .success(body(state))
        }
        return try answer.get()
    }
}

/// Signing keys in memory.
final class TestKeyKeeping: SigningKeyKeeping {
    private let keys = Mutex<[KeptSigningKey]>([])

    var kept: [KeptSigningKey] { keys.withLock { $0 } }

    func signingKeys() async throws(AccessTokenProblem) -> [KeptSigningKey] { kept }

    func keep(_ key: KeptSigningKey) async throws(AccessTokenProblem) {
        keys.withLock { $0.append(key) }
    }

    func forget(signingKey id: String) async throws(AccessTokenProblem) {
        keys.withLock { $0.removeAll { $0.id == id } }
    }
}

/// A clock that stands still until somebody moves it.
final class StandingClock: Sendable {
    private let time = Mutex(1_800_000_000)

    var seconds: Int { time.withLock { $0 } }

    func advance(_ seconds: Int) {
        time.withLock { $0 += seconds }
    }
}
