package import SQLDatabase

/// What clients of the handshake era said once for the whole of their sessions, and which sessions are over (rulings 4.5).
package struct SessionStore: Sendable {
    /// A client that ends a session for each call leaves one row a call; when there are more, the oldest are forgotten, which
    /// at worst lets a client use a session that it has ended.
    package static let sessionsMax = 100_000
    /// The subscriptions of one session as text; a thousand ordinary URIs.
    package static let subscriptionBytesMax = 128 * 1024

    /// Sessions that one pruning forgets, so that writers do not wait long for it.
    package static let prunedMax = 10_000

    private let database: any Database
    private let sessionsMax: Int
    private let now: StorageClock

    /// Keeps sessions in a database that has ``GatewaySchema``.
    package init(database: any Database, sessionsMax: Int = Self.sessionsMax, now: @escaping StorageClock) {
        self.database = database
        self.sessionsMax = sessionsMax
        self.now = now
    }

    /// What is kept of all sessions that may still be used, the one that was kept last at the end.
    package func sessions() async throws(SQLError) -> [StoredSession] {
        let (time, limit) = (now(), sessionsMax)
        return try await database.read { connection throws(SQLError) in
            let rows = try connection.rows(
                """
                SELECT digest, is_ended, log_level, subscriptions FROM (
                    SELECT * FROM sessions WHERE kept_until > \(time) ORDER BY kept_until DESC LIMIT \(limit)
                ) ORDER BY kept_until, digest
                """)
            var sessions: [StoredSession] = []
            sessions.reserveCapacity(rows.count)
            for row in rows { sessions.append(try StoredSession(row)) }
            return sessions
        }
    }

    /// Keeps a session in place of what was known of it, for as long as its id can be good; stored when this returns.
    ///
    /// `latest` is asked when the write begins, so that of two changes at once the one that came last stays.
    package func keep(
        for time: Duration, _ latest: @escaping @Sendable () -> StoredSession
    ) async throws(SQLError) {
        let until = now() + time
        try await database.write { connection throws(SQLError) in
            let session = latest()
            let (level, subscriptions) = (session.logLevel.sqlValue, session.subscriptionText)
            guard subscriptions.utf8.count <= Self.subscriptionBytesMax else { throw .tooBig }
            _ = try connection.execute(
                """
                INSERT INTO sessions (digest, is_ended, log_level, subscriptions, kept_until)
                VALUES (\(session.digest), \(session.isEnded), \(level), \(subscriptions), \(until))
                ON CONFLICT (digest) DO UPDATE SET
                    is_ended = excluded.is_ended, log_level = excluded.log_level,
                    subscriptions = excluded.subscriptions, kept_until = excluded.kept_until
                """)
        }
    }

    /// Forgets sessions whose ids are not good any more, and the oldest of more than there may be; says which.
    @discardableResult
    package func prune() async throws(SQLError) -> [[UInt8]] {
        let (time, limit) = (now(), sessionsMax)
        return try await database.write { connection throws(SQLError) in
            let rows = try connection.rows(
                """
                SELECT digest FROM sessions WHERE kept_until <= \(time)
                UNION
                SELECT digest FROM (SELECT digest FROM sessions ORDER BY kept_until DESC LIMIT \(.noLimit) OFFSET \(limit))
                LIMIT \(Self.prunedMax)
                """)
            var forgotten: [[UInt8]] = []
            forgotten.reserveCapacity(rows.count)
            for row in rows {
                let digest: [UInt8] = try row.value("digest")
                try connection.execute("DELETE FROM sessions WHERE digest = \(digest)")
                forgotten.append(digest)
            }
            return forgotten
        }
    }
}
