import GatewayModel
import HTTPTransport
import Reactor
import Synchronization
import Testing
import WebUI

@testable import People

/// A browser that keeps cookies and remembers the last page.
actor TestBrowser {
    private let port: UInt16
    private var cookies: [String: String] = [:]
    private var page: Answer?

    init(port: UInt16) {
        self.port = port
    }

    func cookie(_ name: String) -> String? { cookies[name] }
    func setCookie(_ name: String, _ value: String?) { cookies[name] = value }

    func get(_ target: String, _ fields: [String] = []) async throws -> Answer {
        let answer = try await send("GET", target, fields, body: nil)
        page = answer
        return answer
    }

    /// Sends a form with the value of the page that was read last.
    func post(_ target: String, _ form: [(String, String)] = [], _ fields: [String] = []) async throws -> Answer {
        let all = [("form_token", page?.formToken ?? "")] + form
        let body = all.map { WebAddress.escaped($0.0) + "=" + WebAddress.escaped($0.1) }.joined(separator: "&")
        let answer = try await send(
            "POST", target, ["content-type: application/x-www-form-urlencoded"] + fields, body: body)
        if !answer.formToken.isEmpty { page = answer }
        return answer
    }

    private func send(_ method: String, _ target: String, _ fields: [String], body: String?) async throws -> Answer {
        let jar = cookies.isEmpty ? [] : ["cookie: " + cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")]
        let text = request(method, target, fields + jar, body: body)
        let answer = try await onThread { [port] in try exchange(port: port, text) }
        for field in answer.values("set-cookie") {
            let pair = field.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            cookies[String(pair[0])] = field.contains("Max-Age=0") ? nil : String(pair[1])
        }
        return answer
    }
}

/// What the account page shows of other rooms, made up.
struct MadeUpParts: Sendable {
    let revoked = RevokedGrants()

    final class RevokedGrants: Sendable {
        private let list = Mutex<[String]>([])
        var all: [String] { list.withLock { $0 } }
        func add(_ line: String) { list.withLock { $0.append(line) } }
    }

    var parts: AccountParts {
        AccountParts(
            connections: { (_) throws(WebProblem) in
                [
                    ConnectionView(
                        upstream: "weather", title: "Weather", state: .connected(account: "ada@example.org"),
                        isRequired: true, scopes: ["read"], since: "2026-11-30"),
                    ConnectionView(upstream: "board", title: "Board", state: .notNeeded, isRequired: false),
                    ConnectionView(
                        upstream: "mail", title: "Mail", state: .reconnect(problem: "The provider ended the access."),
                        isRequired: true),
                    ConnectionView(upstream: "files", title: "Files", state: .missing, isRequired: false),
                    ConnectionView(upstream: "maps", title: "Maps", state: .byOperator, isRequired: false),
                ]
            },
            grants: { (_) throws(WebProblem) in
                [
                    GrantView(
                        id: "g_1", client: "Claude <b>", server: "Everything", scopes: .all,
                        since: .seconds(1_800_000_000))
                ]
            },
            revoke: { [revoked] (grant, person) throws(WebProblem) in
                revoked.add("\(grant) of \(person.name)")
                return grant == "g_1"
            },
            servers: { _ in [ServerChoice(slug: .default, title: "Everything")] })
    }
}

/// The pages of this room behind a real server.
func withPages(
    _ test: PeopleUnderTest, parts: MadeUpParts = MadeUpParts(), ways: [SignInWay] = [],
    publicURL: String = "http://127.0.0.1:8080", _ body: (TestBrowser, UInt16) async throws -> Void
) async throws {
    let people = test.people
    let routes =
        SignInPages(people, ways: ways).routes + SetupPages(people).routes
        + AccountPages(people, parts: parts.parts).routes
    let site = try WebSite(
        routes: routes, sessions: people, publicURL: try PublicURL(publicURL), navigation: [AccountPages.navigation]
    ) { reason, path in Issue.record("\(path): \(reason)") }
    let group = try EventLoopGroup(count: 1)
    group.start()
    let server = HTTPServer(
        group: group,
        handler: { exchange in
            if let match = site.route(exchange.head) {
                await site.answer(exchange, match)
            } else {
                await site.answerUnknown(exchange)
            }
        })
    let address = try await server.listen(SocketAddress(literal: "127.0.0.1", port: 0))
    do {
        try await body(TestBrowser(port: address.port), address.port)
    } catch {
        Issue.record("\(error)")
    }
    await server.shutDown(grace: .seconds(10))
    group.stopAndJoin()
}
