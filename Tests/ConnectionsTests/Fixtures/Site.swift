import GatewayModel
import HTTPMessages
import HTTPTransport
import Reactor
import WebUI

@testable import Connections

/// The pages of a house on a socket, with people whose cookie is their name.
final class Site: Sendable {
    private let group: EventLoopGroup
    private let resolver: NameResolver
    private let server: HTTPServer
    let port: UInt16

    init(_ house: House) async throws {
        group = house.group
        resolver = house.resolver
        let site = try WebSite(
            routes: ConnectionRoutes(house.service).all, sessions: Sessions(),
            publicURL: try PublicURL("http://127.0.0.1:1"), report: { _, _ in })
        server = HTTPServer(
            group: house.group, settings: HTTPServerSettings(), tls: nil,
            observer: HTTPServerObserver(
                noted: { _ in }, connectionsChanged: { _ in }, exchangesChanged: { _ in }, answered: { _ in })
        ) { exchange in
            guard let match = site.route(exchange.head) else { return await site.answerUnknown(exchange) }
            await site.answer(exchange, match)
        }
        port = try await server.listen(SocketAddress(literal: "127.0.0.1", port: 0)).port
    }

    func stop() async { await server.shutDown(grace: .seconds(0)) }

    struct Answer: Sendable {
        let status: Int
        let location: String?
        let policy: String?
        let text: String

        /// The token of the page's first form.
        var formToken: String? {
            guard let start = text.range(of: "name=\"form_token\" value=\"") else { return nil }
            return String(text[start.upperBound...].prefix { $0 != "\"" })
        }
    }

    func get(_ target: String, as person: String?) async throws -> Answer {
        try await send(.get, target, person, "")
    }

    func post(_ target: String, as person: String?, _ form: [(name: String, value: String)]) async throws -> Answer {
        try await send(.post, target, person, FormWriter(form).text)
    }

    private func send(_ method: HTTPMethod, _ target: String, _ person: String?, _ body: String) async throws -> Answer
    {
        let loop = group.loops[0]
        let origin = HTTPOrigin(
            HTTPOriginAddress(host: "127.0.0.1", port: port, usesTLS: false), group: group, resolver: resolver, tls: nil
        )
        var fields = HTTPFields()
        if let person { _ = fields.append(.cookie, "patchbay=\(person)") }
        if method == .post { fields.append(.contentType, literal: "application/x-www-form-urlencoded") }
        let request = HTTPClientRequest(
            method: method, target: Array(target.utf8), fields: fields, body: Array(body.utf8))
        let answer = try await loop.runTask { () -> Result<Answer, HTTPClientError> in
            do throws(HTTPClientError) {
                let response = try await origin.pool(on: loop).send(
                    request, deadline: monotonicNanoseconds() &+ 60_000_000_000)
                var bytes: [UInt8] = []
                switch response.body {
                case .complete(let whole): bytes = whole
                case .stream(let stream): while let piece = try await stream.next() { bytes += piece }
                }
                return .success(
                    Answer(
                        status: response.head.status, location: response.head.fields.first(.location),
                        policy: response.head.fields.first(.contentSecurityPolicy),
                        text: String(decoding: bytes, as: UTF8.self)))
            } catch {
                return .failure(error)
            }
        }.value.get()
        origin.closeIdle()
        return answer
    }
}

extension String {
    /// Where a text begins and ends, without Foundation.
    func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<(index(start, offsetBy: text.count)) }
            start = index(after: start)
        }
        return nil
    }
}

private struct Sessions: BrowserSessionReading {
    func person(session cookie: String) async throws(WebProblem) -> SignedInPerson? {
        SignedInPerson(
            user: "u_" + cookie, name: cookie, role: cookie == "op" ? .operator : .member, groups: [],
            session: Array(cookie.utf8))
    }
}

func withSite(
    _ auth: UpstreamAuth = .userOAuth(UpstreamOAuth()), _ body: (House, LittleIssuer, Site) async throws -> Void
) async throws {
    try await withHouse(auth) { house, issuer in
        let site = try await Site(house)
        do {
            try await body(house, issuer, site)
        } catch {
            await site.stop()
            throw error
        }
        await site.stop()
    }
}
