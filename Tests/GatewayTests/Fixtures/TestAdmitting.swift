import Gateway
import GatewayModel
import JSONCoding
import UpstreamClients

/// Knows tokens by their texts; each has to be looked at once before it is known.
final class TestAdmitting: Admitting {
    /// What a token is good for.
    struct Token: Sendable {
        var user: String
        var client = "c"
        var server = ServerSlug.default
        var scopes = AccessScopes.all
        var groups: Set<String> = []
    }

    private let tokens: Box<[String: Token]>
    private let problems: Box<[String: TokenProblem]>
    private let known = Box<Set<String>>([])
    private let looks = Box(0)

    init(_ tokens: [String: Token], problems: [String: TokenProblem] = [:]) {
        self.tokens = Box(tokens)
        self.problems = Box(problems)
    }

    /// How often a token had to be looked at.
    var examinations: Int { looks.value }

    func judge(_ token: Span<UInt8>, for server: ServerSlug, on loop: CallLoop, now: UInt64) -> Admission {
        let text = String(decoding: token.indices.map { token[$0] }, as: UTF8.self)
        return known.value.contains(text) ? admission(text, server) : .unknown
    }

    func examine(_ token: [UInt8], for server: VirtualServerDefinition, on loop: CallLoop) async -> Admission {
        let text = String(decoding: token, as: UTF8.self)
        looks.change { $0 += 1 }
        known.change { _ = $0.insert(text) }
        return admission(text, server.slug)
    }

    private func admission(_ text: String, _ server: ServerSlug) -> Admission {
        if let problem = problems.value[text] { return .refused(problem) }
        guard let token = tokens.value[text] else { return .refused(.unknown) }
        guard token.server == server else { return .refused(.otherAudience) }
        return .principal(
            Principal(
                user: token.user, client: token.client, server: server, scopes: token.scopes,
                groups: token.groups, role: .member))
    }
}

/// Pages where people connect, and what they did there.
final class TestConnections: ConnectLinks {
    private let connected = Box<Set<String>>([])
    private let waits = Box<[String]>([])

    /// Who was waited for.
    var waited: [String] { waits.value }

    func connect(_ user: String, _ upstream: String) { connected.change { _ = $0.insert("\(user) \(upstream)") } }

    func has(_ user: String, _ upstream: String) -> Bool { connected.value.contains("\(user) \(upstream)") }

    func link(to upstream: UpstreamName, for principal: Principal) async -> String? {
        "http://localhost:1/connect/\(upstream)"
    }

    func isConnected(
        _ upstream: UpstreamName, user: String, within nanoseconds: UInt64, on loop: CallLoop
    ) async -> Bool {
        waits.change { $0.append("\(user) \(upstream)") }
        return has(user, upstream.text)
    }
}

/// People of most tests.
let people: [String: TestAdmitting.Token] = [
    "alice": .init(user: "u_alice"),
    "alice2": .init(user: "u_alice"),
    "bob": .init(user: "u_bob"),
    "reader": .init(user: "u_reader", scopes: .read),
    "writer": .init(user: "u_writer", scopes: .write),
    "staff": .init(user: "u_staff", groups: ["staff"]),
    "elsewhere": .init(user: "u_alice", server: .elsewhere),
]

extension ServerSlug {
    /// The second server of tests.
    static let elsewhere: ServerSlug = (try? ServerSlug("other")) ?? .default
}

/// A tool that says of itself what it does.
func tool(_ name: String, readOnly: Bool, schemes: [String]? = nil) -> JSONObject {
    var made = tool(name)
    made["annotations"] = ["readOnlyHint": .bool(readOnly)]
    made["securitySchemes"] = schemes.map { .array($0.map { ["type": .string($0)] }) }
    return made
}
