import GatewayModel
import OAuthRules
import SQLDatabase
import Storage
import Testing

@Suite struct `A store of people` {
    @Test(arguments: StoreDriver.all)
    func `gives back after a restart what was kept last`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let identity = ProviderIdentity(provider: "corp", subject: "s-1")
            var anna = place.user(1, name: "Anna", identity: identity, role: .operator, groups: ["staff", "a\nb"])
            anna.email = "anna@example.org"
            anna.passwordHash = "$argon2id$x"
            #expect(try await stores.users.isEmpty())
            #expect(try await stores.users.add(anna) == .added)
            place.pass(.seconds(1))
            let change = try await stores.users.change("u_1") { $0.role = .builder }
            anna.role = .builder
            anna.changedAt = place.now
            #expect(change == .changed(anna, nil))
            await database.close()
            let again = UserStore(database: try await place.open(), now: place.clock)
            #expect(try await again.user("u_1") == anna)
            #expect(try await again.user(named: "anna") == anna)
            #expect(try await again.user(identity) == anna)
            #expect(try await !again.isEmpty())
        }
    }

    @Test(arguments: StoreDriver.all)
    func `gives a folded name and a provider's person to one only`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let identity = ProviderIdentity(provider: "corp", subject: "s-1")
            #expect(try await stores.users.add(place.user(1, name: "Anna", identity: identity)) == .added)
            #expect(try await stores.users.add(place.user(2, name: "ANNA")) == .nameTaken)
            #expect(try await stores.users.add(place.user(3, identity: identity)) == .identityTaken)
            #expect(try await stores.users.add(place.user(4, name: "Bert")) == .added)
            #expect(try await stores.users.change("u_4") { $0.foldedName = "anna" } == .nameTaken)
            #expect(try await stores.users.change("u_4") { $0.identity = identity } == .nameTaken)
            #expect(try await stores.users.user("u_4") == place.user(4, name: "Bert"))
            #expect(try await stores.users.change("u_9") { $0.role = .operator } == .unknown)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `of many that add the same name at once lets one through`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let added = try await withThrowingTaskGroup(of: UserAddition.self) { group in
                for number in 0..<20 {
                    group.addTask { try await stores.users.add(place.user(number, name: "Anna")) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(added.filter { $0 == .added }.count == 1)
            #expect(added.filter { $0 == .nameTaken }.count == 19)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `lists people by name, a page at a time`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            for (number, name) in ["Cora", "anna", "Bert"].enumerated() {
                _ = try await stores.users.add(place.user(number, name: name))
            }
            let first = try await stores.users.page(limit: 2)
            #expect(first.map(\.name) == ["anna", "Bert"])
            #expect(try await stores.users.page(after: "bert").map(\.name) == ["Cora"])
            #expect(try await stores.users.page(after: "cora") == [])
        }
    }

    @Test(arguments: StoreDriver.all)
    func `lets the first person in by the link, once`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let link = StoredLink(digest: digest(1), kind: "setup", endsAt: place.now + .seconds(60))
            try await stores.links.keep(link)
            #expect(try await stores.users.addFirst(place.user(1), using: digest(2), kind: "setup") == .linkIsOver)
            #expect(try await stores.users.addFirst(place.user(1), using: digest(1), kind: "other") == .linkIsOver)
            #expect(try await stores.users.addFirst(place.user(1), using: digest(1), kind: "setup") == .added)
            try await stores.links.keep(link)
            #expect(try await stores.users.addFirst(place.user(2), using: digest(1), kind: "setup") == .linkIsOver)
            #expect(try await stores.users.page().map(\.id) == ["u_1"])
        }
    }

    @Test(arguments: StoreDriver.all)
    func `ends with a disabled person what they gave and where they are signed in`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let grant = try place.grant(1)
            try await stores.begin(place, grant: grant, token: digest(1))
            _ = try await stores.browserSessions.begin(
                StoredBrowserSession(
                    digest: digest(2), user: "u_1", beganAt: place.now, endsAt: place.now + .seconds(60)))
            var user = place.user(1)
            user.isDisabled = true
            let ending = Ending(.user("u_1"), at: place.now)
            #expect(try await stores.users.change("u_1") { $0.isDisabled = true } == .changed(user, ending))
            #expect(try await stores.users.change("u_1") { $0.isDisabled = true } == .changed(user, nil))
            #expect(try await stores.browserSessions.session(digest(2)) == nil)
            #expect(try await stores.grants.grant("g_1")?.endedAt == place.now)
            let use = try await stores.grants.use(refreshToken: digest(1), .right(grant), next: digest(3))
            #expect(use.verdict == .refuse(.endedGrant))
            #expect(try await stores.endings.endings() == [ending])
            let late = try await stores.grants.begin(
                try place.grant(2), code: place.code(of: grant), digest: digest(4))
            #expect(late == .userIsGone)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `removes a person with everything that is theirs, and nothing of others`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let grant = try place.grant(1)
            try await stores.begin(place, grant: grant, token: digest(1))
            _ = try await stores.users.add(place.user(2))
            for owner in ["u_1", "u_2", ""] {
                _ = try await stores.connections.replace(place.connection("weather", owner: owner), version: 0)
            }
            for number in 1...2 {
                let user = "u_\(number)"
                _ = try await stores.browserSessions.begin(
                    StoredBrowserSession(
                        digest: digest(UInt8(number)), user: user, beganAt: place.now, endsAt: place.now + .seconds(60))
                )
                let key = StoredAPIKey(
                    id: "k_\(number)", user: user, name: "k", server: .default, scopes: .all, createdAt: place.now)
                _ = try await stores.apiKeys.add(key, digest: digest(UInt8(number)))
                try await stores.approvals.keep(
                    .read, redirectsDigest: [],
                    of: StoredApproval.Key(user: user, client: "c", redirectURI: "r", server: .default))
                _ = try await stores.connectStates.keep(
                    StoredConnectState(
                        digest: digest(UInt8(number)), user: user, sealed: [], endsAt: place.now + .seconds(60)))
            }
            let ending = Ending(.user("u_1"), at: place.now)
            let removal = try await stores.users.remove("u_1")
            #expect(removal?.ending == ending)
            #expect(removal?.connections == [place.connection("weather", owner: "u_1")])
            #expect(try await stores.users.remove("u_1") == nil)
            #expect(try await stores.grants.grant("g_1")?.endedAt == place.now)
            #expect(try await stores.endings.endings() == [ending])
            #expect(try await stores.browserSessions.session(digest(1)) == nil)
            #expect(try await stores.browserSessions.session(digest(2)) != nil)
            #expect(try await stores.apiKeys.key(digest(1)) == nil)
            #expect(try await stores.apiKeys.key(digest(2)) != nil)
            #expect(try await stores.connectStates.take(digest(1)) == nil)
            #expect(try await stores.connectStates.take(digest(2)) != nil)
            #expect(try await stores.connections.page().map(\.owner) == ["", "u_2"])
            // Whatever was on its way for them comes too late.
            #expect(try await !stores.connections.replace(place.connection("time", owner: "u_1"), version: 0))
        }
    }
}
