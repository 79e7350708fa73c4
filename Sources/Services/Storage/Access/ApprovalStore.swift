package import GatewayModel
package import SQLDatabase

/// What people allowed clients before, so that the same need not be asked twice.
package struct ApprovalStore: Sendable {
    /// Approvals of one person; with one more the oldest is forgotten, which costs them a click.
    package static let approvalsMax = 1_000
    /// After this they are asked again.
    package static let memory: Duration = .seconds(365 * 86_400)

    private let database: any Database
    private let now: StorageClock

    /// Keeps approvals in a database that has ``GatewaySchema``.
    package init(database: any Database, now: @escaping StorageClock) {
        self.database = database
        self.now = now
    }

    /// What was allowed, if it was not too long ago.
    package func approval(_ key: StoredApproval.Key) async throws(SQLError) -> StoredApproval? {
        let oldest = now() - Self.memory
        return try await database.read { connection throws(SQLError) in
            guard let approval = try connection.approval(key), approval.approvedAt > oldest else { return nil }
            return approval
        }
    }

    /// Keeps what was allowed: the scopes are added to those that are there, the rest is replaced.
    package func keep(
        _ scopes: AccessScopes, redirectsDigest: [UInt8], of key: StoredApproval.Key
    ) async throws(SQLError) {
        let time = now()
        try await database.write { connection throws(SQLError) -> Void in
            let before = try connection.approval(key)
            let scopes = (before?.scopes ?? []).union(scopes)
            try connection.execute(
                """
                INSERT INTO approvals (user_id, client, redirect_uri, server, scopes, redirects_digest, approved_at)
                VALUES (\(key.user), \(key.client), \(key.redirectURI), \(key.server), \(scopes),
                    \(redirectsDigest), \(time))
                ON CONFLICT (user_id, client, redirect_uri, server) DO UPDATE SET
                    scopes = excluded.scopes, redirects_digest = excluded.redirects_digest,
                    approved_at = excluded.approved_at
                """)
            guard before == nil else { return }
            try connection.execute(
                """
                DELETE FROM approvals WHERE user_id = \(key.user) AND (client, redirect_uri, server) IN (
                    SELECT client, redirect_uri, server FROM approvals WHERE user_id = \(key.user)
                    ORDER BY approved_at DESC LIMIT \(.noLimit) OFFSET \(Self.approvalsMax))
                """)
        }
    }

    /// Forgets what was allowed.
    package func forget(_ key: StoredApproval.Key) async throws(SQLError) {
        try await database.write { connection throws(SQLError) in
            _ = try connection.execute("DELETE FROM approvals WHERE \(key.condition)")
        }
    }
}

extension StoredApproval.Key {
    fileprivate var condition: SQL {
        "user_id = \(user) AND client = \(client) AND redirect_uri = \(redirectURI) AND server = \(server)"
    }
}

extension SQLConnection {
    fileprivate mutating func approval(_ key: StoredApproval.Key) throws(SQLError) -> StoredApproval? {
        try first("SELECT * FROM approvals WHERE \(key.condition)")
    }
}
