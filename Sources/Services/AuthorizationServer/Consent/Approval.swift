package import GatewayModel

/// What a person allowed a client that sends its answers to one place; the next time need not ask again.
package struct Approval: Sendable, Hashable {
    /// Whose it is. A client that asks for another redirect URI is another one (specification, confused deputy).
    package struct Key: Sendable, Hashable {
        /// The person.
        package let user: String
        /// The client.
        package let client: String
        /// The redirect URI, as it was asked for.
        package let redirectURI: String
        /// The virtual server.
        package let server: ServerSlug

        /// A key of these parts.
        package init(user: String, client: String, redirectURI: String, server: ServerSlug) {
            self.user = user
            self.client = client
            self.redirectURI = redirectURI
            self.server = server
        }
    }

    /// What was allowed; empty where the person only went to connect an upstream (rulings 5.9).
    package let scopes: AccessScopes
    /// Of the redirect URIs that the client had then; with others it is asked again (rulings 5.6).
    package let redirectsDigest: [UInt8]

    /// An approval of these parts.
    package init(scopes: AccessScopes, redirectsDigest: [UInt8]) {
        self.scopes = scopes
        self.redirectsDigest = redirectsDigest
    }
}
