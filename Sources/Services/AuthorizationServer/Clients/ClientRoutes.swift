import HTTPMessages
import OAuthRules
package import WebUI

/// The routes of registration: where clients register, and where each manages its own registration.
package struct ClientRoutes: Sendable {
    private let registration: ClientRegistration

    /// Routes over these clients.
    package init(_ registry: ClientRegistry) {
        registration = ClientRegistration(registry: registry)
    }

    /// For the site's table.
    package var all: [WebRoute] {
        let registration = registration
        let limit = ClientLimits.documentBytes
        return [
            .machine(.post, "/oauth/register", .anyOrigin, bodyMax: limit) { (web) throws(WebProblem) in
                await Self.answer(status: 201) { () async throws(RegistrationProblem) in
                    try await registration.register(web.body)
                }
            },
            .machine(.get, "/oauth/register/{client}", .anyOrigin) { (web) throws(WebProblem) in
                await Self.answer(status: 200) { () async throws(RegistrationProblem) in
                    try await registration.show(web.parameter("client"), token: Self.token(web))
                }
            },
            .machine(.put, "/oauth/register/{client}", .anyOrigin, bodyMax: limit) { (web) throws(WebProblem) in
                await Self.answer(status: 200) { () async throws(RegistrationProblem) in
                    try await registration.replace(web.parameter("client"), token: Self.token(web), web.body)
                }
            },
            .machine(.delete, "/oauth/register/{client}", .anyOrigin) { (web) throws(WebProblem) in
                await Self.answer(status: 204) { () async throws(RegistrationProblem) in
                    try await registration.remove(web.parameter("client"), token: Self.token(web))
                    return []
                }
            },
        ]
    }

    private static func answer(
        status: Int, _ body: () async throws(RegistrationProblem) -> [UInt8]
    ) async -> WebResponse {
        var response: WebResponse
        do throws(RegistrationProblem) {
            let bytes = try await body()
            response = bytes.isEmpty ? .empty(status: status) : .json(bytes: bytes, status: status)
        } catch {
            response = .json(bytes: error.body, status: error.status)
            if let challenge = error.challenge { _ = response.fields.append(.wwwAuthenticate, challenge) }
        }
        response.fields.append(.cacheControl, literal: "no-store")
        return response
    }

    /// RFC 6750 section 2.1; two fields are none.
    private static func token(_ web: WebRequest) -> String? {
        let fields = web.head.fields
        guard fields.count(.authorization) == 1, let value = fields.first(.authorization) else { return nil }
        let scheme = value.prefix { $0 != " " }
        let token = value.dropFirst(scheme.count).drop { $0 == " " }
        return scheme.lowercased() == "bearer" && !token.isEmpty && token.utf8.count <= 512 ? String(token) : nil
    }
}
