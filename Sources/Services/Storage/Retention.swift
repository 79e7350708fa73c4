package import SQLDatabase

/// Forgets what nobody can use any more. Inventories and handshake sessions have prunings of their own, because those who keep
/// them must hear what was forgotten.
package struct Retention: Sendable {
    /// Rows of one table that one transaction forgets, so that writers do not wait long for it.
    package static let batchMax = 1_000

    private let database: any Database
    private let now: StorageClock

    /// Looks after a database that has ``GatewaySchema``.
    package init(database: any Database, now: @escaping StorageClock) {
        self.database = database
        self.now = now
    }

    /// Forgets what is over, one batch after the other; says how many rows. Due at a start, beside it, and every hour.
    @discardableResult
    package func prune() async throws(SQLError) -> Int {
        var count = 0
        for step in Self.steps(now: now()) {
            while true {
                let forgotten = try await database.write { connection throws(SQLError) in try connection.execute(step) }
                count += forgotten
                if forgotten < Self.batchMax { break }
            }
        }
        return count
    }

    private static func steps(now: Duration) -> [SQL] {
        let unused = now - ClientStore.unusedTime
        return [
            batch("browser_sessions", key: "digest", where: "ends_at <= \(now) ORDER BY ends_at"),
            batch("links", key: "digest", where: "ends_at <= \(now) ORDER BY ends_at"),
            batch("api_keys", key: "id", where: "ends_at IS NOT NULL AND ends_at <= \(now) ORDER BY ends_at"),
            batch("assertions", key: "digest", where: "ends_at <= \(now) ORDER BY ends_at"),
            batch("authorization_requests", key: "digest", where: "ends_at <= \(now) ORDER BY ends_at"),
            batch("connect_states", key: "digest", where: "ends_at <= \(now) ORDER BY ends_at"),
            batch("endings", key: "kind, id", where: "ended_at <= \(now - EndingStore.memory) ORDER BY ended_at"),
            batch("refresh_tokens", key: "digest", where: "expires_at <= \(now) ORDER BY expires_at"),
            batch("codes", key: "digest", where: "expires_at <= \(now - GrantStore.endedTime) ORDER BY expires_at"),
            // Its codes and tokens go with a grant.
            batch("grants", key: "id", where: "kept_until <= \(now) ORDER BY kept_until"),
            batch(
                "approvals", key: "user_id, client, redirect_uri, server",
                where: "approved_at <= \(now - ApprovalStore.memory) ORDER BY approved_at"),
            batch(
                "oauth_clients", key: "id",
                where: "kind = 'registered' AND got_token = 0 AND used_at <= \(unused) ORDER BY used_at"),
            batch(
                "oauth_clients", key: "id",
                where: "kind = 'document' AND got_token = 0 AND used_at <= \(unused) ORDER BY used_at"),
        ]
    }

    private static func batch(_ table: SQL, key: SQL, where condition: SQL) -> SQL {
        "DELETE FROM \(table) WHERE (\(key)) IN (SELECT \(key) FROM \(table) WHERE \(condition) LIMIT \(batchMax))"
    }
}
