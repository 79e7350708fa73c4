import Cryptography
import GatewayModel
import JSONCoding
import OAuthRules
import Reactor
import Synchronization
import WebUI

@testable import AuthorizationServer
// A row has no initializer for others than the vault.
@testable import Connections

/// Clients that tests make up. A client with a secret sends `secret`; an assertion is the client's id, `#` and a number, good once.
final class MadeUpClients: ClientKnowing {
    let clients: Mutex<[String: KnownClient]>
    private let assertions = Mutex<(last: [String: String], used: Set<String>)>(([:], []))

    init(_ clients: [OAuthClient]) {
        let known = clients.map { ($0.id, KnownClient(client: $0, redirectsDigest: [1])) }
        self.clients = Mutex(Dictionary(uniqueKeysWithValues: known))
    }

    /// `app` is public and refreshes, `once` does not ask for refreshing, `desk` listens on loopback, `shop` has a secret, `back` is
    /// a resource server of the operator's, `signer` signs assertions, `machine` may not use codes.
    static func usual() throws -> [OAuthClient] {
        func client(
            _ id: String, _ uri: String = Door.back, _ grants: [String] = ["authorization_code", "refresh_token"],
            hasSecret: Bool = false, origin: ClientOrigin = .registered
        ) throws -> OAuthClient {
            OAuthClient(
                id: id, origin: origin,
                metadata: ClientMetadata(name: "App <\(id)>", redirectURIs: [try RedirectURI(uri)], grantTypes: grants),
                secretDigest: hasSecret ? [1] : nil)
        }
        return [
            try client("app"), try client("once", Door.back, ["authorization_code"]), try client("desk", Door.loopback),
            try client("shop", hasSecret: true), try client("back", hasSecret: true, origin: .operator),
            try client("signer"), try client("machine", Door.back, ["refresh_token"]),
        ]
    }

    func client(_ id: String) throws(ClientProblem) -> KnownClient {
        guard let client = clients.withLock({ $0[id] }) else { throw Self.problem }
        return client
    }

    func authenticate(_ credentials: PresentedCredentials) throws(ClientProblem) -> AuthenticatedClient {
        switch try credentials.proof() {
        case .assertion(_, let text):
            let client = try client(String(text.prefix { $0 != "#" })).client
            assertions.withLock { $0.last[client.id] = text }
            return AuthenticatedClient(client: client, method: .assertion)
        case .secret(let id, let secret, let method):
            let client = try client(id).client
            guard client.secretDigest != nil, secret == "secret" else { throw Self.problem }
            return AuthenticatedClient(client: client, method: method)
        case .none(let id):
            let client = try client(id).client
            guard client.secretDigest == nil else { throw Self.problem }
            return AuthenticatedClient(client: client, method: .none)
        }
    }

    func commit(_ client: AuthenticatedClient) throws(ClientProblem) {
        guard client.method == .assertion else { return }
        let isNew = assertions.withLock { state in state.used.insert(state.last[client.client.id] ?? "").inserted }
        guard isNew else { throw Self.problem }
    }

    /// The client has other redirect URIs from now on; those of requests under way are still among them.
    func changeRedirects(of id: String) {
        clients.withLock { clients in
            if let known = clients[id] { clients[id] = KnownClient(client: known.client, redirectsDigest: [2]) }
        }
    }

    private static let problem = ClientProblem(
        status: 401, error: "invalid_client", sentence: "Not known.", wwwAuthenticate: "Basic realm=\"made up\"")
}

/// Access tokens that are numbers; what they say stands beside.
final class MadeUpTokens: AccessTokenMaking {
    private struct State {
        var contents: [String: AccessTokenContents] = [:]
        var ended: Set<String> = []
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> Duration

    init(now: @escaping @Sendable () -> Duration) {
        self.now = now
    }

    func token(_ contents: AccessTokenContents) -> String {
        state.withLock { state in
            let token = "access-\(state.contents.count + 1)"
            state.contents[token] = contents
            return token
        }
    }

    func contents(of token: String) -> AccessTokenContents? {
        let now = now()
        return state.withLock { state in
            guard let contents = state.contents[token], contents.expires > now, !state.ended.contains(contents.grant)
            else { return nil }
            return contents
        }
    }

    func keySet() -> JSONValue { ["keys": []] }

    func grantEnded(_ id: String) {
        state.withLock { _ = $0.ended.insert(id) }
    }
}

/// Upstreams that are connected when a test says so.
final class MadeUpConnections: UpstreamConnecting {
    private let rows = Mutex<[UpstreamConnection]>([])
    private let started = Mutex<[ConnectStart]>([])

    /// The only upstream is in this state from now on.
    func say(_ state: UpstreamConnection.State) throws {
        let row = UpstreamConnection(
            upstream: try UpstreamName("weather"), auth: .personal, state: state, account: nil, since: nil,
            problem: nil, isRequired: true, scopes: ["forecast"], lacksRights: false,
            canConnect: true)
        rows.withLock { $0 = [row] }
    }

    /// The first time that somebody went to connect.
    var firstStart: ConnectStart? { started.withLock(\.first) }

    func statesWithScopes(
        of user: String, role: UserRole?, upstreams: [UpstreamDefinition], on loop: EventLoop
    ) -> [UpstreamConnection] {
        rows.withLock(\.self)
    }

    func begin(_ start: ConnectStart, on loop: EventLoop) throws(ConnectionError) -> String {
        started.withLock { $0.append(start) }
        return "https://upstream.example/authorize?state=x"
    }

    func disconnect(
        _ name: UpstreamName, user: String, role: UserRole?, on loop: EventLoop
    ) {
        rows.withLock { $0 = [] }
    }
}

/// Sessions that are the name of the person, with a number to tell two of them apart.
struct MadeUpSessions: BrowserSessionReading {
    func person(session cookie: String) -> SignedInPerson? {
        let name = String(cookie.prefix { $0 != "-" })
        guard ["anna", "bert", "carl"].contains(name) else { return nil }
        return SignedInPerson(
            user: "u_\(name)", name: name, role: .member, groups: name == "carl" ? [] : ["staff"],
            session: Array(cookie.utf8))
    }
}
