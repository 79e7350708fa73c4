import AuthorizationServer
import Cryptography
import GatewayModel
import HTTPMessages
import HTTPTransport
import JSONCoding
import OAuthRules
import Outbound
import Reactor
import SQLiteDriver
import Storage
import Synchronization
import Testing
import WebUI

/// The authorization server behind a real socket, and what it stands on.
struct Door: Sendable {
    /// A verifier and its challenge, of RFC 7636 appendix B.
    static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    static let back = "https://client.example/back"
    static let loopback = "http://127.0.0.1/back"

    let stores: GatewayStores
    let clients: MadeUpClients
    let tokens: MadeUpTokens
    let connections: MadeUpConnections
    let clock: Clock
    let routes: [WebRoute]
    fileprivate let fetcher: WebFetcher
    fileprivate let port: UInt16

    /// The time, which moves when a test says so.
    final class Clock: Sendable {
        private let time = Mutex(Duration.seconds(1_000_000))
        var now: Duration { time.withLock(\.self) }
        func advance(_ step: Duration) { time.withLock { $0 += step } }
    }

    /// An answer as a browser or a client reads it.
    struct Answer: Sendable {
        let status: Int
        let fields: HTTPFields
        let text: String

        var location: String? { fields.first(.location) }
        var json: JSONValue? { try? JSONParser.parse(Array(text.utf8)) }
        var error: String? { json?["error"]?.stringValue }

        /// A parameter of the address that the browser is sent to.
        func parameter(_ name: String) -> String? {
            guard let query = location?.split(separator: "?", maxSplits: 1).dropFirst().first else { return nil }
            return (try? FormFields(query.utf8))?[name]
        }

        /// What a form of the page has to carry.
        var formToken: String? {
            let parts = text.split(separator: "name=\"form_token\" value=\"", maxSplits: 1)
            return parts.count == 2 ? String(parts[1].prefix { $0 != "\"" }) : nil
        }

        /// The cookie that binds requests to a browser.
        var browser: String? {
            fields.values(.setCookie).first { $0.hasPrefix("__Host-patchbay-request=") }
                .map { String($0.prefix { $0 != ";" }) }
        }
    }

    /// Asks as a browser does: `session` is who is signed in, `browser` the cookie that an answer set before.
    func ask(
        _ target: String, session: String? = nil, browser: String? = nil, form: [(String, String)]? = nil,
        fields: [(FieldName, String)] = []
    ) async throws -> Answer {
        var all = HTTPFields()
        let cookies = [session.map { "__Host-patchbay=\($0)" }, browser].compactMap(\.self)
        if !cookies.isEmpty { _ = all.append(.cookie, cookies.joined(separator: "; ")) }
        for (name, value) in fields { _ = all.append(name, value) }
        let answer = try await fetcher.fetch(
            FetchRequest(
                try HTTPURL("http://127.0.0.1:\(port)\(target)"), method: form == nil ? .get : .post, fields: all,
                body: form.map { .form($0.map { (name: $0.0, value: $0.1) }) } ?? .none, purpose: .upstream,
                accepts: .any, bytesMax: 1 << 20, time: .seconds(60)))
        return Answer(
            status: answer.status, fields: answer.fields, text: String(decoding: answer.body, as: UTF8.self))
    }

    /// Begins an authorization with these changes to an ordinary one; `nil` leaves a parameter out.
    func authorize(
        _ changes: KeyValuePairs<String, String?> = [:], session: String? = "anna", browser: String? = nil
    ) async throws -> Answer {
        var parameters: [(String, String)] = [
            ("response_type", "code"), ("client_id", "app"), ("redirect_uri", Self.back), ("state", "s"),
            ("code_challenge", Self.challenge), ("code_challenge_method", "S256"),
        ]
        for (name, value) in changes {
            parameters.removeAll { $0.0 == name }
            if let value { parameters.append((name, value)) }
        }
        let query = FormWriter(parameters.map { (name: $0.0, value: $0.1) }).text
        return try await ask("/oauth/authorize?\(query)", session: session, browser: browser)
    }

    /// Does what a person presses on a consent page.
    func press(
        _ action: ConsentAction, on page: Answer, of begun: Answer, session: String = "anna",
        more: [(String, String)] = []
    ) async throws -> Answer {
        try await ask(
            "/oauth/consent", session: session, browser: begun.browser,
            form: [
                ("form_token", try #require(page.formToken)), ("request", try #require(begun.parameter("request"))),
                ("action", action.rawValue),
            ] + more)
    }

    /// Begins an authorization and opens its page.
    func page(
        _ changes: KeyValuePairs<String, String?> = [:], session: String = "anna"
    ) async throws -> (begun: Answer, page: Answer) {
        let begun = try await authorize(changes, session: session)
        let page = try await ask(try #require(begun.location), session: session, browser: begun.browser)
        return (begun, page)
    }

    /// A code that a person gave.
    func code(_ changes: KeyValuePairs<String, String?> = [:]) async throws -> String {
        let (begun, page) = try await page(changes)
        // What was allowed before may need no page.
        let answer = page.status == 303 ? page : try await press(.authorize, on: page, of: begun)
        return try #require(answer.parameter("code"))
    }

    /// Brings a code, with these changes to an ordinary request.
    func redeem(
        _ code: String, _ changes: KeyValuePairs<String, String?> = [:], fields: [(FieldName, String)] = []
    ) async throws -> Answer {
        try await token(
            [
                ("grant_type", "authorization_code"), ("code", code), ("client_id", "app"),
                ("redirect_uri", Self.back), ("code_verifier", Self.verifier),
            ], changes, fields)
    }

    /// Brings a refresh token, with these changes to an ordinary request.
    func refresh(_ token: String, _ changes: KeyValuePairs<String, String?> = [:]) async throws -> Answer {
        try await self.token(
            [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", "app")], changes, [])
    }

    private func token(
        _ ordinary: [(String, String)], _ changes: KeyValuePairs<String, String?>, _ fields: [(FieldName, String)]
    ) async throws -> Answer {
        var form = ordinary
        for (name, value) in changes {
            form.removeAll { $0.0 == name }
            if let value { form.append((name, value)) }
        }
        return try await ask("/oauth/token", form: form, fields: fields)
    }
}

/// Opens a door for the body: `default` wants the group `staff`, `team` lets everybody in, `open` takes no tokens.
func withDoor(requestsMax: Int = AuthorizationRequestStore.requestsMax, _ body: (Door) async throws -> Void)
    async throws
{
    let lane = BlockingLane(threads: 2, queueMax: 1000)
    let database = try await SQLiteDatabase.open(
        .memory, settings: SQLiteSettings(durability: .processCrash), schemas: [GatewaySchema.schema], lane: lane)
    let clock = Door.Clock()
    let now: @Sendable () -> Duration = { clock.now }
    let stores = GatewayStores(database: database, now: now)
    for person in ["anna", "bert", "carl"] { try await stores.users.addPerson(person) }
    let tokens = MadeUpTokens(now: now)
    let clients = MadeUpClients(try MadeUpClients.usual())
    let connections = MadeUpConnections()
    let snapshot = try doorSnapshot()
    let server = AuthorizationServer(
        requests: AuthorizationRequestStore(database: database, requestsMax: requestsMax, now: now),
        approvals: stores.approvals, grants: stores.grants, clients: clients, tokens: tokens, connections: connections,
        snapshot: { snapshot }, now: now)
    let site = try WebSite(routes: server.routes, sessions: MadeUpSessions(), publicURL: snapshot.publicURL) {
        Issue.record("reported: \($0) at \($1)")
    }
    let group = try EventLoopGroup(count: 2)
    group.start()
    let listener = HTTPServer(
        group: group, settings: HTTPServerSettings(), observer: HTTPServerObserver(),
        handler: { exchange in
            guard let match = site.route(exchange.head) else { return await site.answerUnknown(exchange) }
            await site.answer(exchange, match)
        })
    let address = try await listener.listen(SocketAddress(literal: "127.0.0.1", port: 0))
    let fetcher = WebFetcher(
        group: group, resolver: NameResolver(lane: lane), tls: try TLSClientContext(),
        rules: OutboundRules(allowsLoopback: true))
    do {
        try await body(
            Door(
                stores: stores, clients: clients, tokens: tokens, connections: connections, clock: clock,
                routes: server.routes, fetcher: fetcher, port: address.port))
    } catch {
        Issue.record("\(error)")
    }
    await listener.shutDown(grace: .seconds(10))
    group.stopAndJoin()
    lane.shutDown()
}

extension UserStore {
    fileprivate func addPerson(_ name: String) async throws {
        let user = StoredUser(
            id: "u_\(name)", name: name, foldedName: name, passwordHash: nil, role: .member, groups: [],
            createdAt: .zero, changedAt: .zero)
        #expect(try await add(user) == .added)
    }
}

private func doorSnapshot() throws -> GatewaySnapshot {
    let weather = try UpstreamName("weather")
    return try GatewaySnapshot(
        servers: [
            VirtualServerDefinition(
                slug: .default, title: "Everything", upstreams: [weather], auth: .oauth,
                access: ServerAccess(groups: ["staff"])),
            VirtualServerDefinition(slug: try ServerSlug("team"), title: "Team", upstreams: [], auth: .mixed),
            VirtualServerDefinition(slug: try ServerSlug("open"), title: "Open", upstreams: [], auth: .none),
        ],
        upstreams: [
            UpstreamDefinition(
                name: weather,
                kind: .http(
                    HTTPUpstreamDefinition(
                        url: try HTTPURL("https://weather.example/mcp"), auth: .userOAuth(UpstreamOAuth()))))
        ],
        publicURL: try PublicURL("https://gate.example"))
}
