package import GatewayModel

/// What the token gate asks of whoever knows people and keys; asked once for each token, not with every call.
package protocol TokenPeople: Sendable {
    /// A person as of now; nothing for one who was removed or disabled.
    func person(_ id: String) async throws(AccessTokenProblem) -> TokenPerson?
    /// The API key of this digest; nothing for one that is not there, was taken back or is over.
    func apiKey(_ digest: [UInt8]) async throws(AccessTokenProblem) -> TokenKey?
}

/// As much of a person as a call needs.
package struct TokenPerson: Sendable, Hashable {
    /// The groups that the person is in.
    package let groups: Set<String>
    /// What the person may administer.
    package let role: UserRole

    /// A person of these.
    package init(groups: Set<String>, role: UserRole) {
        self.groups = groups
        self.role = role
    }
}

/// As much of an API key as a call needs.
package struct TokenKey: Sendable, Hashable {
    /// Its id, `k_…`.
    package let id: String
    /// Whose it is.
    package let user: String
    /// The one virtual server that it is for.
    package let server: ServerSlug
    /// What it allows.
    package let scopes: AccessScopes
    /// When it is over, in seconds since 1970; never without.
    package let expires: Int?

    /// A key of these parts.
    package init(id: String, user: String, server: ServerSlug, scopes: AccessScopes, expires: Int?) {
        self.id = id
        self.user = user
        self.server = server
        self.scopes = scopes
        self.expires = expires
    }
}
