package import SQLDatabase

/// What is over: read at a start, so that tokens which live on outside are refused from the first call on.
package struct EndingStore: Sendable {
    /// How long it is remembered; longer than any access token lives.
    package static let memory: Duration = .seconds(86_400)
    /// Endings that one statement copies.
    private static let pageMax = 10_000

    private let database: any Database
    private let now: StorageClock

    /// Reads from a database that has ``GatewaySchema``.
    package init(database: any Database, now: @escaping StorageClock) {
        self.database = database
        self.now = now
    }

    /// Everything that ended in this time.
    package func endings(within time: Duration = .seconds(3900)) async throws(SQLError) -> [Ending] {
        let since = now() - time
        return try await database.read { connection throws(SQLError) in
            var endings: [Ending] = []
            while true {
                let page: [Ending] = try connection.all(
                    """
                    SELECT kind, id, ended_at FROM endings WHERE ended_at >= \(since) ORDER BY ended_at, kind, id
                    LIMIT \(Self.pageMax) OFFSET \(endings.count)
                    """)
                endings += page
                if page.count < Self.pageMax { return endings }
            }
        }
    }
}
