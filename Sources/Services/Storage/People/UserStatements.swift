import GatewayModel
import SQLDatabase

/// Every statement about people; each runs in the transaction of the operation that calls it.
extension SQLConnection {
    mutating func user(_ id: String) throws(SQLError) -> StoredUser? {
        try first("SELECT \(StoredUser.columns) FROM users WHERE id = \(id)")
    }

    mutating func user(_ identity: ProviderIdentity) throws(SQLError) -> StoredUser? {
        try first(
            """
            SELECT \(StoredUser.columns) FROM users
            WHERE provider = \(identity.provider) AND subject = \(identity.subject)
            """)
    }

    mutating func add(_ user: StoredUser) throws(SQLError) -> UserAddition {
        let row = try row("SELECT COUNT(*) AS count FROM users")
        guard try row?.value("count") ?? 0 < UserStore.usersMax else { return .tooMany }
        guard try !has("SELECT id FROM users WHERE folded_name = \(user.foldedName)") else { return .nameTaken }
        if let identity = user.identity, try self.user(identity) != nil { return .identityTaken }
        try execute(
            """
            INSERT INTO users (id, name, folded_name, password_hash, provider, subject, email, role, user_groups,
                is_disabled, created_at, changed_at)
            VALUES (\(user.id), \(user.name), \(user.foldedName), \(user.passwordHash.sqlValue),
                \((user.identity?.provider).sqlValue), \((user.identity?.subject).sqlValue), \(user.email.sqlValue),
                \(user.role), \(NameList(user.groups.sorted())), \(user.isDisabled), \(user.createdAt),
                \(user.changedAt))
            """)
        return .added
    }

    /// Whether somebody else has the name or the identity of this person.
    mutating func isTaken(_ user: StoredUser) throws(SQLError) -> Bool {
        if try has("SELECT id FROM users WHERE folded_name = \(user.foldedName) AND id <> \(user.id)") { return true }
        guard let identity = user.identity, let other = try self.user(identity) else { return false }
        return other.id != user.id
    }

    mutating func update(_ user: StoredUser) throws(SQLError) {
        try execute(
            """
            UPDATE users SET name = \(user.name), folded_name = \(user.foldedName),
                password_hash = \(user.passwordHash.sqlValue), provider = \((user.identity?.provider).sqlValue),
                subject = \((user.identity?.subject).sqlValue), email = \(user.email.sqlValue), role = \(user.role),
                user_groups = \(NameList(user.groups.sorted())), is_disabled = \(user.isDisabled),
                changed_at = \(user.changedAt)
            WHERE id = \(user.id)
            """)
    }

    /// Ends all that a person gave clients, and writes down that they are over themselves.
    mutating func end(_ ending: Ending, grantsOf user: String) throws(SQLError) {
        try execute(
            """
            UPDATE grants SET ended_at = \(ending.at), kept_until = \(ending.at + GrantStore.endedTime)
            WHERE user_id = \(user) AND ended_at IS NULL
            """)
        try write(ending)
    }
}
