package import GatewayModel
package import WebUI

/// What the account page shows of other rooms.
package struct AccountParts: Sendable {
    /// The person's connections to upstreams.
    package let connections: @Sendable (_ person: SignedInPerson) async throws(WebProblem) -> [ConnectionView]
    /// The clients that the person gave access to.
    package let grants: @Sendable (_ person: SignedInPerson) async throws(WebProblem) -> [GrantView]
    /// Ends a grant if it is this person's; `false` when they have none of that id.
    package let revoke: @Sendable (_ grant: String, _ person: SignedInPerson) async throws(WebProblem) -> Bool
    /// The virtual servers that the person may use.
    package let servers: @Sendable (_ person: SignedInPerson) -> [ServerChoice]

    /// Parts of these rooms.
    package init(
        connections: @escaping @Sendable (_ person: SignedInPerson) async throws(WebProblem) -> [ConnectionView],
        grants: @escaping @Sendable (_ person: SignedInPerson) async throws(WebProblem) -> [GrantView],
        revoke: @escaping @Sendable (_ grant: String, _ person: SignedInPerson) async throws(WebProblem) -> Bool,
        servers: @escaping @Sendable (_ person: SignedInPerson) -> [ServerChoice]
    ) {
        self.connections = connections
        self.grants = grants
        self.revoke = revoke
        self.servers = servers
    }
}

/// What a person gave a client.
package struct GrantView: Sendable, Hashable {
    /// The grant's id.
    package let id: String
    /// What the client calls itself.
    package let client: String
    /// The virtual server's title.
    package let server: String
    /// What it may.
    package let scopes: AccessScopes
    /// Since when, since 1970.
    package let since: Duration

    /// A grant of these parts.
    package init(id: String, client: String, server: String, scopes: AccessScopes, since: Duration) {
        self.id = id
        self.client = client
        self.server = server
        self.scopes = scopes
        self.since = since
    }
}

/// A virtual server that somebody may use.
package struct ServerChoice: Sendable, Hashable {
    /// Its name in addresses.
    package let slug: ServerSlug
    /// What people call it.
    package let title: String

    /// A server by name and title.
    package init(slug: ServerSlug, title: String) {
        self.slug = slug
        self.title = title
    }
}
