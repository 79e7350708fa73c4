import Cryptography
import GatewayModel
import HTTPTransport
import Outbound
import Reactor
import Storage
import Synchronization
import Telemetry
import Testing
import WebUI

@testable import People

/// The site with one provider's button, a second provider beside it, and a browser.
struct ProviderUnderTest: Sendable {
    let test: PeopleUnderTest
    let provider: TestProvider
    let browser: TestBrowser
    let port: UInt16
    fileprivate let reportLines: Lines

    final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    /// What the operator's log would have.
    var reports: [String] { reportLines.all }

    /// Presses the button; the parameters that the browser goes to the provider with.
    func begin(
        next: String = "/account", at name: String = "test", in other: TestBrowser? = nil
    ) async throws -> [String: String] {
        let browser = other ?? browser
        _ = try await browser.get("/sign-in?again=1&next=" + WebAddress.escaped(next))
        let answer = try await browser.post("/sign-in/\(name)", [("next", next)])
        #expect(answer.status == 303, "\(answer.text)")
        let location = answer.field("location") ?? ""
        #expect(location.hasPrefix("\(provider.issuer)/authorize?tenant=1&"))
        return parameters(of: String(location.drop { $0 != "?" }.dropFirst()))
    }

    /// Comes back as somebody who has signed in there.
    func comeBack(
        _ asked: [String: String], with more: [(String, String)] = [], in other: TestBrowser? = nil
    ) async throws -> Answer {
        try await callback([("code", provider.code(for: asked)), ("state", asked["state"] ?? "")] + more, in: other)
    }

    func callback(
        _ query: [(String, String)], at name: String = "test", in other: TestBrowser? = nil
    ) async throws -> Answer {
        let text = query.map { "\($0.0)=\(WebAddress.escaped($0.1))" }.joined(separator: "&")
        return try await (other ?? browser).get("/sign-in/\(name)/callback?\(text)")
    }

    /// All of it.
    func signIn(next: String = "/account") async throws -> Answer {
        try await comeBack(try await begin(next: next))
    }

    var names: [String] { get async throws { try await test.people.users().map(\.name) } }
}

/// Starts provider and site for the body. `settings` are of the provider `test`, whose issuer is filled in.
func withProvider(
    roles: [UserRole: Set<String>] = [.operator: ["admins"]], groupsClaim: String? = "groups",
    emailDomains: Set<String> = [], secret: String? = TestProvider.secret,
    givenUp: @escaping ProviderPages.GivenUp = { (_, _) throws(WebProblem) in nil },
    _ body: (ProviderUnderTest) async throws -> Void
) async throws {
    let test = try await PeopleUnderTest()
    let provider = try TestProvider(seconds: { Int(test.clock.now.components.seconds) })
    let group = try EventLoopGroup(count: 1)
    group.start()
    let lane = BlockingLane(threads: 1, queueMax: 100)
    let theirs = HTTPServer(group: group, handler: { await provider.answer($0) })
    provider.issuer = "http://127.0.0.1:\(try await theirs.listen(SocketAddress(literal: "127.0.0.1", port: 0)).port)"
    let fetcher = WebFetcher(
        group: group, resolver: NameResolver(lane: lane), tls: try TLSClientContext(), rules: OutboundRules())
    let providers = try ["test", "other"].map { name in
        try IdentityProvider(
            name: name, title: "The <ID> of \(name)", issuer: provider.issuer, clientID: "client-of-ours",
            clientSecret: secret.map { Secret($0) }, groupsClaim: groupsClaim, roles: roles, emailDomains: emailDomains)
    }
    let key = SealingKeys.Key(id: SealingKeyID(1), bytes: Secret([UInt8](repeating: 9, count: 32)))
    let pages = try ProviderPages(
        test.people, providers: providers, publicURL: PublicURL("http://127.0.0.1:8080"), fetcher: fetcher, lane: lane,
        keys: SealingKeys(current: key), givenUp: givenUp)
    let lines = ProviderUnderTest.Lines()
    let site = try WebSite(
        routes: pages.routes + SignInPages(test.people, ways: pages.ways).routes
            + AccountPages(test.people, parts: MadeUpParts().parts).routes,
        sessions: test.people, publicURL: try PublicURL("http://127.0.0.1:8080"), navigation: []
    ) { reason, _ in lines.add(reason) }
    let ours = HTTPServer(
        group: group,
        handler: { exchange in
            if let match = site.route(exchange.head) {
                await site.answer(exchange, match)
            } else {
                await site.answerUnknown(exchange)
            }
        })
    let port = try await ours.listen(SocketAddress(literal: "127.0.0.1", port: 0)).port
    do {
        try await body(
            ProviderUnderTest(
                test: test, provider: provider, browser: TestBrowser(port: port), port: port, reportLines: lines))
    } catch {
        Issue.record("\(error)")
    }
    await ours.shutDown(grace: .seconds(10))
    await theirs.shutDown(grace: .seconds(10))
    group.stopAndJoin()
    lane.shutDown()
    await test.database.close()
}
