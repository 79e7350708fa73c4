import GatewayModel
import HTTPMessages
import JSONCoding
import OAuthRules
import WebUI

/// The documents below `/.well-known/` (RFC 8414, RFC 9728) and the keys (RFC 7517).
struct MetadataEndpoint: Sendable {
    let tokens: any AccessTokenMaking
    let addresses: @Sendable () -> ServerAddresses

    /// A minute: a proxy takes the load of 25 requests in 5 seconds, and a change is seen soon (F022).
    private static let cacheControl: StaticString = "public, max-age=60"

    /// The document at this path, or 404 as JSON (rulings 1.2).
    func answer(_ web: WebRequest) throws(WebProblem) -> WebResponse {
        let addresses = addresses()
        let server = AuthorizationServerMetadata.document(
            issuer: addresses.origin, grants: TokenGrantKind.all.map(\.name), registersClients: true,
            takesClientDocuments: true)
        let places = DiscoveryPlaces(addresses: addresses, authorizationServer: server)
        guard let document = places.document(at: web.head.path) else { throw .notFound }
        return cached(.object(document))
    }

    /// The public keys; a token's `kid` is among them until the token is over.
    func keys() async throws(WebProblem) -> WebResponse {
        do throws(AccessTokenProblem) {
            return cached(try await tokens.keySet())
        } catch {
            throw .unavailable(error.reason)
        }
    }

    private func cached(_ json: JSONValue) -> WebResponse {
        var response = WebResponse.json(json)
        response.fields.append(.cacheControl, literal: Self.cacheControl)
        return response
    }
}
