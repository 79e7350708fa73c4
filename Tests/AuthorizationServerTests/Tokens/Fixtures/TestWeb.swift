import Cryptography
import GatewayModel
import JSONCoding
import Synchronization

/// Documents of another issuer, in memory; counts who asked, and can be away or keep its callers waiting.
final class TestWeb: Sendable {
    struct State: Sendable {
        var documents: [String: JSONObject] = [:]
        var asked: [String] = []
        var isAway = false
        var isHeld = false
        var held: [CheckedContinuation<Void, Never>] = []
    }

    let state = Mutex(State())

    var asked: [String] { state.withLock { $0.asked } }

    func publish(_ url: String, _ document: JSONObject) {
        state.withLock { $0.documents[url] = document }
    }

    func fetch(_ url: HTTPURL) async -> JSONObject? {
        let isHeld = state.withLock { state in
            state.asked.append(url.description)
            return state.isHeld
        }
        if isHeld {
            await withCheckedContinuation { continuation in
                state.withLock { $0.held.append(continuation) }
            }
        }
        if Task.isCancelled { return nil }
        return state.withLock { $0.isAway ? nil : $0.documents[url.description] }
    }

    /// Lets everybody go on who waits, and nobody wait any more.
    func letGo() {
        let held = state.withLock { state in
            defer { state.held = [] }
            state.isHeld = false
            return state.held
        }
        for waiter in held { waiter.resume() }
    }

    /// Comes back when so many fetches were begun.
    func waitUntil(asked count: Int) async {
        while asked.count < count { await Task.yield() }
    }
}

/// A key of another issuer with its name there.
struct ForeignKey {
    let id: String
    let key: SigningKey

    init(_ id: String) throws {
        self.id = id
        key = try SigningKey.generate()
    }

    var json: JSONObject {
        guard case .p256(let x, let y) = key.publicKey else { return [:] }
        return [
            "kty": "EC", "crv": "P-256", "kid": .string(id), "x": .string(Base64.url.encode(x.span)),
            "y": .string(Base64.url.encode(y.span)),
        ]
    }

    static func set(_ keys: [ForeignKey]) -> JSONObject {
        ["keys": .array(keys.map { .object($0.json) })]
    }
}
