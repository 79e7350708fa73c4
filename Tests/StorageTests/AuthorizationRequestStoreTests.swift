import GatewayModel
import SQLDatabase
import Storage
import Testing

@Suite struct `A store of authorization requests` {
    @Test(arguments: StoreDriver.all)
    func `gives a request to the first browser session that opens it`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            #expect(try await stores.authorizationRequests.keep(place.request(1)))
            #expect(try await stores.authorizationRequests.request(digest(1)) == place.request(1))
            #expect(try await stores.authorizationRequests.claim(digest(1), session: digest(7)) == .first)
            #expect(try await stores.authorizationRequests.claim(digest(1), session: digest(7)) == .again)
            #expect(try await stores.authorizationRequests.claim(digest(1), session: digest(8)) == .foreign)
            #expect(try await stores.authorizationRequests.claim(digest(2), session: digest(7)) == .foreign)
            #expect(try await stores.authorizationRequests.request(digest(1))?.session == digest(7))
            #expect(try await stores.authorizationRequests.remove(digest(1)))
            #expect(try await !stores.authorizationRequests.remove(digest(1)))
        }
    }

    @Test(arguments: StoreDriver.all)
    func `of many sessions that open a request at once lets one have it`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            _ = try await stores.authorizationRequests.keep(place.request(1))
            let claims = try await withThrowingTaskGroup(of: RequestClaim.self) { group in
                for number in UInt8(1)...20 {
                    group.addTask { try await stores.authorizationRequests.claim(digest(1), session: digest(number)) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(claims.filter { $0 == .first }.count == 1)
            #expect(claims.filter { $0 == .foreign }.count == 19)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `knows a request as long as a person may take`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            _ = try await stores.authorizationRequests.keep(place.request(1))
            place.pass(.seconds(1799))
            #expect(try await stores.authorizationRequests.request(digest(1)) != nil)
            place.pass(.seconds(1))
            #expect(try await stores.authorizationRequests.request(digest(1)) == nil)
            #expect(try await stores.authorizationRequests.claim(digest(1), session: digest(7)) == .foreign)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `takes as many as there may be and not one more, and counts none that is over`(driver: StoreDriver)
        async throws
    {
        try await withStores(driver) { stores, place, database async throws in
            let few = AuthorizationRequestStore(database: database, requestsMax: 2, now: place.clock)
            #expect(try await few.keep(place.request(1)))
            #expect(try await few.keep(place.request(2, lives: .seconds(60))))
            #expect(try await !few.keep(place.request(3)))
            place.pass(.seconds(60))
            #expect(try await few.keep(place.request(4)))
        }
    }

    @Test(arguments: StoreDriver.all)
    func `takes contents up to their limit and not beyond`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let longest = String(repeating: "x", count: AuthorizationRequestStore.contentsMax)
            let end = place.now + .seconds(60)
            #expect(
                try await stores.authorizationRequests.keep(
                    StoredAuthorizationRequest(digest: digest(1), contents: longest, endsAt: end)))
            await #expect(throws: SQLError.tooBig) {
                try await stores.authorizationRequests.keep(
                    StoredAuthorizationRequest(digest: digest(2), contents: longest + "x", endsAt: end))
            }
        }
    }
}
