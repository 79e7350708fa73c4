package import SQLDatabase

/// Browsers in which somebody is signed in.
package struct BrowserSessionStore: Sendable {
    /// Sessions of one person; with one more the one that ends first is over.
    package static let sessionsMax = 50
    /// Sessions that one pruning forgets, so that writers do not wait long for it.
    package static let prunedMax = 10_000

    private let database: any Database
    private let now: StorageClock

    /// Keeps sessions in a database that has ``GatewaySchema``.
    package init(database: any Database, now: @escaping StorageClock) {
        self.database = database
        self.now = now
    }

    /// Keeps a new session; `false` when its person may not come in, or is not there any more.
    package func begin(_ session: StoredBrowserSession) async throws(SQLError) -> Bool {
        try await database.write { connection throws(SQLError) in
            guard let user = try connection.user(session.user), !user.isDisabled else { return false }
            try connection.execute(
                """
                DELETE FROM browser_sessions WHERE digest IN (
                    SELECT digest FROM browser_sessions WHERE user_id = \(session.user)
                    ORDER BY ends_at DESC LIMIT \(.noLimit) OFFSET \(Self.sessionsMax - 1))
                """)
            try connection.execute(
                """
                INSERT INTO browser_sessions (digest, user_id, began_at, ends_at)
                VALUES (\(session.digest), \(session.user), \(session.beganAt), \(session.endsAt))
                """)
            return true
        }
    }

    /// The session of a digest, if it has not ended.
    package func session(_ digest: [UInt8]) async throws(SQLError) -> StoredBrowserSession? {
        let time = now()
        return try await database.read { connection throws(SQLError) in
            try connection.first("SELECT * FROM browser_sessions WHERE digest = \(digest) AND ends_at > \(time)")
        }
    }

    /// The sessions of a person, the one that began last first.
    package func sessions(of user: String) async throws(SQLError) -> [StoredBrowserSession] {
        let time = now()
        return try await database.read { connection throws(SQLError) in
            try connection.all(
                """
                SELECT * FROM browser_sessions WHERE user_id = \(user) AND ends_at > \(time) ORDER BY began_at DESC
                """)
        }
    }

    /// Moves the end of a session that has not ended.
    package func extend(_ digest: [UInt8], until end: Duration) async throws(SQLError) {
        let time = now()
        try await database.write { connection throws(SQLError) in
            _ = try connection.execute(
                "UPDATE browser_sessions SET ends_at = \(end) WHERE digest = \(digest) AND ends_at > \(time)")
        }
    }

    /// Ends one session.
    package func end(_ digest: [UInt8]) async throws(SQLError) {
        try await database.write { connection throws(SQLError) in
            _ = try connection.execute("DELETE FROM browser_sessions WHERE digest = \(digest)")
        }
    }

    /// Ends all sessions of a person but one, where one is named; says how many.
    @discardableResult
    package func endAll(of user: String, but kept: [UInt8]? = nil) async throws(SQLError) -> Int {
        try await database.write { connection throws(SQLError) in
            try connection.execute(
                "DELETE FROM browser_sessions WHERE user_id = \(user) AND digest <> \(kept ?? [])")
        }
    }
}
