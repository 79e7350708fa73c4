import GatewayModel
import OAuthRules
import SQLDatabase
import Storage
import Testing

@Suite struct `A store on a full disk` {
    @Test func `refuses to write with a sentence, reads on, and is whole when there is room again`() async throws {
        let place = try TemporaryStore(.sqlite)
        let database = try await place.open()
        let stores = GatewayStores(database: database, now: place.clock)
        let grant = try place.grant(1)
        try await stores.begin(place, grant: grant, token: digest(1))
        try await database.write { connection throws(SQLError) in
            // The pages that there are, and none more: what a full disk is to SQLite.
            _ = try connection.rows("PRAGMA max_page_count = 1")
        }
        var error: SQLError?
        for number in 0..<1000 where error == nil {
            let link = StoredLink(
                digest: digest(many: number), kind: "a", contents: String(repeating: "x", count: 8_000),
                endsAt: place.now + .seconds(60))
            do throws(SQLError) {
                try await stores.links.keep(link)
            } catch let refusal {
                error = refusal
            }
        }
        #expect(error == .full)
        #expect(error?.sentence.contains("nothing was saved") == true)
        #expect(try await stores.grants.refreshToken(digest(1)) != nil)
        #expect(try await stores.links.link(digest(many: 999), kind: "a") == nil)

        try await database.write { connection throws(SQLError) in
            _ = try connection.rows("PRAGMA max_page_count = 1000000")
        }
        let use = try await stores.grants.use(refreshToken: digest(1), .right(grant), next: digest(2))
        #expect(use.verdict == .accept(.all, generation: 2))
        let verdict = try await database.read { connection throws(SQLError) in
            try connection.row("PRAGMA integrity_check")?.value("integrity_check", as: String.self)
        }
        #expect(verdict == "ok")
        await database.close()
    }
}
