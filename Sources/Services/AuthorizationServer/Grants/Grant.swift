package import GatewayModel

/// What a person gave a client at a virtual server; codes and tokens come of it, and end with it.
package struct Grant: Sendable, Hashable {
    /// `g_` and 20 characters.
    package let id: String
    /// The person.
    package let user: String
    /// The client.
    package let client: String
    /// The virtual server.
    package let server: ServerSlug
    /// What was allowed.
    package let scopes: AccessScopes
    /// Whether refresh tokens come of it.
    package let givesRefreshTokens: Bool

    /// A grant of these parts.
    package init(
        id: String, user: String, client: String, server: ServerSlug, scopes: AccessScopes, givesRefreshTokens: Bool
    ) {
        self.id = id
        self.user = user
        self.client = client
        self.server = server
        self.scopes = scopes
        self.givesRefreshTokens = givesRefreshTokens
    }
}
