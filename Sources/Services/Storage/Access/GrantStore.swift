import OAuthRules
package import SQLDatabase

/// What people gave clients: grants with their codes and refresh tokens. Whatever races is one transaction, judged in it by the
/// rules of `OAuthRules`.
package struct GrantStore: Sendable {
    /// How long a grant that is over is remembered, so that what came of it is known as such.
    package static let endedTime: Duration = .seconds(86_400)
    /// Grants of a person to a client at one server that live at once; with one more the one that was used longest ago ends.
    /// Several machines share a client, and some clients begin anew every day.
    package static let grantsMax = 100
    /// Grants that a list names.
    package static let listMax = 1_000
    /// How many generations back refresh tokens are remembered, so that their replay ends the grant; older ones are unknown.
    package static let generationsMax = 64
    /// Refresh tokens of one generation: as often as this a client may repeat itself and use any answer.
    package static let siblingsMax = 8

    let database: any Database
    let now: StorageClock

    /// Keeps grants in a database that has ``GatewaySchema``.
    package init(database: any Database, now: @escaping StorageClock) {
        self.database = database
        self.now = now
    }

    /// A grant, ended or not.
    package func grant(_ id: String) async throws(SQLError) -> StoredGrant? {
        try await database.read { connection throws(SQLError) in try connection.grant(id) }
    }

    /// What a person gave that clients have used and that is not over, the newest first.
    package func grants(of user: String) async throws(SQLError) -> [StoredGrant] {
        let time = now()
        return try await database.read { connection throws(SQLError) in
            try connection.all(
                """
                SELECT \(StoredGrant.columns) FROM grants
                WHERE user_id = \(user) AND ended_at IS NULL AND used_at IS NOT NULL AND kept_until > \(time)
                ORDER BY created_at DESC, id LIMIT \(Self.listMax)
                """)
        }
    }

    /// Ends a grant with all that came of it, of this person where one is named; nothing when there is none that lives.
    package func end(_ id: String, of user: String? = nil) async throws(SQLError) -> Ending? {
        let time = now()
        return try await database.write { connection throws(SQLError) in
            guard let grant = try connection.grant(id), grant.endedAt == nil, user == nil || user == grant.user
            else { return nil }
            return try connection.end(id, now: time)
        }
    }

    /// A code with its grant, used or not.
    package func code(_ digest: [UInt8]) async throws(SQLError) -> StoredCode? {
        try await database.read { connection throws(SQLError) in try connection.code(digest) }
    }

    /// A refresh token with its grant, used or not.
    package func refreshToken(_ digest: [UInt8]) async throws(SQLError) -> StoredRefreshToken? {
        try await database.read { connection throws(SQLError) in try connection.refreshToken(digest) }
    }
}
