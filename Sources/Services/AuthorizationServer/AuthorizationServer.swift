package import GatewayModel
import HTTPMessages
import OAuthRules
package import Storage
package import WebUI

/// The authorization server: what a client and a person need to give each other access, as routes for the site.
package struct AuthorizationServer: Sendable {
    private let metadata: MetadataEndpoint
    private let token: TokenEndpoint
    private let revocation: RevocationEndpoint
    private let introspection: IntrospectionEndpoint
    private let authorize: AuthorizeEndpoint
    private let consent: ConsentEndpoint

    /// An authorization server over these parts; `snapshot` is the configuration at the time of each request.
    package init(
        requests: AuthorizationRequestStore, approvals: ApprovalStore, grants: GrantStore, clients: any ClientKnowing,
        tokens: any AccessTokenMaking,
        connections: any UpstreamConnecting, snapshot: @escaping @Sendable () -> GatewaySnapshot,
        now: @escaping StorageClock
    ) {
        let addresses: @Sendable () -> ServerAddresses = { ServerAddresses(snapshot()) }
        let office = TokenOffice(grants: grants, clients: clients, tokens: tokens, now: now)
        let desk = ConsentOffice(
            requests: requests, approvals: approvals, grants: grants, tokens: tokens, clients: clients,
            connections: connections, snapshot: snapshot, now: now)
        metadata = MetadataEndpoint(tokens: tokens, addresses: addresses)
        token = TokenEndpoint(office: office, addresses: addresses)
        revocation = RevocationEndpoint(office: office)
        introspection = IntrospectionEndpoint(office: office, addresses: addresses)
        authorize = AuthorizeEndpoint(office: desk)
        consent = ConsentEndpoint(office: desk)
    }

    /// Every route of this room but those of registration.
    package var routes: [WebRoute] {
        metadataRoutes + [
            .machine(.post, "/oauth/token", .anyOrigin) { (web) throws(WebProblem) in try await token.answer(web) },
            .machine(.post, "/oauth/revoke", .anyOrigin) { (web) throws(WebProblem) in try await revocation.answer(web)
            },
            .machine(.post, "/oauth/introspect", .ownOrigin) { (web) throws(WebProblem) in
                try await introspection.answer(web)
            },
            .machine(.get, "/oauth/jwks", .anyOrigin) { (_) throws(WebProblem) in try await metadata.keys() },
            WebRoute(.get, "/oauth/authorize", .everyone) { (web) throws(WebProblem) in try await authorize.answer(web)
            },
            WebRoute(.get, "/oauth/consent", .signedIn) { (web) throws(WebProblem) in try await consent.show(web) },
            WebRoute(.post, "/oauth/consent", .signedIn) { (web) throws(WebProblem) in try await consent.act(web) },
        ]
    }

    private var metadataRoutes: [WebRoute] {
        let places: [RoutePath] = [
            "/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/{rest*}",
            "/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server/{rest*}",
        ]
        return places.map { place in
            .machine(.get, place, .anyOrigin) { (web) throws(WebProblem) in try metadata.answer(web) }
        }
    }
}
