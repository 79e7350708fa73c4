package import Cryptography
package import GatewayModel
package import HTTPMessages
package import HTTPTransport
import Telemetry

/// Everything that people's browsers and OAuth clients reach, beside MCP itself: one table of routes, and what holds for all.
///
/// A class, because the front door and each exchange hold it.
///
/// Invariants:
/// 1. A handler runs only when the route's access admits who asks, and a page's POST only when it is a form of ours, shown in
///    this browser.
/// 2. Each answer is of the route's kind: no page without its policy, no machine's answer with a cookie.
package final class WebSite: Sendable {
    /// Every route, in the order of the table; for the test that walks it.
    package let routes: [WebRoute]
    let sessions: any BrowserSessionReading
    let navigation: [NavigationItem]
    let isSecure: Bool
    let ownOrigins: Set<String>
    let report: @Sendable (_ problem: String, _ path: String) -> Void
    private let table: RouteTable

    /// Puts the routes of all rooms together; `report` hears what an operator must know.
    package init(
        routes: [WebRoute], sessions: any BrowserSessionReading, publicURL: PublicURL,
        navigation: [NavigationItem] = [], report: @escaping @Sendable (_ problem: String, _ path: String) -> Void
    ) throws(CryptographyError) {
        self.routes = routes + [LanguageChoice.route] + (try Asset.routes())
        self.sessions = sessions
        self.navigation = navigation
        self.report = report
        isSecure = publicURL.url.scheme == .https
        ownOrigins = Set(publicURL.originSpellings)
        table = RouteTable(self.routes)
    }

    /// The place that a request is for; nothing when it is none of the site's. The host has been checked before.
    package func route(_ head: RequestHead) -> WebMatch? {
        table.match(head)
    }

    /// Answers a request; runs as a task on the connection's loop.
    package func answer(_ exchange: HTTPExchange, _ match: WebMatch) async {
        let head = exchange.head
        guard let route = match.place.route(head.method) else { return refuseMethod(exchange, match.place) }
        let visit = WebVisit(site: self, route: route, exchange: exchange)
        let response = await visit.response(match.parameters)
        exchange.respond(status: response.status, fields: response.fields, body: response.body)
    }

    /// Answers what no route is for: a page for a browser, JSON for a program.
    package func answerUnknown(_ exchange: HTTPExchange) async {
        let route = WebRoute(.get, "/", .everyone) { (_) throws(WebProblem) in throw .notFound }
        let visit = WebVisit(site: self, route: route, exchange: exchange)
        let response = await visit.problem(.notFound)
        exchange.respond(status: response.status, fields: response.fields, body: response.body)
    }

    /// 405 with `Allow`, 204 for `OPTIONS`, and what a preflight asks for where pages of others may call.
    private func refuseMethod(_ exchange: HTTPExchange, _ place: RouteTable.Place) {
        var fields = HTTPFields()
        _ = fields.append(.allow, place.allowed)
        fields.append(.cacheControl, literal: "no-store")
        guard exchange.head.method == .options else {
            exchange.respond(status: 405, fields: fields)
            return
        }
        if place.routes.contains(where: { $0.kind == .machine(.anyOrigin) }) {
            fields.append(.accessControlAllowOrigin, literal: "*")
            _ = fields.append(.accessControlAllowMethods, place.allowed)
            fields.append(
                .accessControlAllowHeaders,
                literal: "Authorization, Content-Type, Accept, MCP-Protocol-Version, Mcp-Method, Mcp-Name")
            fields.append(.accessControlMaxAge, number: 86_400)
        }
        exchange.respond(status: 204, fields: fields)
    }
}
