import AuthorizationServer
import Cryptography
import GatewayModel
import JSONCoding
import OAuthRules
import Reactor
import Telemetry

/// A gate with all its parts, and everything that stands around it in memory. Its loops never run: they are only names here.
struct TokensUnderTest {
    static let issuer = "https://gate.example"

    let clock = StandingClock()
    let people = TestPeople()
    let keeping = TestKeyKeeping()
    let web = TestWeb()
    let ended = EndedAccess()
    let lane = BlockingLane(threads: 1, queueMax: 100)
    let loops: [EventLoop]
    let ring: KeyRing
    let tokens: AccessTokens
    let gate: TokenGate
    let main: VirtualServerDefinition
    let team: VirtualServerDefinition
    let outside: VirtualServerDefinition
    let beside: VirtualServerDefinition

    init(
        external: ExternalIssuer = ExternalIssuer(issuer: "https://issuer.example"), loops: Int = 2
    ) async throws {
        main = VirtualServerDefinition(slug: .default, title: "Everything", upstreams: [], auth: .oauth)
        team = VirtualServerDefinition(slug: try ServerSlug("team"), title: "Team", upstreams: [], auth: .mixed)
        outside = VirtualServerDefinition(
            slug: try ServerSlug("outside"), title: "Outside", upstreams: [], auth: .external, externalIssuer: external)
        beside = VirtualServerDefinition(
            slug: try ServerSlug("beside"), title: "Beside", upstreams: [], auth: .external, externalIssuer: external)
        let snapshot = try GatewaySnapshot(
            servers: [main, team, outside, beside], upstreams: [], publicURL: try PublicURL(Self.issuer))
        self.loops = try (0..<loops).map { try EventLoop(index: $0) }
        ring = KeyRing(keeping: keeping, seal: { $0.exposed.reversed() }, open: { Secret($0.reversed()) })
        try await ring.tend(now: clock.seconds)
        let (clock, web) = (clock, web)
        tokens = AccessTokens(
            issuer: { Self.issuer }, ring: ring, ended: ended, lane: lane, seconds: { clock.seconds })
        gate = TokenGate(
            tokens: tokens,
            externals: ExternalIssuers(
                lane: lane, seconds: { clock.seconds }, fetch: { await web.fetch($0) }), people: people,
            ended: ended, loops: loops, addresses: { ServerAddresses(snapshot) }, seconds: { clock.seconds })
    }

    var loop: EventLoop { loops[0] }

    func token(
        user: String = "u_ann", client: String = "https://client.example/id", grant: String = "g_1",
        audiences: [String] = ["\(issuer)/mcp", "\(issuer)/v1/mcp/default"]
    ) async throws -> String {
        let issued = Duration.seconds(clock.seconds)
        return try await tokens.token(
            AccessTokenContents(
                user: user, client: client, grant: grant, audiences: audiences, scopes: .read, issued: issued,
                expires: issued + AccessTokenContents.lifetime))
    }

    /// A token of our own key, whatever it says; `nil` takes a member away.
    func forged(header: [String: JSONValue?] = [:], claims: [String: JSONValue?] = [:]) async throws -> String {
        let kept = keeping.kept[0]
        let key = try SigningKey(Secret(kept.sealed.reversed()))
        var head: JSONObject = ["alg": "ES256", "typ": "at+jwt", "kid": .string(kept.id)]
        var body: JSONObject = [
            "iss": .string(Self.issuer), "sub": "u_ann", "aud": .string("\(Self.issuer)/mcp"), "client_id": "c_1",
            "scope": "mcp:read", "gid": "g_1", "iat": .number(JSONNumber(clock.seconds)),
            "exp": .number(JSONNumber(clock.seconds + 600)), "jti": "j",
        ]
        for (name, value) in header { head[name] = value }
        for (name, value) in claims { body[name] = value }
        return try signed(head, body, by: key)
    }

    func judge(
        _ token: String, _ server: VirtualServerDefinition? = nil, on loop: Int = 0, after seconds: UInt64 = 0
    ) -> Outcome {
        let bytes = Array(token.utf8)
        return Outcome(
            gate.judge(
                bytes.span, for: (server ?? main).slug, on: loops[loop],
                now: monotonicNanoseconds() + seconds * 1_000_000_000))
    }

    func examine(_ token: String, _ server: VirtualServerDefinition? = nil, on loop: Int = 0) async -> Outcome {
        Outcome(await gate.examine(Array(token.utf8), for: server ?? main, on: loops[loop]))
    }
}

/// What the gate said, in a form that can be compared.
enum Outcome: Equatable {
    case principal(user: String, client: String, scopes: AccessScopes, groups: Set<String>)
    case refused(TokenProblem)
    case unknown

    init(_ admission: Admission) {
        switch admission {
        case .principal(let found):
            self = .principal(user: found.user, client: found.client, scopes: found.scopes, groups: found.groups)
        case .refused(let problem): self = .refused(problem)
        case .unknown: self = .unknown
        }
    }

    /// Who came in, if somebody did.
    var user: String? {
        if case .principal(let user, _, _, _) = self { user } else { nil }
    }
}

/// A compact JWS of these parts.
func signed(_ header: JSONObject, _ claims: JSONObject, by key: SigningKey) throws -> String {
    let text = "\(encoded(header)).\(encoded(claims))"
    let bytes = Array(text.utf8)
    let signature = try key.signature(of: bytes.span)
    return "\(text).\(Base64.url.encode(signature.span))"
}

func encoded(_ object: JSONObject) -> String {
    let bytes = JSONWriter.bytes(of: .object(object))
    return Base64.url.encode(bytes.span)
}
