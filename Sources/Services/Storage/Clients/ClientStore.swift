package import SQLDatabase

/// OAuth clients: those that registered, those that the operator made, and copies of the documents of all others.
package struct ClientStore: Sendable {
    /// Clients that registered themselves and never got a token: anybody can make them.
    package static let unusedMax = 10_000
    /// Copies of documents of clients that never got a token; the one that was used longest ago makes room.
    package static let documentsMax = 10_000
    /// How long a client that never got a token is kept, and a document that nobody uses (rulings 5.7).
    package static let unusedTime: Duration = .seconds(90 * 86_400)
    /// Who registered so recently may be in the middle of its first authorization, and makes room for nobody.
    package static let patience: Duration = .seconds(3_600)
    /// Clients of one page of the list.
    package static let pageMax = 1_000

    private let database: any Database
    private let now: StorageClock
    private let unusedMax: Int
    private let documentsMax: Int

    /// Keeps clients in a database that has ``GatewaySchema``.
    package init(
        database: any Database, unusedMax: Int = Self.unusedMax, documentsMax: Int = Self.documentsMax,
        now: @escaping StorageClock
    ) {
        self.database = database
        self.unusedMax = unusedMax
        self.documentsMax = documentsMax
        self.now = now
    }

    /// A client as it is kept, whatever its age.
    package func client(_ id: String) async throws(SQLError) -> StoredClient? {
        try await database.read { connection throws(SQLError) in try connection.client(id) }
    }

    /// The id of the client whose registration token has this digest (RFC 7592).
    package func id(ofRegistration digest: [UInt8]) async throws(SQLError) -> String? {
        try await database.read { connection throws(SQLError) in
            try connection.row("SELECT id FROM oauth_clients WHERE registration_digest = \(digest)")?.value("id")
        }
    }

    /// Clients by id, from after the one that is named on; at most ``pageMax``.
    package func page(after id: String = "", limit: Int = Self.pageMax) async throws(SQLError) -> [StoredClient] {
        let limit = min(limit, Self.pageMax)
        return try await database.read { connection throws(SQLError) in
            try connection.all(
                "SELECT \(StoredClient.columns) FROM oauth_clients WHERE id > \(id) ORDER BY id LIMIT \(limit)")
        }
    }

    /// Adds a client that registered or that the operator made; `false` when too many of them never got a token. Of those, the
    /// oldest one that is older than ``patience`` makes room: else whoever fills the table would keep everybody out for months.
    package func add(_ client: StoredClient) async throws(SQLError) -> Bool {
        try await database.write { connection throws(SQLError) in
            if client.kind == .registered {
                if try connection.unusedCount(.registered) >= unusedMax {
                    let isOver = try connection.execute(
                        """
                        DELETE FROM oauth_clients WHERE id IN (
                            SELECT id FROM oauth_clients WHERE kind = 'registered' AND got_token = 0
                                AND created_at < \(now() - Self.patience) ORDER BY created_at LIMIT 1)
                        """)
                    guard isOver > 0 else { return false }
                }
            }
            try connection.insert(client)
            return true
        }
    }

    /// Keeps the document of a client in place of the copy before it; what the client got and when stays known.
    package func keep(document client: StoredClient) async throws(SQLError) {
        try await database.write { connection throws(SQLError) -> Void in
            if try connection.client(client.id) != nil {
                try connection.execute(
                    """
                    UPDATE oauth_clients SET metadata = \(client.metadata), fetched_at = \(client.fetchedAt.sqlValue),
                        fresh_until = \(client.freshUntil.sqlValue), used_at = \(client.usedAt)
                    WHERE id = \(client.id) AND kind = 'document'
                    """)
                return
            }
            if try connection.unusedCount(.document) >= documentsMax {
                try connection.execute(
                    """
                    DELETE FROM oauth_clients WHERE id IN (
                        SELECT id FROM oauth_clients WHERE kind = 'document' AND got_token = 0 ORDER BY used_at LIMIT 1)
                    """)
            }
            try connection.insert(client)
        }
    }

    /// Replaces what a client says of itself and its digests (RFC 7592); `false` when there is none.
    package func replace(_ client: StoredClient) async throws(SQLError) -> Bool {
        try await database.write { connection throws(SQLError) in
            try connection.execute(
                """
                UPDATE oauth_clients SET metadata = \(client.metadata), secret_digest = \(client.secretDigest.sqlValue),
                    registration_digest = \(client.registrationDigest.sqlValue)
                WHERE id = \(client.id)
                """) > 0
        }
    }

    /// Removes a client, with everything that people gave it; nothing when there is none.
    package func remove(_ id: String) async throws(SQLError) -> Ending? {
        let ending = Ending(.client(id), at: now())
        return try await database.write { connection throws(SQLError) in
            guard try connection.execute("DELETE FROM oauth_clients WHERE id = \(id)") > 0 else { return nil }
            try connection.execute("DELETE FROM approvals WHERE client = \(id)")
            try connection.execute(
                """
                UPDATE grants SET ended_at = \(ending.at), kept_until = \(ending.at + GrantStore.endedTime)
                WHERE client = \(id) AND ended_at IS NULL
                """)
            try connection.write(ending)
            return ending
        }
    }
}

extension SQLConnection {
    fileprivate mutating func client(_ id: String) throws(SQLError) -> StoredClient? {
        try first("SELECT \(StoredClient.columns) FROM oauth_clients WHERE id = \(id)")
    }

    fileprivate mutating func unusedCount(_ kind: StoredClient.Kind) throws(SQLError) -> Int {
        try row("SELECT COUNT(*) AS count FROM oauth_clients WHERE kind = \(kind.rawValue) AND got_token = 0")?
            .value("count") ?? 0
    }

    fileprivate mutating func insert(_ client: StoredClient) throws(SQLError) {
        try execute(
            """
            INSERT INTO oauth_clients (id, kind, metadata, secret_digest, registration_digest, got_token, created_at,
                used_at, fetched_at, fresh_until)
            VALUES (\(client.id), \(client.kind.rawValue), \(client.metadata), \(client.secretDigest.sqlValue),
                \(client.registrationDigest.sqlValue), \(client.gotToken), \(client.createdAt), \(client.usedAt),
                \(client.fetchedAt.sqlValue), \(client.freshUntil.sqlValue))
            """)
    }

    /// A client gets tokens: it is kept from now on. Written once an hour at most.
    mutating func touchClient(_ id: String, now: Duration) throws(SQLError) {
        try execute(
            """
            UPDATE oauth_clients SET got_token = 1, used_at = \(now)
            WHERE id = \(id) AND (got_token = 0 OR used_at < \(now - .seconds(3600)))
            """)
    }
}
