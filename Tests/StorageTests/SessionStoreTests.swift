import SQLDatabase
import Storage
import Testing

@Suite struct `A store of sessions` {
    @Test(arguments: StoreDriver.all)
    func `gives back after a restart what was kept last`(driver: StoreDriver) async throws {
        let place = try TemporaryStore(driver)
        let first = try await place.open()
        let store = SessionStore(database: first, now: place.clock)
        let subscribed = StoredSession(
            digest: [1, 2], isEnded: false, logLevel: "debug", subscriptions: ["file:///b", "ui://a\"\\é"])
        try await store.keep(for: .seconds(50)) { session(9) }
        try await store.keep(for: .seconds(60)) {
            StoredSession(digest: [1, 2], isEnded: false, logLevel: nil, subscriptions: ["x"])
        }
        try await store.keep(for: .seconds(60)) { subscribed }
        await first.close()
        let again = SessionStore(database: try await place.open(), now: place.clock)
        #expect(try await again.sessions() == [session(9), subscribed])
    }

    @Test(arguments: StoreDriver.all)
    func `forgets a session when its id cannot be good any more`(driver: StoreDriver) async throws {
        let place = try TemporaryStore(driver)
        let store = SessionStore(database: try await place.open(), now: place.clock)
        try await store.keep(for: .seconds(60)) { session(1) }
        try await store.keep(for: .seconds(61)) { session(2) }
        place.pass(.seconds(59))
        #expect(try await store.prune() == [])
        place.pass(.seconds(1))
        #expect(try await store.sessions() == [session(2)])
        #expect(try await store.prune() == [[1]])
        #expect(try await store.sessions() == [session(2)])
    }

    @Test(arguments: StoreDriver.all)
    func `keeps as many as there may be, and forgets the oldest of more`(driver: StoreDriver) async throws {
        let place = try TemporaryStore(driver)
        let store = SessionStore(database: try await place.open(), sessionsMax: 3, now: place.clock)
        for number in 1...3 { try await store.keep(for: .seconds(60 + number)) { session(UInt8(number)) } }
        #expect(try await store.prune() == [])
        try await store.keep(for: .seconds(64)) { session(4) }
        #expect(try await store.sessions() == [session(2), session(3), session(4)])
        #expect(try await store.prune() == [[1]])
        #expect(try await store.prune() == [])
    }

    @Test(arguments: StoreDriver.all)
    func `takes subscriptions up to their limit and not beyond`(driver: StoreDriver) async throws {
        let place = try TemporaryStore(driver)
        let store = SessionStore(database: try await place.open(), now: place.clock)
        // Two brackets and two quotes are in the text of one subscription.
        let longest = String(repeating: "x", count: SessionStore.subscriptionBytesMax - 4)
        let fits = StoredSession(digest: [1], isEnded: false, logLevel: nil, subscriptions: [longest])
        try await store.keep(for: .seconds(60)) { fits }
        let tooLong = StoredSession(digest: [1], isEnded: false, logLevel: nil, subscriptions: [longest + "x"])
        await #expect(throws: SQLError.tooBig) { try await store.keep(for: .seconds(60)) { tooLong } }
        #expect(try await store.sessions() == [fits])
    }
}

private func session(_ number: UInt8) -> StoredSession {
    StoredSession(digest: [number], isEnded: true, logLevel: nil, subscriptions: [])
}
