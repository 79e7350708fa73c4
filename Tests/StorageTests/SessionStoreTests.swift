import SQLDatabase
import SQLiteDriver
import Storage
import Testing

@Suite struct `A store of sessions` {
    let place: TemporaryStore

    init() throws {
        place = try TemporaryStore()
    }

    @Test func `gives back after a restart what was kept last`() async throws {
        let first = try await place.open()
        let store = SessionStore(database: first, now: place.clock)
        let subscribed = StoredSession(
            digest: [1, 2], isEnded: false, logLevel: "debug", subscriptions: ["file:///b", "ui://a\"\\é"])
        try await store.keep(session(9), for: .seconds(50))
        try await store.keep(
            StoredSession(digest: [1, 2], isEnded: false, logLevel: nil, subscriptions: ["x"]), for: .seconds(60))
        try await store.keep(subscribed, for: .seconds(60))
        await first.close()
        let again = SessionStore(database: try await place.open(), now: place.clock)
        #expect(try await again.sessions() == [session(9), subscribed])
    }

    @Test func `forgets a session when its id cannot be good any more`() async throws {
        let store = SessionStore(database: try await place.open(), now: place.clock)
        try await store.keep(session(1), for: .seconds(60))
        try await store.keep(session(2), for: .seconds(61))
        place.pass(.seconds(59))
        #expect(try await store.prune() == 0)
        place.pass(.seconds(1))
        #expect(try await store.sessions() == [session(2)])
        #expect(try await store.prune() == 1)
        #expect(try await store.sessions() == [session(2)])
    }

    @Test func `keeps as many as there may be, and forgets the oldest of more`() async throws {
        let store = SessionStore(database: try await place.open(), sessionsMax: 3, now: place.clock)
        for number in 1...3 { try await store.keep(session(UInt8(number)), for: .seconds(60 + number)) }
        #expect(try await store.prune() == 0)
        try await store.keep(session(4), for: .seconds(64))
        #expect(try await store.sessions() == [session(2), session(3), session(4)])
        #expect(try await store.prune() == 1)
        #expect(try await store.prune() == 0)
    }

    @Test func `takes subscriptions up to their limit and not beyond`() async throws {
        let store = SessionStore(database: try await place.open(), now: place.clock)
        // Two brackets and two quotes are in the text of one subscription.
        let longest = String(repeating: "x", count: SessionStore.subscriptionBytesMax - 4)
        let fits = StoredSession(digest: [1], isEnded: false, logLevel: nil, subscriptions: [longest])
        try await store.keep(fits, for: .seconds(60))
        let tooLong = StoredSession(digest: [1], isEnded: false, logLevel: nil, subscriptions: [longest + "x"])
        await #expect(throws: SQLError.tooBig) { try await store.keep(tooLong, for: .seconds(60)) }
        #expect(try await store.sessions() == [fits])
    }

    private func session(_ number: UInt8) -> StoredSession {
        StoredSession(digest: [number], isEnded: true, logLevel: nil, subscriptions: [])
    }
}
