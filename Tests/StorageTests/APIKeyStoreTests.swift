import GatewayModel
import Storage
import Testing

@Suite struct `A store of API keys` {
    @Test(arguments: StoreDriver.all)
    func `finds a key by its digest while it is good`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            _ = try await stores.users.add(place.user(1))
            let forever = StoredAPIKey(
                id: "k_1", user: "u_1", name: "ci", server: .default, scopes: .read, createdAt: place.now)
            let short = StoredAPIKey(
                id: "k_2", user: "u_1", name: "try", server: .default, scopes: .all, createdAt: place.now,
                endsAt: place.now + .seconds(60))
            #expect(try await stores.apiKeys.add(forever, digest: digest(1)) == .added)
            #expect(try await stores.apiKeys.add(short, digest: digest(2)) == .added)
            #expect(try await stores.apiKeys.key(digest(2)) == short)
            place.pass(.seconds(60))
            #expect(try await stores.apiKeys.key(digest(1)) == forever)
            #expect(try await stores.apiKeys.key(digest(2)) == nil)
            #expect(try await stores.apiKeys.keys(of: "u_1") == [forever, short])
            #expect(try await stores.apiKeys.page(after: "k_1") == [short])
        }
    }

    @Test(arguments: StoreDriver.all)
    func `ends a key for its person, and says so to who asks at a start`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            for number in 1...2 { _ = try await stores.users.add(place.user(number)) }
            let key = StoredAPIKey(
                id: "k_1", user: "u_1", name: "ci", server: .default, scopes: .read, createdAt: place.now)
            _ = try await stores.apiKeys.add(key, digest: digest(1))
            #expect(try await stores.apiKeys.remove("k_1", of: "u_2") == nil)
            let ending = Ending(.key("k_1"), at: place.now)
            #expect(try await stores.apiKeys.remove("k_1", of: "u_1") == ending)
            #expect(try await stores.apiKeys.remove("k_1") == nil)
            #expect(try await stores.apiKeys.key(digest(1)) == nil)
            #expect(try await stores.endings.endings() == [ending])
        }
    }

    @Test(arguments: StoreDriver.all)
    func `takes as many keys of a person as there may be and not one more`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            _ = try await stores.users.add(place.user(1))
            func add(_ number: Int, user: String = "u_1") async throws -> APIKeyAddition {
                let key = StoredAPIKey(
                    id: "k_\(number)", user: user, name: "k", server: .default, scopes: .read, createdAt: place.now)
                return try await stores.apiKeys.add(key, digest: digest(many: number))
            }
            for number in 0..<APIKeyStore.keysMax { #expect(try await add(number) == .added) }
            #expect(try await add(1000) == .tooMany)
            #expect(try await add(1001, user: "u_2") == .unknownUser)
            #expect(try await stores.apiKeys.keys(of: "u_1").count == APIKeyStore.keysMax)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `notes once an hour that a key is used`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            _ = try await stores.users.add(place.user(1))
            let key = StoredAPIKey(
                id: "k_1", user: "u_1", name: "ci", server: .default, scopes: .read, createdAt: place.now)
            _ = try await stores.apiKeys.add(key, digest: digest(1))
            let first = place.now
            try await stores.apiKeys.touch("k_1")
            place.pass(.seconds(3599))
            try await stores.apiKeys.touch("k_1")
            #expect(try await stores.apiKeys.key(digest(1))?.usedAt == first)
            place.pass(.seconds(1))
            try await stores.apiKeys.touch("k_1")
            #expect(try await stores.apiKeys.key(digest(1))?.usedAt == place.now)
        }
    }
}
