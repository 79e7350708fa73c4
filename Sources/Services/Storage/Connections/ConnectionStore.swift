package import SQLDatabase

/// What people and the operator gave us at upstreams. Tokens come sealed.
package struct ConnectionStore: Sendable {
    /// Connections that one page names.
    package static let pageMax = 1_000

    private let database: any Database

    /// Keeps connections in a database that has ``GatewaySchema``.
    package init(database: any Database) {
        self.database = database
    }

    /// The connection of an owner to an upstream.
    package func connection(upstream: String, owner: String) async throws(SQLError) -> StoredConnection? {
        try await database.read { connection throws(SQLError) in
            try connection.connection(upstream: upstream, owner: owner)
        }
    }

    /// All connections of an owner, by upstream.
    package func connections(of owner: String) async throws(SQLError) -> [StoredConnection] {
        try await database.read { connection throws(SQLError) in
            try connection.all(
                "SELECT \(StoredConnection.columns) FROM connections WHERE owner = \(owner) ORDER BY upstream")
        }
    }

    /// Everybody's connections by upstream and owner, from after this one on; at most ``pageMax``.
    package func page(
        after last: (upstream: String, owner: String) = ("", ""), limit: Int = Self.pageMax
    ) async throws(SQLError) -> [StoredConnection] {
        let (upstream, owner, limit) = (last.upstream, last.owner, min(limit, Self.pageMax))
        return try await database.read { connection throws(SQLError) in
            try connection.all(
                """
                SELECT \(StoredConnection.columns) FROM connections WHERE (upstream, owner) > (\(upstream), \(owner))
                ORDER BY upstream, owner LIMIT \(limit)
                """)
        }
    }

    /// Writes a connection in the place of the one with this version; 0 means that there must be none. `false`, and nothing is
    /// written, if there is another one by now, or its person is not there any more.
    package func replace(_ new: StoredConnection, version: Int64) async throws(SQLError) -> Bool {
        try await database.write { connection throws(SQLError) in
            let before = try connection.connection(upstream: new.upstream, owner: new.owner)
            guard before?.version ?? 0 == version else { return false }
            if !new.owner.isEmpty, try connection.user(new.owner) == nil { return false }
            try connection.execute(
                """
                INSERT INTO connections (\(StoredConnection.columns))
                VALUES (\(new.upstream), \(new.owner), \(new.sealed), \(new.state.rawValue), \(new.account.sqlValue),
                    \(new.problem.sqlValue), \(new.connectedAt), \(new.version))
                ON CONFLICT (upstream, owner) DO UPDATE SET
                    sealed = excluded.sealed, state = excluded.state, account = excluded.account,
                    problem = excluded.problem, connected_at = excluded.connected_at, version = excluded.version
                """)
            return true
        }
    }

    /// Forgets a connection; it is given back if it was there.
    package func remove(upstream: String, owner: String) async throws(SQLError) -> StoredConnection? {
        try await database.write { connection throws(SQLError) in
            try connection.first(
                """
                DELETE FROM connections WHERE upstream = \(upstream) AND owner = \(owner)
                RETURNING \(StoredConnection.columns)
                """)
        }
    }

    /// The people whose connection to an upstream works: operators, then builders, then all others, the one that connected first
    /// before the others; at most `limit`, because one is enough and the next ones are for when it fails.
    package func usableOwners(of upstream: String, limit: Int = 10) async throws(SQLError) -> [String] {
        try await database.read { connection throws(SQLError) in
            // One question a role: they stop at the limit, where sorting everybody would not.
            var owners: [String] = []
            for role in ["operator", "builder"] {
                owners += try connection.owners(
                    """
                    SELECT owner FROM users CROSS JOIN connections
                    WHERE owner = users.id AND role = \(role) AND is_disabled = 0
                        AND upstream = \(upstream) AND state = 'connected'
                    ORDER BY connected_at, owner LIMIT \(limit)
                    """)
            }
            owners += try connection.owners(
                """
                SELECT owner FROM connections CROSS JOIN users
                WHERE users.id = owner AND is_disabled = 0 AND role = 'member'
                    AND upstream = \(upstream) AND state = 'connected'
                ORDER BY connected_at LIMIT \(limit)
                """)
            return Array(owners.prefix(limit))
        }
    }

    /// The connections to an upstream that somebody has to make again, the oldest first: what an operator looks at.
    package func broken(at upstream: String, limit: Int = Self.pageMax) async throws(SQLError) -> [StoredConnection] {
        let limit = min(limit, Self.pageMax)
        return try await database.read { connection throws(SQLError) in
            try connection.all(
                """
                SELECT \(StoredConnection.columns) FROM connections WHERE upstream = \(upstream) AND state = 'reconnect'
                ORDER BY connected_at LIMIT \(limit)
                """)
        }
    }

    /// Puts another seal on one connection, if it is still as it was read; its version stays, because its tokens do.
    package func reseal(_ old: StoredConnection, as sealed: [UInt8]) async throws(SQLError) -> Bool {
        try await database.write { connection throws(SQLError) in
            try connection.execute(
                """
                UPDATE connections SET sealed = \(sealed)
                WHERE upstream = \(old.upstream) AND owner = \(old.owner) AND version = \(old.version)
                    AND sealed = \(old.sealed)
                """) > 0
        }
    }
}

extension SQLConnection {
    fileprivate mutating func connection(
        upstream: String, owner: String
    ) throws(SQLError) -> StoredConnection? {
        try first(
            """
            SELECT \(StoredConnection.columns) FROM connections WHERE upstream = \(upstream) AND owner = \(owner)
            """)
    }

    fileprivate mutating func owners(_ sql: SQL) throws(SQLError) -> [String] {
        var owners: [String] = []
        for row in try rows(sql) { owners.append(try row.value("owner")) }
        return owners
    }
}
