package import GatewayModel
import SQLDatabase

/// A person. Local ones have a password, the others come from a provider; one may have both.
package struct StoredUser: Sendable, Hashable {
    /// `u_` and 20 digits; never changes.
    package let id: String
    /// What they sign in as, as it was written.
    package var name: String
    /// What they are found by; no two people have the same.
    package var foldedName: String
    /// argon2id text; without one nobody signs in by password.
    package var passwordHash: String?
    /// Who they are at the provider that vouches for them.
    package var identity: ProviderIdentity?
    /// For showing; nobody is found by it.
    package var email: String?
    /// What they may administer.
    package var role: UserRole
    /// The groups that they are in.
    package var groups: Set<String>
    /// They may not come in, and what they gave clients is over.
    package var isDisabled: Bool
    /// When the account was made.
    package let createdAt: Duration
    /// When something of it was changed last; the store sets it.
    package var changedAt: Duration

    /// A person of these parts.
    package init(
        id: String, name: String, foldedName: String, passwordHash: String?, identity: ProviderIdentity? = nil,
        email: String? = nil, role: UserRole, groups: Set<String> = [], isDisabled: Bool = false,
        createdAt: Duration, changedAt: Duration
    ) {
        self.id = id
        self.name = name
        self.foldedName = foldedName
        self.passwordHash = passwordHash
        self.identity = identity
        self.email = email
        self.role = role
        self.groups = groups
        self.isDisabled = isDisabled
        self.createdAt = createdAt
        self.changedAt = changedAt
    }
}

/// A person as a provider knows them.
package struct ProviderIdentity: Sendable, Hashable {
    /// The operator's name for the provider.
    package let provider: String
    /// Its name for the person, which never changes.
    package let subject: String

    /// A person at a provider.
    package init(provider: String, subject: String) {
        self.provider = provider
        self.subject = subject
    }
}

extension StoredUser: StoredRow {
    static let columns: SQL =
        """
        users.id, name, folded_name, password_hash, provider, subject, email, role, user_groups, is_disabled, created_at, \
        changed_at
        """

    init(_ row: SQLRow) throws(SQLError) {
        let groups: NameList = try row.value("user_groups")
        var identity: ProviderIdentity?
        if let provider: String = try row.value("provider", as: String?.self) {
            identity = ProviderIdentity(provider: provider, subject: try row.value("subject"))
        }
        self.init(
            id: try row.value("id"), name: try row.value("name"), foldedName: try row.value("folded_name"),
            passwordHash: try row.value("password_hash"), identity: identity, email: try row.value("email"),
            role: try row.value("role"), groups: Set(groups.names), isDisabled: try row.value("is_disabled"),
            createdAt: try row.value("created_at"), changedAt: try row.value("changed_at"))
    }
}
