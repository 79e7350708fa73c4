package import SQLDatabase

/// Browsers that were sent to upstreams and have not come back yet.
package struct ConnectStateStore: Sendable {
    /// States of one person at once; the oldest make room.
    package static let statesMax = 32

    private let database: any Database
    private let now: StorageClock

    /// Keeps states in a database that has ``GatewaySchema``.
    package init(database: any Database, now: @escaping StorageClock) {
        self.database = database
        self.now = now
    }

    /// Keeps what is needed when the browser comes back; `false` when its person is not there any more.
    package func keep(_ state: StoredConnectState) async throws(SQLError) -> Bool {
        try await database.write { connection throws(SQLError) in
            guard try connection.user(state.user) != nil else { return false }
            try connection.execute(
                """
                DELETE FROM connect_states WHERE digest IN (
                    SELECT digest FROM connect_states WHERE user_id = \(state.user)
                    ORDER BY ends_at DESC LIMIT \(.noLimit) OFFSET \(Self.statesMax - 1))
                """)
            try connection.execute(
                """
                INSERT INTO connect_states (digest, user_id, sealed, ends_at)
                VALUES (\(state.digest), \(state.user), \(state.sealed), \(state.endsAt))
                """)
            return true
        }
    }

    /// Takes a state out: it is found once, and not when it is too old.
    package func take(_ digest: [UInt8]) async throws(SQLError) -> StoredConnectState? {
        let time = now()
        return try await database.write { connection throws(SQLError) in
            let state: StoredConnectState? = try connection.first(
                "DELETE FROM connect_states WHERE digest = \(digest) RETURNING *")
            guard let state, state.endsAt > time else { return nil }
            return state
        }
    }
}
