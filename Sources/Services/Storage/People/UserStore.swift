import GatewayModel
package import SQLDatabase

/// People, and what follows for everything of theirs when they change or go.
package struct UserStore: Sendable {
    /// People of one gateway; more belong to a provider and to several gateways.
    package static let usersMax = 100_000
    /// People of one page of the list.
    package static let pageMax = 1_000

    let database: any Database
    let now: StorageClock

    /// Keeps people in a database that has ``GatewaySchema``.
    package init(database: any Database, now: @escaping StorageClock) {
        self.database = database
        self.now = now
    }

    /// Whether there is anybody; without, the first start's link is shown.
    package func isEmpty() async throws(SQLError) -> Bool {
        try await database.read { connection throws(SQLError) in
            try !connection.has("SELECT id FROM users LIMIT 1")
        }
    }

    /// The person of an id.
    package func user(_ id: String) async throws(SQLError) -> StoredUser? {
        try await database.read { connection throws(SQLError) in try connection.user(id) }
    }

    /// The person of a folded name.
    package func user(named folded: String) async throws(SQLError) -> StoredUser? {
        try await database.read { connection throws(SQLError) in
            try connection.first("SELECT \(StoredUser.columns) FROM users WHERE folded_name = \(folded)")
        }
    }

    /// The person that a provider knows so.
    package func user(_ identity: ProviderIdentity) async throws(SQLError) -> StoredUser? {
        try await database.read { connection throws(SQLError) in try connection.user(identity) }
    }

    /// People by folded name, from after the one that is named on; at most ``pageMax``.
    package func page(after folded: String = "", limit: Int = Self.pageMax) async throws(SQLError) -> [StoredUser] {
        let limit = min(limit, Self.pageMax)
        return try await database.read { connection throws(SQLError) in
            try connection.all(
                """
                SELECT \(StoredUser.columns) FROM users WHERE folded_name > \(folded) ORDER BY folded_name LIMIT \(limit)
                """)
        }
    }

    /// Adds a person.
    package func add(_ user: StoredUser) async throws(SQLError) -> UserAddition {
        try await database.write { connection throws(SQLError) in try connection.add(user) }
    }

    /// Adds the first person and uses the link up that allows it, both or neither; later the link is good for nothing.
    package func addFirst(
        _ user: StoredUser, using link: [UInt8], kind: String
    ) async throws(SQLError) -> UserAddition {
        let time = now()
        return try await database.write { connection throws(SQLError) in
            guard try !connection.has("SELECT id FROM users LIMIT 1"),
                try connection.takeLink(link, kind: kind, now: time) != nil
            else { return .linkIsOver }
            return try connection.add(user)
        }
    }

    /// Changes a person as `change` says; it may be asked twice.
    ///
    /// Who is disabled by it loses everything that remembers them, in the same transaction: the ending is for whoever has their
    /// tokens in memory. Whatever else changed is for those too, so it is news in any case.
    package func change(
        _ id: String, _ change: @escaping @Sendable (inout StoredUser) -> Void
    ) async throws(SQLError) -> UserChange {
        let time = now()
        return try await database.write { connection throws(SQLError) in
            guard var user = try connection.user(id) else { return .unknown }
            let wasDisabled = user.isDisabled
            change(&user)
            user.changedAt = time
            guard try !connection.isTaken(user) else { return .nameTaken }
            try connection.update(user)
            guard user.isDisabled, !wasDisabled else { return .changed(user, nil) }
            let ending = Ending(.user(id), at: time)
            try connection.end(ending, grantsOf: id)
            try connection.execute("DELETE FROM browser_sessions WHERE user_id = \(id)")
            return .changed(user, ending)
        }
    }

    /// Removes a person with everything that is theirs; nothing when there is none of this id.
    package func remove(_ id: String) async throws(SQLError) -> UserRemoval? {
        let time = now()
        return try await database.write { connection throws(SQLError) in
            guard try connection.user(id) != nil else { return nil }
            let ending = Ending(.user(id), at: time)
            try connection.end(ending, grantsOf: id)
            let connections: [StoredConnection] = try connection.all(
                "DELETE FROM connections WHERE owner = \(id) RETURNING \(StoredConnection.columns)")
            // Sessions, links, keys, approvals and connect states go with the row that they belong to.
            try connection.execute("DELETE FROM users WHERE id = \(id)")
            return UserRemoval(ending: ending, connections: connections)
        }
    }
}
