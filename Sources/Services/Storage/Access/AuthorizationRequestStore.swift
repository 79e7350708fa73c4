package import SQLDatabase

/// Requests of clients that wait for a person.
package struct AuthorizationRequestStore: Sendable {
    /// Requests at once: whoever asks is not known yet, so strangers can fill the place, and no more than that.
    package static let requestsMax = 20_000
    /// Bytes of what is kept of one.
    package static let contentsMax = 32 * 1024

    private let database: any Database
    private let now: StorageClock
    private let requestsMax: Int

    /// Keeps requests in a database that has ``GatewaySchema``.
    package init(database: any Database, requestsMax: Int = Self.requestsMax, now: @escaping StorageClock) {
        self.database = database
        self.requestsMax = requestsMax
        self.now = now
    }

    /// Keeps a new request; `false` when there are too many already.
    package func keep(_ request: StoredAuthorizationRequest) async throws(SQLError) -> Bool {
        guard request.contents.utf8.count <= Self.contentsMax else { throw .tooBig }
        let time = now()
        return try await database.write { connection throws(SQLError) in
            let row = try connection.row("SELECT COUNT(*) AS count FROM authorization_requests WHERE ends_at > \(time)")
            guard try row?.value("count") ?? 0 < requestsMax else { return false }
            try connection.execute(
                """
                INSERT INTO authorization_requests (digest, contents, session, answered_at, ends_at)
                VALUES (\(request.digest), \(request.contents), \(request.session.sqlValue),
                    \(request.answeredAt.sqlValue), \(request.endsAt))
                """)
            return true
        }
    }

    /// A request that is still good.
    package func request(_ digest: [UInt8]) async throws(SQLError) -> StoredAuthorizationRequest? {
        let time = now()
        return try await database.read { connection throws(SQLError) in try connection.request(digest, now: time) }
    }

    /// Binds a request to the first browser session that opens it.
    package func claim(_ digest: [UInt8], session: [UInt8]) async throws(SQLError) -> RequestClaim {
        let time = now()
        return try await database.write { connection throws(SQLError) in
            guard let request = try connection.request(digest, now: time) else { return .foreign }
            if let owner = request.session { return owner == session ? .again : .foreign }
            try connection.execute(
                "UPDATE authorization_requests SET session = \(session) WHERE digest = \(digest)")
            return .first
        }
    }

    /// Forgets a request; `false` when it was not there.
    package func remove(_ digest: [UInt8]) async throws(SQLError) -> Bool {
        try await database.write { connection throws(SQLError) in
            try connection.execute("DELETE FROM authorization_requests WHERE digest = \(digest)") > 0
        }
    }
}

/// Whose a request is.
package enum RequestClaim: Sendable, Hashable {
    /// This session's, from now on.
    case first
    /// This session's already.
    case again
    /// Another one's, or it is not there.
    case foreign
}

extension SQLConnection {
    mutating func request(_ digest: [UInt8], now: Duration) throws(SQLError) -> StoredAuthorizationRequest? {
        try first("SELECT * FROM authorization_requests WHERE digest = \(digest) AND ends_at > \(now)")
    }
}
