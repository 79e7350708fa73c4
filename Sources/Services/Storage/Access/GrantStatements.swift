import OAuthRules
import SQLDatabase

/// Every statement about grants and their tokens; each runs in the transaction of the operation that calls it.
extension SQLConnection {
    mutating func grant(_ id: String) throws(SQLError) -> StoredGrant? {
        try first("SELECT \(StoredGrant.columns) FROM grants WHERE id = \(id)")
    }

    mutating func code(_ digest: [UInt8]) throws(SQLError) -> StoredCode? {
        // Under names of their own, because a grant has most of these columns too.
        try first(
            """
            SELECT \(StoredCode.columns) FROM (
                SELECT grant_id, client AS code_client, redirect_uri AS code_redirect, challenge AS code_challenge,
                    server AS code_server, expires_at AS code_expires, used_at AS code_used
                FROM codes WHERE digest = \(digest)
            ) AS found JOIN grants ON grants.id = found.grant_id
            """)
    }

    mutating func refreshToken(_ digest: [UInt8]) throws(SQLError) -> StoredRefreshToken? {
        try first(
            """
            SELECT token_generation, token_expires, \(StoredGrant.columns) FROM (
                SELECT grant_id, generation AS token_generation, expires_at AS token_expires
                FROM refresh_tokens WHERE digest = \(digest)
            ) AS found JOIN grants ON grants.id = found.grant_id
            """)
    }

    mutating func insert(_ grant: StoredGrant, keptUntil end: Duration) throws(SQLError) {
        try execute(
            """
            INSERT INTO grants (id, user_id, client, server, scopes, gives_refresh, generation, generation_began,
                created_at, used_at, ended_at, kept_until)
            VALUES (\(grant.id), \(grant.user), \(grant.client), \(grant.server), \(grant.scopes),
                \(grant.givesRefreshTokens), \(grant.generation), \(grant.generationBegan), \(grant.createdAt),
                \(grant.usedAt.sqlValue), \(grant.endedAt.sqlValue), \(end))
            """)
    }

    mutating func insert(_ code: CodeUse.Code, digest: [UInt8], grant: String) throws(SQLError) {
        try execute(
            """
            INSERT INTO codes (digest, grant_id, client, redirect_uri, challenge, server, expires_at, used_at)
            VALUES (\(digest), \(grant), \(code.client), \(code.redirectURI), \(code.challenge), \(code.server),
                \(code.expires), \(code.usedAt.sqlValue))
            """)
    }

    /// Writes that tokens are given: the refresh token where there is one, and that grant and client are in use.
    mutating func give(
        _ token: [UInt8]?, generation: Int, to grant: StoredGrant, now: Duration
    ) throws(SQLError) {
        try touchClient(grant.client, now: now)
        guard let token else {
            try execute("UPDATE grants SET used_at = \(now) WHERE id = \(grant.id)")
            return
        }
        let expires = now + RefreshUse.lifetime
        let isNewer = generation > grant.generation
        try execute(
            """
            UPDATE grants SET used_at = \(now), kept_until = \(expires + GrantStore.endedTime),
                generation = \(isNewer ? generation : grant.generation),
                generation_began = \(isNewer ? now : grant.generationBegan)
            WHERE id = \(grant.id)
            """)
        try forgetOldTokens(of: grant.id, generation: generation)
        try execute(
            """
            INSERT INTO refresh_tokens (digest, grant_id, generation, issued_at, expires_at)
            VALUES (\(token), \(grant.id), \(generation), \(now), \(expires))
            """)
    }

    private mutating func forgetOldTokens(of grant: String, generation: Int) throws(SQLError) {
        try execute(
            """
            DELETE FROM refresh_tokens
            WHERE grant_id = \(grant) AND generation <= \(generation - GrantStore.generationsMax)
            """)
        // Those of this generation whose answers were lost; the newest are the likely ones to be used.
        try execute(
            """
            DELETE FROM refresh_tokens WHERE digest IN (
                SELECT digest FROM refresh_tokens WHERE grant_id = \(grant) AND generation = \(generation)
                ORDER BY issued_at DESC LIMIT \(.noLimit) OFFSET \(GrantStore.siblingsMax - 1))
            """)
    }

    /// Ends one grant.
    mutating func end(_ grant: String, now: Duration) throws(SQLError) -> Ending {
        let ending = Ending(.grant(grant), at: now)
        try execute(
            "UPDATE grants SET ended_at = \(now), kept_until = \(now + GrantStore.endedTime) WHERE id = \(grant)")
        try write(ending)
        return ending
    }

    /// Makes room for one grant more of this person, client and server.
    mutating func endOldest(beside grant: StoredGrant, now: Duration) throws(SQLError) -> [Ending] {
        let rows = try rows(
            """
            SELECT id FROM grants
            WHERE user_id = \(grant.user) AND client = \(grant.client) AND server = \(grant.server) AND ended_at IS NULL
            ORDER BY COALESCE(used_at, created_at) DESC LIMIT \(.noLimit) OFFSET \(GrantStore.grantsMax - 1)
            """)
        var endings: [Ending] = []
        for row in rows { endings.append(try end(try row.value("id"), now: now)) }
        return endings
    }
}
