import HTTPTransport
import JSONCoding
import MCPWire
import Synchronization
import Testing

@testable import UpstreamClients

@Suite(.serialized, .timeLimit(.minutes(2))) struct `A client that may be asked something` {
    private let anna = LeaseKey.asking("anna")
    private let bert = LeaseKey.asking("bert")

    @Test func `has a process of its own at an old server, which knows what it can do`() async throws {
        try await withUpstream("old") { (bench) async throws in
            let shared = try await bench.text("pid")
            let first = try await bench.text("pid", lease: anna, capabilities: canBeAsked)
            #expect(first != shared)
            #expect(try await bench.text("pid", lease: anna, capabilities: canBeAsked) == first)
            #expect(try await bench.text("pid", lease: bert, capabilities: canBeAsked) != first)
            #expect(try await bench.text("pid") == shared)
        }
    }

    @Test func `shares the process of a server that keeps nothing of its clients`() async throws {
        try await withUpstream("modern") { (bench) async throws in
            let shared = try await bench.text("pid")
            #expect(try await bench.text("pid", lease: anna, capabilities: canBeAsked) == shared)
        }
    }

    @Test(arguments: ["old", "modern"]) func `is asked during its call`(words: String) async throws {
        try await withUpstream(words) { (bench) async throws in
            let host = TestHost(answer: .result(["action": "accept", "content": ["name": "Anna"]]))
            let text = try await bench.text("ask", lease: anna, capabilities: canBeAsked, host: host)
            #expect(text.contains("Anna"))
            #expect(host.questions.map(\.kind) == [.elicitation])
        }
    }

    @Test func `is not asked what it did not say that it can do`() async throws {
        try await withUpstream("old") { (bench) async throws in
            let host = TestHost()
            let text = try await bench.text(
                "ask", ["method": "sampling/createMessage"], lease: anna, capabilities: canBeAsked, host: host)
            #expect(text.contains("-32601"))
            #expect(host.questions == [])
        }
    }

    @Test func `is not asked at the process for everybody`() async throws {
        try await withUpstream("old") { (bench) async throws in
            let host = TestHost()
            let text = try await bench.text("ask", host: host)
            #expect(text.contains("-32602"))
            #expect(host.questions == [])
        }
    }

    @Test func `has one call at a time`() async throws {
        try await withUpstream("old") { (bench) async throws in
            let held = Task { await bench.outcome("hold", lease: anna, capabilities: canBeAsked) }
            try await bench.until { bench.book.texts.contains { $0.hasPrefix("holding") } }
            let next = Task { try await bench.text("count", lease: anna, capabilities: canBeAsked) }
            try await bench.until { bench.upstream.state.withLock { $0.waiters.count } == 1 }
            held.cancel()
            _ = await held.value
            #expect(try await next.value == "2")
        }
    }

    @Test func `has more processes for calls that overlap, as far as it may`() async throws {
        var settings = StdioSettings.quick
        settings.processesPerLeaseMax = 2
        try await withUpstream("old", settings: settings) { (bench) async throws in
            let held = Task { await bench.outcome("hold", lease: anna, capabilities: canBeAsked) }
            try await bench.until { bench.book.texts.contains { $0.hasPrefix("holding") } }
            #expect(try await bench.text("count", lease: anna, capabilities: canBeAsked) == "1")
            #expect(try await bench.text("count", lease: anna, capabilities: canBeAsked) == "2")
            held.cancel()
            _ = await held.value
        }
    }

    @Test func `whose call waits can give up without taking another's turn`() async throws {
        try await withUpstream("old") { (bench) async throws in
            let held = Task { await bench.outcome("hold", lease: anna, capabilities: canBeAsked) }
            try await bench.until { bench.book.texts.contains { $0.hasPrefix("holding") } }
            let given = Task { await bench.outcome("echo", lease: anna, capabilities: canBeAsked) }
            try await bench.until { bench.upstream.state.withLock { $0.waiters.count } == 1 }
            let next = Task { try await bench.text("count", lease: anna, capabilities: canBeAsked) }
            try await bench.until { bench.upstream.state.withLock { $0.waiters.count } == 2 }
            given.cancel()
            guard case .failure(.transport(.cancelled)) = await given.value else {
                Issue.record("it was not cancelled")
                return
            }
            held.cancel()
            _ = await held.value
            #expect(try await next.value == "2")
        }
    }

    @Test func `waits no longer than its call may take`() async throws {
        try await withUpstream("old") { (bench) async throws in
            let held = Task { await bench.outcome("hold", lease: anna, capabilities: canBeAsked) }
            try await bench.until { bench.book.texts.contains { $0.hasPrefix("holding") } }
            guard
                case .failure(.transport(.timedOut(sent: false))) = await bench.outcome(
                    "echo", lease: anna, capabilities: canBeAsked, seconds: 1)
            else {
                Issue.record("it did not time out")
                return
            }
            held.cancel()
            _ = await held.value
        }
    }

    @Test func `is refused when as many wait as may`() async throws {
        var settings = StdioSettings.quick
        settings.waitersMax = 1
        try await withUpstream("old", settings: settings) { (bench) async throws in
            let held = Task { await bench.outcome("hold", lease: anna, capabilities: canBeAsked) }
            try await bench.until { bench.book.texts.contains { $0.hasPrefix("holding") } }
            let next = Task { try await bench.text("count", lease: anna, capabilities: canBeAsked) }
            try await bench.until { bench.upstream.state.withLock { $0.waiters.count } == 1 }
            guard
                case .failure(.process(.crowded(max: 1))) = await bench.outcome(
                    "echo", lease: anna, capabilities: canBeAsked)
            else {
                Issue.record("it was not refused")
                return
            }
            held.cancel()
            _ = await held.value
            #expect(try await next.value == "2")
        }
    }

    @Test func `takes the place of the one that was idle longest`() async throws {
        var settings = StdioSettings.quick
        settings.processesMax = 3
        try await withUpstream("old", settings: settings) { (bench) async throws in
            let first = try await bench.text("pid", lease: anna, capabilities: canBeAsked)
            let second = try await bench.text("pid", lease: bert, capabilities: canBeAsked)
            _ = try await bench.text("pid", lease: .asking("cora"), capabilities: canBeAsked)
            try await bench.until { bench.started.count { isAlive($0) } == 3 }
            #expect(!bench.started.filter { isAlive($0) }.contains(Int32(first) ?? 0))
            #expect(try await bench.text("pid", lease: bert, capabilities: canBeAsked) == second)
        }
    }

    @Test func `waits for a place while all are busy`() async throws {
        var settings = StdioSettings.quick
        settings.processesMax = 2
        try await withUpstream("old", settings: settings) { (bench) async throws in
            let held = Task { await bench.outcome("hold", lease: anna, capabilities: canBeAsked) }
            try await bench.until { bench.book.texts.contains { $0.hasPrefix("holding") } }
            let next = Task { try await bench.text("count", lease: bert, capabilities: canBeAsked) }
            try await bench.until { bench.upstream.state.withLock { $0.waiters.count } == 1 }
            held.cancel()
            _ = await held.value
            #expect(try await next.value == "1")
        }
    }

    @Test func `gets another process when its own dies`() async throws {
        try await withUpstream("old") { (bench) async throws in
            let first = try await bench.text("pid", lease: anna, capabilities: canBeAsked)
            guard
                case .failure(.process(.ended("ended with status 3", sent: true))) = await bench.outcome(
                    "die", lease: anna, capabilities: canBeAsked)
            else {
                Issue.record("it did not die")
                return
            }
            #expect(try await bench.text("pid", lease: anna, capabilities: canBeAsked) != first)
        }
    }

    @Test func `waits longer and longer for a process that dies after each handshake`() async throws {
        try await withUpstream("dies-for-clients") { (bench) async throws in
            for _ in 0..<20 {
                guard case .failure = await bench.outcome("echo", lease: anna, capabilities: canBeAsked) else {
                    Issue.record("it was answered")
                    return
                }
            }
            #expect(bench.started.count <= 12)
            #expect(bench.upstream.state.withLock { $0.waiters.count } == 0)
        }
    }

    @Test func `loses its process when it was idle for long`() async throws {
        var settings = StdioSettings.quick
        settings.idleTime = .milliseconds(50)
        try await withUpstream("old", settings: settings) { (bench) async throws in
            let shared = Int32(try await bench.text("pid")) ?? 0
            let own = Int32(try await bench.text("pid", lease: anna, capabilities: canBeAsked)) ?? 0
            try await bench.until { !isAlive(own) }
            #expect(isAlive(shared))
            #expect(try await bench.text("count", lease: anna, capabilities: canBeAsked) == "1")
        }
    }
}

@Suite struct `A book of leases` {
    private final class Process: Sendable {}

    private func started(_ book: inout LeaseBook<Process>, _ lease: LeaseKey, at now: UInt64) -> Process? {
        guard case .start(ending: nil) = book.take(lease) else { return nil }
        let process = Process()
        book.started(process, for: lease, at: now)
        guard case .use(let used) = book.take(lease), used === process else { return nil }
        return process
    }

    @Test func `counts what is being started`() throws {
        var book = LeaseBook<Process>(processesMax: 2, perLeaseMax: 1)
        guard case .start(ending: nil) = book.take(.asking("a")), case .wait = book.take(.asking("a")),
            case .start(ending: nil) = book.take(.asking("b")), case .wait = book.take(.asking("c"))
        else {
            Issue.record("more than two")
            return
        }
        book.started(nil, for: .asking("a"), at: 0)
        #expect(book.canServe(.asking("c")))
        #expect(book.canServe(.asking("a")))
        #expect(!book.canServe(.asking("b")))
    }

    @Test func `lets one client have as many as it may`() throws {
        var book = LeaseBook<Process>(processesMax: 8, perLeaseMax: 2)
        let first = try #require(started(&book, .asking("a"), at: 1))
        let second = try #require(started(&book, .asking("a"), at: 2))
        guard case .wait = book.take(.asking("a")) else {
            Issue.record("a third one")
            return
        }
        book.release(first, at: 3)
        book.release(second, at: 4)
        guard case .use(let used) = book.take(.asking("a")) else {
            Issue.record("none")
            return
        }
        #expect(used === second)
        #expect(book.idleSince == 3)
    }

    @Test func `gives up those that are idle since then`() throws {
        var book = LeaseBook<Process>(processesMax: 8, perLeaseMax: 1)
        let first = try #require(started(&book, .asking("a"), at: 1))
        let second = try #require(started(&book, .asking("b"), at: 1))
        _ = try #require(started(&book, .asking("c"), at: 1))
        book.release(first, at: 10)
        book.release(second, at: 11)
        #expect(book.takeIdle(since: 9).isEmpty)
        let idle = book.takeIdle(since: 10)
        #expect(idle.count == 1 && idle.first === first)
        #expect(!book.contains(first))
        #expect(book.contains(second))
        #expect(!book.isEmpty)
    }
}
