import GatewayModel
import HTTPMessages
import HTTPTransport
import Reactor
import Synchronization
import Testing

@testable import WebUI

/// Browser sessions that tests make up: the cookie's value names the person.
struct MadeUpSessions: BrowserSessionReading {
    static let member = "member-session"
    static let builder = "builder-session"
    static let `operator` = "operator-session"

    func person(session cookie: String) async throws(WebProblem) -> SignedInPerson? {
        let role: UserRole
        switch cookie {
        case Self.member: role = .member
        case Self.builder: role = .builder
        case Self.operator: role = .operator
        default: return nil
        }
        return SignedInPerson(
            user: "u_\(cookie)", name: "<b>\(role.rawValue)</b>", role: role, groups: [], session: Array(cookie.utf8))
    }
}

/// A site behind a real server, and what it reported.
struct SiteUnderTest: Sendable {
    let site: WebSite
    let port: UInt16
    let reports: Reports

    /// Sends a request and reads its answer.
    func ask(
        _ method: String = "GET", _ target: String, _ fields: [String] = [], body: String? = nil
    ) async throws -> Answer {
        let text = request(method, target, fields, body: body)
        return try await onThread { [port] in try exchange(port: port, text) }
    }

    /// Sends a form.
    func post(_ target: String, _ form: [(String, String)], _ fields: [String] = []) async throws -> Answer {
        let body = form.map { WebAddress.escaped($0.0) + "=" + WebAddress.escaped($0.1) }.joined(separator: "&")
        return try await ask(
            "POST", target, ["content-type: application/x-www-form-urlencoded"] + fields, body: body)
    }
}

/// What an operator would have read.
final class Reports: Sendable {
    private let box = Mutex<[String]>([])
    var all: [String] { box.withLock { $0 } }
    func add(_ text: String) { box.withLock { $0.append(text) } }
}

func withSite(
    _ routes: [WebRoute], publicURL: String = "http://127.0.0.1:8080",
    sessions: any BrowserSessionReading = MadeUpSessions(), navigation: [NavigationItem] = [],
    _ body: (SiteUnderTest) async throws -> Void
) async throws {
    let reports = Reports()
    let site = try WebSite(
        routes: routes, sessions: sessions, publicURL: try PublicURL(publicURL), navigation: navigation
    ) { reason, _ in reports.add(reason) }
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
        try await body(SiteUnderTest(site: site, port: address.port, reports: reports))
    } catch {
        Issue.record("\(error)")
    }
    await server.shutDown(grace: .seconds(10))
    group.stopAndJoin()
}
