import GatewayModel
import OAuthRules
import SQLDatabase
import Storage
import Testing

@Suite struct `A store with a hundred thousand tokens` {
    /// One grant for each hundred tokens.
    static let grants = 1_000
    static let tokensOfGrant = 100

    @Test(arguments: StoreDriver.all)
    func `reads at a start what ended a short while ago, and nothing else`(driver: StoreDriver) async throws {
        let place = try TemporaryStore(driver)
        let database = try await place.open()
        let now = place.now
        try await database.write { connection throws(SQLError) in
            let user = place.user(1)
            try connection.execute(
                """
                INSERT INTO users (id, name, folded_name, role, user_groups, is_disabled, created_at, changed_at)
                VALUES (\(user.id), \(user.name), \(user.foldedName), 'member', '[]', 0, \(now), \(now))
                """)
            for number in 0..<Self.grants {
                try connection.execute(
                    """
                    INSERT INTO grants (id, user_id, client, server, scopes, gives_refresh, generation,
                        generation_began, created_at, used_at, kept_until)
                    VALUES (\("g_\(number)"), 'u_1', \("c_\(number)"), 'default', 'mcp:read', 1, 100, \(now), \(now), \(now),
                        \(now + .seconds(86_400 * 30)))
                    """)
                for generation in 1...Self.tokensOfGrant {
                    try connection.execute(
                        """
                        INSERT INTO refresh_tokens (digest, grant_id, generation, issued_at, expires_at)
                        VALUES (\(digest(many: number * Self.tokensOfGrant + generation)), \("g_\(number)"), \(generation), \(now),
                            \(now + .seconds(86_400 * 30)))
                        """)
                }
            }
        }
        await database.close()

        let watched = WatchedDatabase(try await place.open(), driver: driver)
        let stores = GatewayStores(database: watched, now: place.clock)
        let ending = try await stores.grants.end("g_7")
        #expect(try await stores.endings.endings() == [ending].compactMap(\.self))
        #expect(try await stores.retention.prune() == 0)
        #expect(try await stores.grants.grants(of: "u_1").count == Self.grants - 1)
        let grant = try #require(try await stores.grants.grant("g_9"))
        let newest = digest(many: 9 * Self.tokensOfGrant + Self.tokensOfGrant)
        let use = try await stores.grants.use(refreshToken: newest, .right(grant), next: digest(1))
        #expect(use.verdict == .accept(.read, generation: 101))
        #expect(watched.scans == [])
        await watched.close()
    }
}
