import GatewayModel
import Storage
import Testing

@Suite struct `A store of browser sessions` {
    @Test(arguments: StoreDriver.all)
    func `knows a session until it ends`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            _ = try await stores.users.add(place.user(1))
            let session = StoredBrowserSession(
                digest: digest(1), user: "u_1", beganAt: place.now, endsAt: place.now + .seconds(60))
            #expect(try await stores.browserSessions.begin(session))
            place.pass(.seconds(59))
            #expect(try await stores.browserSessions.session(digest(1)) == session)
            try await stores.browserSessions.extend(digest(1), until: place.now + .seconds(60))
            place.pass(.seconds(59))
            #expect(try await stores.browserSessions.session(digest(1))?.endsAt == place.now + .seconds(1))
            place.pass(.seconds(1))
            #expect(try await stores.browserSessions.session(digest(1)) == nil)
            // Too late: it does not come back.
            try await stores.browserSessions.extend(digest(1), until: place.now + .seconds(60))
            #expect(try await stores.browserSessions.session(digest(1)) == nil)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `begins none for whoever is not there or may not come in`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            var disabled = place.user(1)
            disabled.isDisabled = true
            _ = try await stores.users.add(disabled)
            for user in ["u_1", "u_2"] {
                let session = StoredBrowserSession(
                    digest: digest(1), user: user, beganAt: place.now, endsAt: place.now + .seconds(60))
                #expect(try await !stores.browserSessions.begin(session))
            }
        }
    }

    @Test(arguments: StoreDriver.all)
    func `ends one, or all of a person but one`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            for number in 1...2 { _ = try await stores.users.add(place.user(number)) }
            for number in UInt8(1)...4 {
                _ = try await stores.browserSessions.begin(
                    StoredBrowserSession(
                        digest: digest(number), user: number == 4 ? "u_2" : "u_1", beganAt: place.now,
                        endsAt: place.now + .seconds(60)))
                place.pass(.milliseconds(1))
            }
            #expect(
                try await stores.browserSessions.sessions(of: "u_1").map(\.digest) == [digest(3), digest(2), digest(1)])
            try await stores.browserSessions.end(digest(3))
            #expect(try await stores.browserSessions.endAll(of: "u_1", but: digest(1)) == 1)
            #expect(try await stores.browserSessions.sessions(of: "u_1").map(\.digest) == [digest(1)])
            #expect(try await stores.browserSessions.endAll(of: "u_1") == 1)
            #expect(try await stores.browserSessions.session(digest(4)) != nil)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `keeps as many of one person as there may be, and ends the oldest of more`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            _ = try await stores.users.add(place.user(1))
            for number in 0...BrowserSessionStore.sessionsMax {
                if number == BrowserSessionStore.sessionsMax {
                    #expect(try await stores.browserSessions.session(digest(many: 0)) != nil)
                }
                _ = try await stores.browserSessions.begin(
                    StoredBrowserSession(
                        digest: digest(many: number), user: "u_1", beganAt: place.now,
                        endsAt: place.now + .seconds(60 + number)))
            }
            #expect(try await stores.browserSessions.sessions(of: "u_1").count == BrowserSessionStore.sessionsMax)
            #expect(try await stores.browserSessions.session(digest(many: 0)) == nil)
        }
    }
}
