package import SQLDatabase

/// Ids of assertions that were used, until they would not be taken anyway.
package struct AssertionStore: Sendable {
    /// Ids at once; an assertion lives for minutes.
    package static let assertionsMax = 100_000

    private let database: any Database
    private let now: StorageClock

    /// Keeps ids in a database that has ``GatewaySchema``.
    package init(database: any Database, now: @escaping StorageClock) {
        self.database = database
        self.now = now
    }

    /// Uses an id up until the assertion expires; `false` when it was used before. `digest` is of the client and its `jti`.
    package func use(_ digest: [UInt8], until end: Duration) async throws(SQLError) -> Bool {
        let time = now()
        return try await database.write { connection throws(SQLError) in
            // What is over makes room here too, so that a burst between two prunings fills nothing.
            try connection.execute(
                """
                DELETE FROM assertions WHERE digest IN (
                    SELECT digest FROM assertions WHERE ends_at <= \(time) ORDER BY ends_at LIMIT 2)
                """)
            return try connection.execute(
                "INSERT INTO assertions (digest, ends_at) VALUES (\(digest), \(end)) ON CONFLICT (digest) DO NOTHING"
            ) > 0
        }
    }
}
