import OAuthRules
import Storage
import WebUI

/// Takes back what a token stands for (RFC 7009): a refresh token's family, or the grant of an access token, because that is
/// what a person means by Disconnect.
struct RevocationEndpoint: Sendable {
    let office: TokenOffice

    func answer(_ request: WebRequest) async throws(WebProblem) -> WebResponse {
        do throws(TokenFailure) {
            try await revoke(request)
            return .unkept([])
        } catch {
            return try .refusal(error)
        }
    }

    private func revoke(_ request: WebRequest) async throws(TokenFailure) {
        let (token, credentials) = try parsed(request)
        let client: AuthenticatedClient
        do throws(ClientProblem) {
            client = try await office.clients.authenticate(credentials)
        } catch {
            throw .client(error)
        }
        try await office.commit(client)
        // `token_type_hint` is only a hint, and ours are told apart by their form.
        let grant = try await grant(of: token)
        // A token that is not known, or is over already, is as good as revoked (RFC 7009 2.2).
        guard let grant else { return }
        guard grant.client == client.client.id else {
            throw .refused(OAuthError(.unauthorizedClient, "The token was given to another client (RFC 7009 2.1)."))
        }
        try await office.end(grant.id)
    }

    private func parsed(_ request: WebRequest) throws(TokenFailure) -> (String, PresentedCredentials) {
        do throws(OAuthError) {
            let request = try ClientRequest(request)
            return (try OpaqueValue.required("token", request.form), request.credentials)
        } catch {
            throw .refused(error)
        }
    }

    private func grant(of token: String) async throws(TokenFailure) -> (id: String, client: String)? {
        guard !token.hasPrefix(OpaqueToken.Kind.refresh.rawValue) else {
            let found = try await office.refreshToken(token)
            return found.map { ($0.grant.id, $0.grant.client) }
        }
        return try await office.contents(of: token).map { ($0.grant, $0.client) }
    }
}
