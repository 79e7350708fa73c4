import GatewayModel
import OAuthRules
import SQLDatabase
import Storage
import Testing

@Suite struct `A store of clients` {
    @Test(arguments: StoreDriver.all)
    func `gives back after a restart what was kept last`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            var client = place.client("c_1")
            client.secretDigest = digest(1)
            client.registrationDigest = digest(2)
            #expect(try await stores.clients.add(client, bounds: .wide(place)))
            place.pass(.seconds(1))
            client.metadata = #"{"client_name":"B"}"#
            client.registrationDigest = digest(3)
            #expect(try await stores.clients.replace(client))
            #expect(try await !stores.clients.replace(place.client("c_2")))
            await database.close()
            let again = ClientStore(database: try await place.open(), now: place.clock)
            let found = try #require(try await again.client("c_1"))
            #expect(found.metadata == client.metadata)
            #expect(found.secretDigest == digest(1))
            #expect(found.createdAt == client.createdAt)
            #expect(found.usedAt == place.now)
            #expect(try await again.id(ofRegistration: digest(3)) == "c_1")
            #expect(try await again.id(ofRegistration: digest(2)) == nil)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `replaces the copy of a document that another request brought at the same time`(driver: StoreDriver)
        async throws
    {
        try await withStores(driver) { stores, place, database async throws in
            var copy = place.client("https://client.example/me.json", kind: .document)
            copy.fetchedAt = place.now
            copy.freshUntil = place.now + .seconds(60)
            #expect(try await stores.clients.add(copy, bounds: .wide(place)))
            copy.metadata = "{}"
            #expect(try await stores.clients.add(copy, bounds: .wide(place)))
            #expect(try await stores.clients.client(copy.id) == copy)
            #expect(try await stores.clients.clients(.document) == [copy])
            #expect(try await stores.clients.clients(.registered) == [])
        }
    }

    @Test(arguments: StoreDriver.all)
    func `lets the oldest that nobody used make room, and refuses where there is none`(driver: StoreDriver) async throws
    {
        try await withStores(driver) { stores, place, database async throws in
            let bounds = ClientBounds(clientsMax: 100, unusedMax: 2, giveWayBefore: place.now + .seconds(1))
            for number in 1...2 { #expect(try await stores.clients.add(place.client("c_\(number)"), bounds: bounds)) }
            place.pass(.seconds(1))
            #expect(try await stores.clients.add(place.client("c_3"), bounds: bounds))
            #expect(try await stores.clients.client("c_1") == nil)
            #expect(try await stores.clients.add(place.client("c_4"), bounds: bounds))
            #expect(try await !stores.clients.add(place.client("c_5"), bounds: bounds))
            // The other kind has a bound of its own.
            #expect(try await stores.clients.add(place.client("https://a/", kind: .document), bounds: bounds))
            #expect(try await stores.clients.clients(.registered).map(\.id) == ["c_4", "c_3"])
        }
    }

    @Test(arguments: StoreDriver.all)
    func `never lets a client that got a token make room`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let grant = try place.grant(1)
            let bounds = ClientBounds(clientsMax: 1, unusedMax: 1, giveWayBefore: place.now + .seconds(60))
            #expect(try await stores.clients.add(place.client("c_1"), bounds: bounds))
            try await stores.begin(place, grant: grant, token: digest(1))
            #expect(try await stores.clients.client("c_1")?.gotToken == true)
            #expect(try await !stores.clients.add(place.client("c_2"), bounds: bounds))
        }
    }

    @Test(arguments: StoreDriver.all)
    func `removes a client with all that it was given, and nothing of others`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let grant = try place.grant(1)
            _ = try await stores.clients.add(place.client("c_1"), bounds: .wide(place))
            try await stores.begin(place, grant: grant, token: digest(1))
            let other = try place.grant(2, client: "c_2")
            _ = try await stores.grants.begin(other, code: place.code(of: other), digest: digest(2))
            let keys = ["c_1", "c_2"].map {
                StoredApproval.Key(user: "u_1", client: $0, redirectURI: "r", server: .default)
            }
            for key in keys { try await stores.approvals.keep(.read, redirectsDigest: [], of: key) }
            let ending = Ending(.client("c_1"), at: place.now)
            #expect(try await stores.clients.remove("c_1") == ending)
            #expect(try await stores.clients.remove("c_1") == nil)
            #expect(try await stores.endings.endings() == [ending])
            let use = try await stores.grants.use(refreshToken: digest(1), .right(grant), next: digest(3))
            #expect(use.verdict == .refuse(.endedGrant))
            #expect(try await stores.grants.grant("g_2")?.endedAt == nil)
            #expect(try await stores.approvals.approval(keys[0]) == nil)
            #expect(try await stores.approvals.approval(keys[1]) != nil)
        }
    }
}

extension ClientBounds {
    /// Bounds that nobody meets.
    static func wide(_ place: TemporaryStore) -> ClientBounds {
        ClientBounds(clientsMax: 1000, unusedMax: 1000, giveWayBefore: place.now)
    }
}
