import GatewayModel
import OAuthRules
import WebUI

/// Gives tokens for codes and refresh tokens (RFC 6749 3.2).
struct TokenEndpoint: Sendable {
    let office: TokenOffice
    let addresses: @Sendable () -> ServerAddresses

    func answer(_ request: WebRequest) async throws(WebProblem) -> WebResponse {
        do throws(TokenFailure) {
            return .unkept(try await tokens(request).json)
        } catch {
            return try .refusal(error)
        }
    }

    private func tokens(_ request: WebRequest) async throws(TokenFailure) -> GivenTokens {
        let (grant, credentials) = try parsed(request)
        let client: AuthenticatedClient
        do throws(ClientProblem) {
            client = try await office.clients.authenticate(credentials)
        } catch {
            throw .client(error)
        }
        return try await grant.answer(client, office)
    }

    /// What is asked for is known before who asks, so that a kind of grant that is not here is told to everybody.
    private func parsed(_ request: WebRequest) throws(TokenFailure) -> (any TokenGrant, PresentedCredentials) {
        do throws(OAuthError) {
            let request = try ClientRequest(request)
            guard let name = try request.form.once("grant_type") else {
                throw OAuthError(.invalidRequest, "grant_type is missing; send authorization_code or refresh_token.")
            }
            guard let kind = TokenGrantKind.named(name) else {
                throw OAuthError(
                    .unsupportedGrantType,
                    "grant_type has to be \(TokenGrantKind.all.map(\.name).joined(separator: " or ")).")
            }
            let grant = try kind.read(request.form, addresses())
            return (grant, request.credentials)
        } catch {
            throw .refused(error)
        }
    }
}
