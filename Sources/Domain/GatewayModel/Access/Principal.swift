/// Who calls: a person, the client that acts for them, the virtual server that they use, and what they may there.
///
/// A class, because every call holds one, and because the same one serves all calls of a token.
package final class Principal: Sendable {
    /// The person's id; empty where nobody signs in.
    package let user: String
    /// The OAuth client's id, or `key:` and the id of an API key; empty where nobody signs in.
    package let client: String
    /// What the token allows.
    package let scopes: AccessScopes
    /// The groups that the person is in now.
    package let groups: Set<String>
    /// What the person may administer; `nil` where nobody signs in.
    package let role: UserRole?
    /// Whom sessions, leases, tasks and parked calls belong to: user, client and virtual server, not scopes and not a token
    /// (rulings 4.6). Empty where nobody signs in.
    package let key: String

    /// A principal of these parts at a virtual server.
    package init(
        user: String, client: String, server: ServerSlug, scopes: AccessScopes, groups: Set<String>, role: UserRole?
    ) {
        self.user = user
        self.client = client
        self.scopes = scopes
        self.groups = groups
        self.role = role
        // No id has a line feed.
        key = "\(user)\n\(client)\n\(server.text)"
    }

    private init() {
        (user, client, key) = ("", "", "")
        scopes = .all
        groups = []
        role = nil
    }

    /// Everybody, at a virtual server where nobody signs in, and whoever came without a token to one of mixed access.
    package static let anonymous = Principal()

    /// Whether nobody has signed in.
    package var isAnonymous: Bool { user.isEmpty }
}

/// What a person may administer.
package enum UserRole: String, Sendable, Hashable, CaseIterable {
    /// Everything.
    case `operator`
    /// Upstreams and virtual servers, not people.
    case builder
    /// Their own connections.
    case member
}
