import Gateway
import Reactor
import SQLDatabase
import SQLiteDriver
import Storage
import Synchronization
import Telemetry
import Testing

@testable import PatchbayApp

@Suite struct `What an upstream was last known to offer` {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `is there at the next start, for the same definition only`() async throws {
        let first = KeptInventories(store: try await store(), log: .silent)
        #expect(first.inventory(of: "weather", configuration: "a") == nil)
        first.keep([1], of: "weather", configuration: "a")
        first.keep([2], of: "time", configuration: "t")
        first.keep([3], of: "weather", configuration: "b")
        await first.finish()
        let next = KeptInventories(store: try await store(), log: .silent)
        await next.load(["weather", "other"])
        #expect(next.inventory(of: "weather", configuration: "b") == [3])
        #expect(next.inventory(of: "weather", configuration: "a") == nil)
        #expect(next.inventory(of: "time", configuration: "t") == nil)
        next.forget()
        #expect(next.inventory(of: "weather", configuration: "b") == nil)
    }

    @Test func `is the last of many, also while they are written`() async throws {
        let kept = KeptInventories(store: try await store(), log: .silent)
        for number in 0..<50 { kept.keep([UInt8(number)], of: "weather", configuration: "a") }
        await kept.load(["weather"])
        #expect(kept.inventory(of: "weather", configuration: "a") == [49])
        await kept.finish()
        await kept.load(["weather"])
        #expect(kept.inventory(of: "weather", configuration: "a") == [49])
    }

    @Test func `may be lost with the database, which is said and stops nothing`() async throws {
        let lines = Mutex<[String]>([])
        let log = Log(sink: LogSink { event in lines.withLock { $0.append(event.message) } })
        let database = try await database()
        let kept = KeptInventories(store: InventoryStore(database: database, now: DataFolder.now), log: log)
        await database.close()
        kept.keep([1], of: "weather", configuration: "a")
        await kept.finish()
        await kept.load(["weather"])
        #expect(kept.inventory(of: "weather", configuration: "a") == nil)
        #expect(
            lines.withLock { $0 } == [
                "the inventory of an upstream was not stored",
                "the last known inventories cannot be read: lists wait for their upstreams",
            ])
    }

    private func store() async throws -> InventoryStore {
        InventoryStore(database: try await database(), now: DataFolder.now)
    }

    private func database() async throws -> SQLiteDatabase {
        try await openDatabase(folder)
    }
}

@Suite struct `What a client said for its session` {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `is known at once and at the next start`() async throws {
        let first = try await sessions()
        #expect(first.session(digest(1)) == nil)
        var said = KeptSession()
        said.logLevel = "debug"
        said.subscriptions = ["file:///a", "file:///b"]
        await first.keep(said, digest(1))
        #expect(first.session(digest(1)) == said)
        let next = try await sessions()
        #expect(next.session(digest(1)) == said)
        #expect(next.session(digest(2)) == nil)
    }

    @Test func `ends with the session, for good`() async throws {
        let first = try await sessions()
        var said = KeptSession()
        said.logLevel = "info"
        await first.keep(said, digest(1))
        var over = said
        over.isEnded = true
        await first.keep(over, digest(1))
        // A request of the session that was under way when it ended.
        await first.keep(said, digest(1))
        var ended = KeptSession()
        ended.isEnded = true
        #expect(first.session(digest(1)) == ended)
        #expect(try await sessions().session(digest(1)) == ended)
    }

    @Test func `holds until the next start when it cannot be stored`() async throws {
        let lines = Mutex<[String]>([])
        let log = Log(sink: LogSink { event in lines.withLock { $0.append(event.message) } })
        let database = try await openDatabase(folder)
        let kept = KeptSessions(
            store: SessionStore(database: database, now: DataFolder.now), time: .seconds(60), log: log)
        await database.close()
        var said = KeptSession()
        said.logLevel = "error"
        await kept.keep(said, digest(1))
        #expect(kept.session(digest(1)) == said)
        #expect(
            lines.withLock { $0 } == [
                "what a client said for its session was not stored; it holds until the next start"
            ])
    }

    @Test func `is forgotten when there is too much of it`() async throws {
        let database = try await openDatabase(folder)
        let kept = KeptSessions(
            store: SessionStore(database: database, sessionsMax: 10, now: DataFolder.now), time: .seconds(60),
            log: .silent)
        var over = KeptSession()
        over.isEnded = true
        for number in 0..<KeptSessions.pruningInterval { await kept.keep(over, digest(number)) }
        let known = (0..<KeptSessions.pruningInterval).filter { kept.session(digest($0)) != nil }
        #expect(known.count == 10)
    }

    private func sessions() async throws -> KeptSessions {
        let store = SessionStore(database: try await openDatabase(folder), now: DataFolder.now)
        let kept = KeptSessions(store: store, time: .seconds(60), log: .silent)
        try await kept.load()
        return kept
    }

    private func digest(_ number: Int) -> [UInt8] {
        (0..<16).map { UInt8(truncatingIfNeeded: number >> (8 * ($0 % 4))) }
    }
}

private func openDatabase(_ folder: TemporaryFolder) async throws -> SQLiteDatabase {
    try await SQLiteDatabase.open(
        .file("\(folder.path)/patchbay.db"), settings: SQLiteSettings(durability: .processCrash),
        schemas: [GatewaySchema.schema], lane: BlockingLane(threads: 1, queueMax: 1000))
}
