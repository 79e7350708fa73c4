package import GatewayModel

/// A person as the store keeps them.
package struct UserAccount: Sendable, Hashable {
    /// A person is in a handful of groups; providers that send hundreds must be asked for fewer.
    package static let groupsMax = 100
    /// Bytes of one group's name.
    package static let groupBytesMax = 128

    /// `u_` and 20 digits; never changes.
    package let id: String
    /// What they sign in as.
    package let name: UserName
    /// Their password as argon2id text; nobody can sign in by password where there is none.
    package var passwordHash: String?
    /// What they may administer.
    package var role: UserRole
    /// Which groups they are in.
    package private(set) var groups: Set<String>
    /// Whether they may not come in any more, with all that they gave others.
    package var isDisabled: Bool
    /// When the account was made, since 1970.
    package let created: Duration

    /// An account of these parts.
    package init(
        id: String, name: UserName, passwordHash: String?, role: UserRole, groups: Set<String> = [],
        isDisabled: Bool = false, created: Duration
    ) throws(PeopleError) {
        self.id = id
        self.name = name
        self.passwordHash = passwordHash
        self.role = role
        self.groups = []
        self.isDisabled = isDisabled
        self.created = created
        try setGroups(groups)
    }

    /// Puts them into these groups and no others.
    package mutating func setGroups(_ groups: Set<String>) throws(PeopleError) {
        guard groups.count <= Self.groupsMax else { throw .tooManyGroups(max: Self.groupsMax) }
        for group in groups {
            guard !group.isEmpty, group.utf8.count <= Self.groupBytesMax, !group.utf8.contains(where: { $0 < 0x20 })
            else { throw .groupName(bytesMax: Self.groupBytesMax) }
        }
        self.groups = groups
    }
}
