package import GatewayModel

/// Who is signed in in a browser.
package struct SignedInPerson: Sendable, Hashable {
    /// The user's id.
    package let user: String
    /// What they sign in as.
    package let name: String
    /// What they may administer.
    package let role: UserRole
    /// The groups that they are in now.
    package let groups: Set<String>
    /// The digest of their browser session, to which requests that come back are bound.
    package let session: [UInt8]

    /// A person of these parts.
    package init(user: String, name: String, role: UserRole, groups: Set<String>, session: [UInt8]) {
        self.user = user
        self.name = name
        self.role = role
        self.groups = groups
        self.session = session
    }
}

/// Knows browser sessions by the value of their cookie.
package protocol BrowserSessionReading: Sendable {
    /// Whose session it is, if it is one that lives; to look is to use it.
    func person(session cookie: String) async throws(WebProblem) -> SignedInPerson?
}
