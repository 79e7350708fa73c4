package import SQLDatabase

/// Keys of machines.
package struct APIKeyStore: Sendable {
    /// Keys of one person.
    package static let keysMax = 100

    private let database: any Database
    private let now: StorageClock

    /// Keeps keys in a database that has ``GatewaySchema``.
    package init(database: any Database, now: @escaping StorageClock) {
        self.database = database
        self.now = now
    }

    /// Keeps a new key.
    package func add(_ key: StoredAPIKey, digest: [UInt8]) async throws(SQLError) -> APIKeyAddition {
        try await database.write { connection throws(SQLError) in
            guard try connection.user(key.user) != nil else { return .unknownUser }
            let row = try connection.row("SELECT COUNT(*) AS count FROM api_keys WHERE user_id = \(key.user)")
            guard try row?.value("count") ?? 0 < Self.keysMax else { return .tooMany }
            try connection.execute(
                """
                INSERT INTO api_keys (id, digest, user_id, name, server, scopes, created_at, ends_at, used_at)
                VALUES (\(key.id), \(digest), \(key.user), \(key.name), \(key.server), \(key.scopes),
                    \(key.createdAt), \(key.endsAt.sqlValue), \(key.usedAt.sqlValue))
                """)
            return .added
        }
    }

    /// The key of this digest, while it is good.
    package func key(_ digest: [UInt8]) async throws(SQLError) -> StoredAPIKey? {
        let time = now()
        return try await database.read { connection throws(SQLError) in
            try connection.first(
                """
                SELECT \(StoredAPIKey.columns) FROM api_keys
                WHERE digest = \(digest) AND (ends_at IS NULL OR ends_at > \(time))
                """)
        }
    }

    /// The keys of a person, oldest first.
    package func keys(of user: String) async throws(SQLError) -> [StoredAPIKey] {
        try await database.read { connection throws(SQLError) in
            try connection.all(
                "SELECT \(StoredAPIKey.columns) FROM api_keys WHERE user_id = \(user) ORDER BY created_at, id")
        }
    }

    /// Everybody's keys by id, from after the one that is named on; at most a thousand.
    package func page(after id: String = "") async throws(SQLError) -> [StoredAPIKey] {
        try await database.read { connection throws(SQLError) in
            try connection.all(
                "SELECT \(StoredAPIKey.columns) FROM api_keys WHERE id > \(id) ORDER BY id LIMIT \(UserStore.pageMax)")
        }
    }

    /// Says that a key was seen; written once an hour at most, so a call may say it always.
    package func touch(_ id: String) async throws(SQLError) {
        let time = now()
        let dated = time - .seconds(3600)
        let isDated: @Sendable (inout SQLConnection) throws(SQLError) -> Bool = { connection throws(SQLError) in
            try connection.has(
                "SELECT id FROM api_keys WHERE id = \(id) AND (used_at IS NULL OR used_at <= \(dated))")
        }
        guard try await database.read(isDated) else { return }
        try await database.write { connection throws(SQLError) in
            _ = try connection.execute("UPDATE api_keys SET used_at = \(time) WHERE id = \(id)")
        }
    }

    /// Ends a key, of this person where one is named; nothing when there is none.
    package func remove(_ id: String, of user: String? = nil) async throws(SQLError) -> Ending? {
        let time = now()
        return try await database.write { connection throws(SQLError) in
            let owner = try connection.row("SELECT user_id FROM api_keys WHERE id = \(id)")
            guard let owner: String = try owner?.value("user_id"), user == nil || user == owner else { return nil }
            try connection.execute("DELETE FROM api_keys WHERE id = \(id)")
            let ending = Ending(.key(id), at: time)
            try connection.write(ending)
            return ending
        }
    }
}

/// What came of adding a key.
package enum APIKeyAddition: Sendable, Hashable {
    case added
    /// The person has ``APIKeyStore/keysMax``.
    case tooMany
    /// There is nobody of this id.
    case unknownUser
}
