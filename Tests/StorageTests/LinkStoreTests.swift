import GatewayModel
import SQLDatabase
import Storage
import Testing

@Suite struct `A store of links` {
    @Test(arguments: StoreDriver.all)
    func `gives a link to one of many that take it at once`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let link = StoredLink(digest: digest(1), kind: "sign-in", contents: "x", endsAt: place.now + .seconds(60))
            try await stores.links.keep(link)
            #expect(try await stores.links.link(digest(1), kind: "sign-in") == link)
            #expect(try await stores.links.link(digest(1), kind: "setup") == nil)
            let taken = try await withThrowingTaskGroup(of: StoredLink?.self) { group in
                for _ in 0..<20 { group.addTask { try await stores.links.take(digest(1), kind: "sign-in") } }
                return try await group.reduce(into: [StoredLink]()) { $0 += [$1].compactMap(\.self) }
            }
            #expect(taken == [link])
        }
    }

    @Test(arguments: StoreDriver.all)
    func `gives nothing for a link of another kind or one that is too old`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            try await stores.links.keep(StoredLink(digest: digest(1), kind: "a", endsAt: place.now + .seconds(60)))
            #expect(try await stores.links.take(digest(1), kind: "b") == nil)
            place.pass(.seconds(60))
            #expect(try await stores.links.link(digest(1), kind: "a") == nil)
            #expect(try await stores.links.take(digest(1), kind: "a") == nil)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `keeps one in place of the others of its kind and person where that is asked`(driver: StoreDriver) async throws
    {
        try await withStores(driver) { stores, place, database async throws in
            _ = try await stores.users.add(place.user(1))
            let end = place.now + .seconds(60)
            try await stores.links.keep(StoredLink(digest: digest(1), kind: "setup", endsAt: end), replacing: true)
            try await stores.links.keep(
                StoredLink(digest: digest(2), kind: "reset", user: "u_1", endsAt: end), replacing: true)
            try await stores.links.keep(StoredLink(digest: digest(3), kind: "setup", endsAt: end), replacing: true)
            try await stores.links.keep(
                StoredLink(digest: digest(4), kind: "reset", user: "u_1", endsAt: end), replacing: true)
            #expect(try await stores.links.link(digest(1), kind: "setup") == nil)
            #expect(try await stores.links.link(digest(2), kind: "reset") == nil)
            #expect(try await stores.links.link(digest(3), kind: "setup") != nil)
            #expect(try await stores.links.link(digest(4), kind: "reset") != nil)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `takes contents up to their limit and not beyond`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let longest = String(repeating: "x", count: LinkStore.contentsMax)
            let end = place.now + .seconds(60)
            try await stores.links.keep(StoredLink(digest: digest(1), kind: "a", contents: longest, endsAt: end))
            await #expect(throws: SQLError.tooBig) {
                try await stores.links.keep(
                    StoredLink(digest: digest(2), kind: "a", contents: longest + "x", endsAt: end))
            }
            #expect(try await stores.links.link(digest(1), kind: "a")?.contents == longest)
        }
    }
}
