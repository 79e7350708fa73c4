package import SQLDatabase

/// OAuth clients: those that registered, those that the operator made, and copies of the documents of all others.
package struct ClientStore: Sendable {
    /// How long a client that never got a token is kept, and a document that nobody uses (rulings 5.7).
    package static let unusedTime: Duration = .seconds(90 * 86_400)
    /// Clients of one page of the list.
    package static let pageMax = 1_000

    private let database: any Database
    private let now: StorageClock

    /// Keeps clients in a database that has ``GatewaySchema``.
    package init(database: any Database, now: @escaping StorageClock) {
        self.database = database
        self.now = now
    }

    /// A client as it is kept, whatever its age.
    package func client(_ id: String) async throws(SQLError) -> StoredClient? {
        try await database.read { connection throws(SQLError) in try connection.client(id) }
    }

    /// The id of the client whose registration token has this digest.
    package func id(ofRegistration digest: [UInt8]) async throws(SQLError) -> String? {
        try await database.read { connection throws(SQLError) in
            try connection.row("SELECT id FROM oauth_clients WHERE registration_digest = \(digest)")?.value("id")
        }
    }

    /// Clients of a kind, the newest first.
    package func clients(
        _ kind: StoredClient.Kind, limit: Int = Self.pageMax
    ) async throws(SQLError) -> [StoredClient] {
        let limit = min(limit, Self.pageMax)
        return try await database.read { connection throws(SQLError) in
            try connection.all(
                """
                SELECT \(StoredClient.columns) FROM oauth_clients WHERE kind = \(kind.rawValue)
                ORDER BY created_at DESC, id DESC LIMIT \(limit)
                """)
        }
    }

    /// Adds a client. Where a bound is reached, the oldest of its kind that never got a token makes room, and `false`, and
    /// nothing is added, where there is none. A document that another request has added meanwhile is replaced.
    package func add(_ client: StoredClient, bounds: ClientBounds) async throws(SQLError) -> Bool {
        let time = now()
        return try await database.write { connection throws(SQLError) in
            if client.kind == .document, try connection.replace(client, now: time) { return true }
            guard try connection.makeRoom(for: client.kind, bounds) else { return false }
            try connection.insert(client)
            return true
        }
    }

    /// Replaces what a client says of itself, its digests, and the times of its document; `false` when there is none.
    package func replace(_ client: StoredClient) async throws(SQLError) -> Bool {
        let time = now()
        return try await database.write { connection throws(SQLError) in try connection.replace(client, now: time) }
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

    /// Whether one client more of this kind may be there, after one has made room for it where that is needed.
    fileprivate mutating func makeRoom(for kind: StoredClient.Kind, _ bounds: ClientBounds) throws(SQLError) -> Bool {
        let all = try row("SELECT COUNT(*) AS count FROM oauth_clients WHERE kind = \(kind.rawValue)")
        let unused = try row(
            "SELECT COUNT(*) AS count FROM oauth_clients WHERE kind = \(kind.rawValue) AND got_token = 0")
        let (allCount, unusedCount): (Int, Int) = (try all?.value("count") ?? 0, try unused?.value("count") ?? 0)
        guard allCount >= bounds.clientsMax || unusedCount >= bounds.unusedMax else { return true }
        return try execute(
            """
            DELETE FROM oauth_clients WHERE id IN (
                SELECT id FROM oauth_clients
                WHERE kind = \(kind.rawValue) AND got_token = 0 AND used_at < \(bounds.giveWayBefore)
                ORDER BY used_at LIMIT 1)
            """) > 0
    }

    fileprivate mutating func replace(_ client: StoredClient, now: Duration) throws(SQLError) -> Bool {
        try execute(
            """
            UPDATE oauth_clients SET metadata = \(client.metadata), secret_digest = \(client.secretDigest.sqlValue),
                registration_digest = \(client.registrationDigest.sqlValue), fetched_at = \(client.fetchedAt.sqlValue),
                fresh_until = \(client.freshUntil.sqlValue), used_at = \(now)
            WHERE id = \(client.id)
            """) > 0
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

/// How many clients of one kind there may be.
package struct ClientBounds: Sendable, Hashable {
    /// All together.
    package let clientsMax: Int
    /// Those that never got a token: anybody can make them.
    package let unusedMax: Int
    /// Who came or was used later may be in the middle of a first authorization, and stays.
    package let giveWayBefore: Duration

    /// Bounds of these parts.
    package init(clientsMax: Int, unusedMax: Int, giveWayBefore: Duration) {
        self.clientsMax = clientsMax
        self.unusedMax = unusedMax
        self.giveWayBefore = giveWayBefore
    }
}
