import GatewayModel
import OAuthRules
import Storage
import Testing

@Suite struct `The retention of what is kept` {
    @Test(arguments: StoreDriver.all)
    func `forgets what nobody can use any more, and nothing else`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            _ = try await stores.users.add(place.user(1))
            _ = try await stores.clients.add(place.client("c_unused"), bounds: .wide(place))
            _ = try await stores.clients.add(place.client("https://unused/", kind: .document), bounds: .wide(place))
            _ = try await stores.clients.add(place.client("c_operator", kind: .operator), bounds: .wide(place))
            let (end, live) = (place.now + .seconds(60), place.now + .seconds(366 * 86_400))
            for (number, end) in [(UInt8(1), end), (2, live)] {
                _ = try await stores.browserSessions.begin(
                    StoredBrowserSession(digest: digest(number), user: "u_1", beganAt: place.now, endsAt: end))
                try await stores.links.keep(StoredLink(digest: digest(number), kind: "a", endsAt: end))
                let key = StoredAPIKey(
                    id: "k_\(number)", user: "u_1", name: "k", server: .default, scopes: .read, createdAt: place.now,
                    endsAt: end)
                _ = try await stores.apiKeys.add(key, digest: digest(number))
                _ = try await stores.assertions.use(digest(number), until: end)
                _ = try await stores.authorizationRequests.keep(
                    StoredAuthorizationRequest(digest: digest(number), contents: "{}", endsAt: end))
                _ = try await stores.connectStates.keep(
                    StoredConnectState(digest: digest(number), user: "u_1", sealed: [], endsAt: end))
            }
            #expect(try await stores.retention.prune() == 0)
            place.pass(.seconds(60))
            #expect(try await stores.retention.prune() == 6)
            place.pass(ClientStore.unusedTime - .seconds(60))
            #expect(try await stores.retention.prune() == 2)
            #expect(try await stores.clients.client("c_unused") == nil)
            #expect(try await stores.clients.client("https://unused/") == nil)
            #expect(try await stores.clients.client("c_operator") != nil)
            #expect(try await stores.browserSessions.session(digest(2)) != nil)
            #expect(try await stores.links.link(digest(2), kind: "a") != nil)
            #expect(try await stores.apiKeys.key(digest(2)) != nil)
            #expect(try await stores.authorizationRequests.request(digest(2)) != nil)
            #expect(try await stores.connectStates.take(digest(2)) != nil)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `keeps a grant as long as its tokens live, and an ended one for a day`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let used = try place.grant(1)
            try await stores.begin(place, grant: used, token: digest(1))
            for number in 2...3 {
                let grant = try place.grant(number)
                _ = try await stores.grants.begin(grant, code: place.code(of: grant), digest: digest(UInt8(number)))
            }
            _ = try await stores.grants.end("g_2")
            place.pass(GrantStore.endedTime)
            // The ended one with its ending; the third one's code is still remembered.
            #expect(try await stores.retention.prune() == 2)
            #expect(try await stores.grants.grant("g_2") == nil)
            #expect(try await stores.grants.code(digest(2)) == nil)
            #expect(try await stores.endings.endings(within: EndingStore.memory) == [])
            place.pass(CodeUse.lifetime)
            #expect(try await stores.retention.prune() == 3)
            #expect(try await stores.grants.grant("g_3") == nil)
            #expect(try await stores.grants.refreshToken(digest(1)) != nil)
            place.pass(RefreshUse.lifetime + GrantStore.endedTime)
            #expect(try await stores.retention.prune() == 2)
            #expect(try await stores.grants.grant("g_1") == nil)
            #expect(try await stores.grants.refreshToken(digest(1)) == nil)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `forgets more than one batch`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let end = place.now + .seconds(60)
            for number in 0...Retention.batchMax {
                _ = try await stores.assertions.use(digest(many: number), until: end)
            }
            place.pass(.seconds(60))
            #expect(try await stores.retention.prune() == Retention.batchMax + 1)
            #expect(try await stores.retention.prune() == 0)
        }
    }
}
