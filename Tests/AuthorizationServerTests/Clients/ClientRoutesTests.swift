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
import Testing
import WebUI

@testable import AuthorizationServer

/// The whole way: sockets, routes, registry, database. The client's document lies on the same server as the gateway.
private struct HouseOfClients {
    let registry: ClientRegistry
    let fetcher: WebFetcher
    let port: UInt16

    func ask(
        _ method: HTTPMethod, _ path: String, token: String? = nil, body: String? = nil
    ) async throws -> (answer: FetchedAnswer, json: JSONObject) {
        var fields = HTTPFields()
        if let token { _ = fields.append(.authorization, "Bearer \(token)") }
        let answer = try await fetcher.fetch(
            FetchRequest(
                try HTTPURL("http://127.0.0.1:\(port)\(path)"), method: method, fields: fields,
                body: body.map { .json(Array($0.utf8)) } ?? .none, purpose: .upstream, accepts: .any, bytesMax: 1 << 20,
                time: .seconds(60)))
        return (answer, (try? JSONParser.parse(answer.body))?.objectValue ?? [:])
    }
}

private func withHouse(_ body: (HouseOfClients) async throws -> Void) async throws {
    let lane = BlockingLane(threads: 2, queueMax: 1000)
    let database = try await SQLiteDatabase.open(
        .memory, settings: SQLiteSettings(durability: .processCrash), schemas: [GatewaySchema.schema], lane: lane)
    let clock = MovingClock()
    let stores = GatewayStores(database: database, now: { clock.now })
    let group = try EventLoopGroup(count: 2)
    group.start()
    let fetcher = WebFetcher(
        group: group, resolver: NameResolver(lane: lane), tls: try TLSClientContext(),
        rules: OutboundRules(allowsLoopback: true))
    let publicURL = try PublicURL("http://127.0.0.1:8080")
    let registry = ClientRegistry(
        store: StoredClients(clients: stores.clients, assertions: stores.assertions, now: { clock.now }),
        fetcher: fetcher, publicURL: publicURL, ended: EndedAccess(), group: group, lane: lane, now: { clock.now })
    let site = try WebSite(routes: ClientRoutes(registry).all, sessions: MadeUpSessions(), publicURL: publicURL) {
        Issue.record("reported: \($0) at \($1)")
    }
    let listener = HTTPServer(
        group: group, settings: HTTPServerSettings(), observer: HTTPServerObserver(),
        handler: { exchange in
            if exchange.head.path == "/client.json" {
                var fields = HTTPFields()
                fields.append(.contentType, literal: "application/json")
                let id = "http://\(exchange.head.host)/client.json"
                exchange.respond(
                    status: 200, fields: fields,
                    body: Array(#"{"client_id":"\#(id)","redirect_uris":["http://localhost/callback"]}"#.utf8))
            } else if let match = site.route(exchange.head) {
                await site.answer(exchange, match)
            } else {
                await site.answerUnknown(exchange)
            }
        })
    let address = try await listener.listen(SocketAddress(literal: "127.0.0.1", port: 0))
    do {
        try await body(HouseOfClients(registry: registry, fetcher: fetcher, port: address.port))
    } catch {
        Issue.record("\(error)")
    }
    await listener.shutDown(grace: .seconds(10))
    group.stopAndJoin()
    lane.shutDown()
}

@Suite struct `The routes of registration` {
    @Test("register, show, replace and remove a client (RFC 7591 3, RFC 7592 2)")
    func life() async throws {
        try await withHouse { house in
            let made = try await house.ask(
                .post, "/oauth/register",
                body: #"{"redirect_uris":["https://host.example/"],"token_endpoint_auth_method":"client_secret_basic"}"#
            )
            #expect(made.answer.status == 201)
            #expect(made.answer.fields.first(.cacheControl) == "no-store")
            let id = try #require(made.json["client_id"]?.stringValue)
            let token = try #require(made.json["registration_access_token"]?.stringValue)
            let secret = try #require(made.json["client_secret"]?.stringValue)
            #expect(try await house.registry.authenticate(.basic(id, secret)).client.id == id)

            let path = "/oauth/register/\(id)"
            let shown = try await house.ask(.get, path, token: token)
            #expect(shown.answer.status == 200)
            #expect(shown.json["client_id"] == .string(id))
            let replaced = try await house.ask(
                .put, path, token: token, body: #"{"client_id":"\#(id)","redirect_uris":["https://new.example/"]}"#)
            #expect(replaced.answer.status == 200)
            #expect(try await house.registry.client(id).client.redirect("https://new.example/") != nil)

            let removed = try await house.ask(.delete, path, token: token)
            #expect(removed.answer.status == 204)
            #expect(removed.answer.body.isEmpty)
            let again = try await house.ask(.get, path, token: token)
            #expect(again.answer.status == 401)
            #expect(again.answer.fields.first(.wwwAuthenticate)?.contains("invalid_token") == true)
        }
    }

    @Test("tell a wrong token from another client's, and an empty body from a good one (F033, clients D10)")
    func refusals() async throws {
        try await withHouse { house in
            let body = #"{"redirect_uris":["https://host.example/"]}"#
            let one = try await house.ask(.post, "/oauth/register", body: body).json
            let two = try await house.ask(.post, "/oauth/register", body: body).json
            let id = try #require(one["client_id"]?.stringValue)
            let other = try #require(two["registration_access_token"]?.stringValue)
            for method in [HTTPMethod.get, .put, .delete] {
                let body = method == .put ? "{}" : nil
                let wrong = try await house.ask(method, "/oauth/register/\(id)", token: "pbg_wrong", body: body)
                #expect(wrong.answer.status == 401)
                let foreign = try await house.ask(method, "/oauth/register/\(id)", token: other, body: body)
                #expect(foreign.answer.status == 403)
            }
            let empty = try await house.ask(.post, "/oauth/register", body: "{}")
            #expect(empty.answer.status == 400)
            #expect(empty.json["error"] == "invalid_redirect_uri")
            let long = #"{"x":"\#(String(repeating: "x", count: ClientLimits.documentBytes))"}"#
            #expect(try await house.ask(.post, "/oauth/register", body: long).answer.status == 413)
        }
    }

    @Test("keep documents that were fetched, and ids of assertions, in the database")
    func kept() async throws {
        try await withHouse { house in
            let id = "http://127.0.0.1:\(house.port)/client.json"
            #expect(try await house.registry.client(id).client.redirect("http://localhost:7/callback") != nil)
            #expect(try await house.registry.clients(.document, limit: 10).map(\.id) == [id])
            let used = UsedAssertion(digest: Array(repeating: 7, count: 32), end: .seconds(1_900_000_000))
            let client = AuthenticatedClient(
                client: try await house.registry.client(id).client, method: .assertion, assertion: used)
            try await house.registry.commit(client)
            await #expect(throws: ClientProblem.self) { try await house.registry.commit(client) }
        }
    }
}
