import Gateway
import GatewayModel
import HTTPMessages
import HTTPTransport
import JSONCoding
import Telemetry
import WebUI

/// Every address of the gateway, in reading order: the one place where a path becomes a handler.
///
/// A class, so that the frame of a waiting request holds one reference.
final class FrontDoor: Sendable {
    private let runtimes: CurrentRuntime
    private let endpoint: MCPEndpoint
    private let site: WebSite?
    private let metrics: Metrics
    private let isReady: @Sendable () async -> Bool

    /// `site` has the pages and the endpoints of the authorization server; there is none where nobody signs in.
    init(
        runtimes: CurrentRuntime, endpoint: MCPEndpoint, site: WebSite?, metrics: Metrics,
        isReady: @escaping @Sendable () async -> Bool
    ) {
        self.site = site
        self.runtimes = runtimes
        self.endpoint = endpoint
        self.metrics = metrics
        self.isReady = isReady
    }

    /// Takes a request that needs no task.
    func begin(_ exchange: HTTPExchange) -> (any HTTPShortcut)? {
        let runtime = runtimes.current(on: exchange.loop)
        guard case .mcp(let server) = route(exchange, runtime) else { return nil }
        return endpoint.begin(exchange, runtime, server: server)
    }

    /// Answers one request; runs as a task on the connection's loop.
    func answer(_ exchange: HTTPExchange) async {
        let runtime = runtimes.current(on: exchange.loop)
        switch route(exchange, runtime) {
        case .mcp(let server): await endpoint.answer(exchange, runtime, server: server)
        case .twoEndpoints(let server): await endpoint.answerTwoEndpoints(exchange, runtime, server: server)
        case .health: page(exchange, .json, #"{"status":"ok"}"#)
        case .ready: await ready(exchange)
        case .metrics: metricsPage(exchange)
        case .version: page(exchange, .json, version)
        case .home: home(exchange, runtime)
        case .site(let match): await site?.answer(exchange, match)
        case .unknown: await unknown(exchange)
        case .foreignHost: foreignHost(exchange, runtime)
        }
    }

    private enum Route {
        case mcp(server: Int)
        case twoEndpoints(server: Int)
        case site(WebMatch)
        case health, ready, metrics, version, home, unknown, foreignHost
    }

    /// The MCP addresses come first, because they are what is called.
    ///
    /// The operation pages answer under any name, because probes and scrapers call by address; everything else only under our
    /// own (design 6), or a web page could rebind a name of its own to our address and read the answers.
    private func route(_ exchange: HTTPExchange, _ runtime: GatewayRuntime) -> Route {
        let isOwnHost = exchange.head.withHost { runtime.isOwnHost($0) }
        if isOwnHost, let server = runtime.server(at: exchange.head) { return .mcp(server: server) }
        let head = exchange.head
        if isOwnHost, let server = runtime.twoEndpointServer(at: head) { return .twoEndpoints(server: server) }
        if head.pathEquals("/health") { return .health }
        if head.pathEquals("/ready") { return .ready }
        if head.pathEquals("/metrics") { return .metrics }
        if head.pathEquals("/version") { return .version }
        if !isOwnHost { return .foreignHost }
        if let match = site?.route(head) { return .site(match) }
        return head.pathEquals("/") ? .home : .unknown
    }

    private enum ContentType {
        case json, text, html
    }

    private func page(_ exchange: HTTPExchange, status: Int = 200, _ type: ContentType, _ body: String) {
        guard exchange.head.method == .get || exchange.head.method == .head || status != 200 else {
            var fields = HTTPFields()
            fields.append(.allow, literal: "GET, HEAD")
            exchange.respond(status: 405, fields: fields)
            return
        }
        var fields = HTTPFields()
        switch type {
        case .json: fields.append(.contentType, literal: "application/json")
        case .text: fields.append(.contentType, literal: "text/plain; charset=utf-8")
        case .html:
            fields.append(.contentType, literal: "text/html; charset=utf-8")
            fields.append(
                .contentSecurityPolicy,
                literal: "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'")
        }
        fields.append(.cacheControl, literal: "no-store")
        fields.append(.xContentTypeOptions, literal: "nosniff")
        exchange.respond(status: status, fields: fields, body: Array(body.utf8))
    }

    private func ready(_ exchange: HTTPExchange) async {
        if await isReady() {
            page(exchange, .json, #"{"status":"ready"}"#)
        } else {
            page(
                exchange, status: 503, .json,
                #"{"status":"unavailable","reason":"the database takes no writes: look at its disk"}"#)
        }
    }

    private func metricsPage(_ exchange: HTTPExchange) {
        var fields = HTTPFields()
        _ = fields.append(.contentType, Metrics.contentType)
        exchange.respond(status: 200, fields: fields, body: metrics.exposition())
    }

    private var version: String {
        let revisions = PatchbayVersion.protocolRevisions.map { JSONValue.string($0) }
        let object: JSONObject = [
            "name": "patchbay", "version": .string(PatchbayVersion.text), "protocolRevisions": .array(revisions),
        ]
        return String(decoding: JSONWriter.bytes(of: .object(object)), as: UTF8.self)
    }

    private func home(_ exchange: HTTPExchange, _ runtime: GatewayRuntime) {
        page(exchange, .html, ConnectPage.html(runtime.snapshot, server: nil, acceptedBy: exchange.head.fields))
    }

    /// JSON for every program, also where OpenID Connect would be discovered (rulings 1.2).
    private func unknown(_ exchange: HTTPExchange) async {
        if let site, exchange.head.fields.listContains(.accept, "text/html") {
            await site.answerUnknown(exchange)
            return
        }
        page(
            exchange, status: 404, .json,
            #"{"error":"not_found","message":"Nothing is here. MCP clients connect to /mcp."}"#)
    }

    private func foreignHost(_ exchange: HTTPExchange, _ runtime: GatewayRuntime) {
        let message =
            "This server is reached at \(runtime.snapshot.publicURL), and the Host field names another one. Use that address, or set publicURL."
        let object: JSONObject = ["error": "wrong_host", "message": .string(message)]
        page(exchange, status: 403, .json, String(decoding: JSONWriter.bytes(of: .object(object)), as: UTF8.self))
    }
}
