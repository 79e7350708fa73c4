import GatewayModel
import JSONCoding
import OAuthRules
import Storage
import WebUI

/// Says whether a token lives, and what it allows (RFC 7662), to a client that proves who it is (rulings 5.11).
///
/// Clients learn about their own tokens only. Those that the operator made learn about all, because they are the resource
/// servers behind the gateway.
struct IntrospectionEndpoint: Sendable {
    let office: TokenOffice
    let addresses: @Sendable () -> ServerAddresses

    func answer(_ request: WebRequest) async throws(WebProblem) -> WebResponse {
        do throws(TokenFailure) {
            let object = try await introspection(request) ?? ["active": false]
            return .unkept(JSONWriter.bytes(of: .object(object)))
        } catch {
            return try .refusal(error)
        }
    }

    private func introspection(_ request: WebRequest) async throws(TokenFailure) -> JSONObject? {
        let (token, credentials) = try parsed(request)
        let client: AuthenticatedClient
        do throws(ClientProblem) {
            client = try await office.clients.authenticate(credentials)
        } catch {
            throw .client(error)
        }
        guard client.method != .none else {
            throw .refused(
                OAuthError(.invalidClient, "Introspection is for clients with a secret or a key (RFC 7662 2.1)."))
        }
        try await office.commit(client)
        let isRefreshToken = token.hasPrefix(OpaqueToken.Kind.refresh.rawValue)
        let found = isRefreshToken ? try await refreshToken(token) : try await accessToken(token)
        guard let found, found["client_id"] == .string(client.client.id) || client.client.origin == .operator else {
            return nil
        }
        return found
    }

    private func parsed(_ request: WebRequest) throws(TokenFailure) -> (String, PresentedCredentials) {
        do throws(OAuthError) {
            let request = try ClientRequest(request)
            return (try OpaqueValue.required("token", request.form), request.credentials)
        } catch {
            throw .refused(error)
        }
    }

    private func accessToken(_ token: String) async throws(TokenFailure) -> JSONObject? {
        guard let contents = try await office.contents(of: token) else { return nil }
        return [
            "active": true, "scope": .string(contents.scopes.text), "client_id": .string(contents.client),
            "token_type": "Bearer", "sub": .string(contents.user), "iss": .string(addresses().origin),
            "aud": .array(contents.audiences.map { .string($0) }), "iat": seconds(contents.issued),
            "exp": seconds(contents.expires),
        ]
    }

    private func refreshToken(_ token: String) async throws(TokenFailure) -> JSONObject? {
        guard let found = try await office.refreshToken(token), !found.grant.family.isEnded,
            found.token.generation >= found.grant.family.generation, found.token.expires > office.now()
        else { return nil }
        return [
            "active": true, "scope": .string(found.grant.scopes.text), "client_id": .string(found.grant.client),
            "sub": .string(found.grant.user), "iss": .string(addresses().origin), "exp": seconds(found.token.expires),
        ]
    }

    private func seconds(_ time: Duration) -> JSONValue { .number(JSONNumber(time.components.seconds)) }
}
