import GatewayModel
import Glibc
import HTTPTransport
import JSONCoding
import MCPWire
import Reactor
import Synchronization
import Telemetry
import Testing

@testable import UpstreamClients

@Suite(.serialized, .timeLimit(.minutes(2))) struct `A stdio upstream` {
    // MARK: Calls

    @Test(arguments: [["modern"], []]) func `starts once for 200 calls that are in flight at once`(
        words: [String]
    ) async throws {
        try await withUpstream(words.first ?? "old", loops: 2) { (bench) async throws in
            let texts = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<200 {
                    group.addTask { try await bench.text("gather", ["count": 200], loop: number % 2) }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(texts.count == 200)
            // At an old server the first process was the one that was asked for its era.
            #expect(bench.started.count == (words.isEmpty ? 2 : 1))
        }
    }

    @Test func `refuses more calls at once than may be`() async throws {
        var settings = StdioSettings.quick
        settings.callsMax = 3
        try await withUpstream("modern", settings: settings) { (bench) async throws in
            let held = (0..<3).map { _ in Task { await bench.outcome("hold") } }
            try await bench.until { bench.book.texts.count { $0.hasPrefix("holding") } == 3 }
            #expect(await bench.failure("echo") == .transport(.poolFull))
            held[0].cancel()
            _ = await held[0].value
            #expect(try await bench.echo("again") == "again")
            for task in held { task.cancel() }
        }
    }

    @Test func `says what it is`() async throws {
        try await withUpstream("old") { (bench) async throws in
            let old = try await bench.describe()
            #expect(old.revision == .v2025_11_25)
            #expect(old.serverInfo["name"] == "test")
            // Everybody's process declares nothing.
            #expect(old.instructions == "{}")
        }
        try await withUpstream("modern") { (bench) async throws in
            let new = try await bench.describe()
            #expect(new.revision == .v2026_07_28)
            #expect(new.serverInfo["version"] == "2")
        }
    }

    @Test func `tells a call's progress to its client`() async throws {
        try await withUpstream("old") { (bench) async throws in
            let host = TestHost()
            _ = try await bench.outcome("progress", wantsProgress: true, host: host).get()
            #expect(host.notifications.count == 1)
        }
    }

    @Test func `gives its process its own variables and few of ours`() async throws {
        let key = try StdioVariable(name: "API_KEY", value: Secret("word"))
        try await withUpstream("old", environment: [key]) { (bench) async throws in
            let seen = try JSONParser.parse(Array(try await bench.text("environment").utf8))
            #expect(seen["API_KEY"] == "word")
            #expect(seen["PATH"] == "/usr/local/bin:/usr/bin:/bin")
            #expect(seen["cwd"] == "/tmp")
            #expect(seen["GATEWAY_SECRET"] == nil)
            #expect(bench.book.all.allSatisfy { !"\($0)".contains("word") })
        }
    }

    @Test func `cancels a call at its process`() async throws {
        for words in ["old", "modern"] {
            try await withUpstream(words) { (bench) async throws in
                let call = Task { await bench.outcome("hold") }
                try await bench.until { bench.book.texts.contains { $0.hasPrefix("holding") } }
                call.cancel()
                guard case .failure(.transport(.cancelled)) = await call.value else {
                    Issue.record("it was not cancelled")
                    return
                }
                try await bench.until { bench.book.texts.contains { $0.hasPrefix("cancelled") } }
                #expect(try await bench.echo("on") == "on")
            }
        }
    }

    @Test func `fails a call whose time is over and tells its process`() async throws {
        try await withUpstream("old") { (bench) async throws in
            _ = try await bench.describe()
            #expect(await bench.failure("hold", seconds: 1) == .transport(.timedOut(sent: true)))
            try await bench.until { bench.book.texts.contains { $0.hasPrefix("cancelled") } }
        }
    }

    // MARK: Deaths

    @Test func `fails the calls of a process that dies and starts another`() async throws {
        try await withUpstream("old") { (bench) async throws in
            let held = Task { await bench.failure("hold") }
            try await bench.until { bench.book.texts.contains { $0.hasPrefix("holding") } }
            let first = try await bench.text("pid")
            let expected = UpstreamError.process(.ended("ended with status 3", sent: true))
            #expect(await bench.failure("die") == expected)
            #expect(await held.value == expected)
            let second = try await bench.text("pid")
            #expect(first != second)
            #expect(bench.started.count == 3)
        }
    }

    @Test func `survives that its process is killed while it is busy`() async throws {
        try await withUpstream("modern", loops: 2) { (bench) async throws in
            let answered = Tally()
            let callers = (0..<20).map { number in
                Task {
                    var lost = 0
                    while !Task.isCancelled {
                        switch await bench.outcome("echo", ["text": "x"], seconds: 20, loop: number % 2) {
                        case .success: answered.add()
                        case .failure(.process(.ended(_, sent: true))), .failure(.transport(.cancelled)): lost += 1
                        case .failure(let error): Issue.record("\(error)")
                        }
                    }
                    return lost
                }
            }
            for round in 1...3 {
                let before = answered.count
                try await bench.until { answered.count > before + 100 }
                try #require(bench.started.count == round)
                #expect(kill(try #require(bench.started.last), SIGKILL) == 0)
            }
            let before = answered.count
            try await bench.until { answered.count > before + 100 }
            for caller in callers { caller.cancel() }
            var lost = 0
            for caller in callers { lost += await caller.value }
            // Each may lose one call a round, and the last to its cancellation; what was not written was sent again.
            #expect(lost <= 20 * 4)
            #expect(bench.started.count == 4)
        }
    }

    @Test func `fails a call that got half an answer`() async throws {
        try await withUpstream("modern") { (bench) async throws in
            #expect(await bench.failure("half") == .process(.ended("ended with status 4", sent: true)))
            #expect(try await bench.echo("on") == "on")
        }
    }

    @Test func `gives up on a process that closed its output but lives`() async throws {
        try await withUpstream("modern") { (bench) async throws in
            #expect(await bench.failure("close-output") == .process(.ended("closed its output", sent: true)))
            #expect(try await bench.echo("on") == "on")
        }
    }

    @Test func `sends a call again that a process no longer took`() async throws {
        try await withUpstream("modern") { (bench) async throws in
            let first = try await bench.text("pid")
            #expect(try await bench.text("close-input") == "closed")
            #expect(try await bench.text("pid") != first)
            #expect(bench.started.count == 2)
        }
    }

    @Test func `that dies at once always is tried with growing pauses`() async throws {
        try await withUpstream("dies-at-once") { (bench) async throws in
            var failures: [UpstreamError] = []
            for _ in 0..<40 {
                if let failure = await bench.failure("echo") { failures.append(failure) }
            }
            #expect(failures.count == 40)
            guard case .process(.ended("ended with status 1", sent: _)) = failures[0] else {
                Issue.record("\(failures[0])")
                return
            }
            guard case .process(.paused(let reason, seconds: 1...)) = try #require(failures.last) else {
                Issue.record("\(failures)")
                return
            }
            #expect(reason == "its process ended with status 1")
            // Each try is a process that is asked for its era and one for the handshake.
            #expect(bench.started.count <= 10)
            #expect(bench.book.texts.contains("no configuration found"))
        }
    }

    @Test func `that dies after each handshake is tried with growing pauses`() async throws {
        try await withUpstream("dies-after-handshake") { (bench) async throws in
            for _ in 0..<40 { #expect(await bench.failure("echo") != nil) }
            #expect(bench.started.count <= 16)
        }
    }

    @Test func `that cannot be started says so`() async throws {
        let lane = BlockingLane(threads: 1, queueMax: 8)
        let group = try EventLoopGroup(count: 1)
        group.start()
        let children = try ChildProcesses(lane: lane, isOnlyParent: false)
        let upstream = StdioUpstream(
            name: "test", definition: try StdioUpstreamDefinition(command: ["no-such-program"]), children: children,
            surroundings: ["PATH": "/bin"], ownInfo: [:], log: .silent)
        let loop = group.loops[0]
        let reason = await loop.runTask {
            do throws(UpstreamError) {
                _ = try await upstream.describe(.shared, deadline: .max, on: loop)
                return ""
            } catch {
                return error.advice(upstream: "test")
            }
        }.value
        #expect(reason.contains("no-such-program could not be started: No such file or directory"))
        await upstream.stop()
        lane.shutDown()
        group.stopAndJoin()
    }

    @Test func `that is silent is given up after the time for a start`() async throws {
        var settings = StdioSettings.quick
        settings.startTime = .milliseconds(400)
        settings.probeTime = .milliseconds(100)
        try await withUpstream("silent", settings: settings) { (bench) async throws in
            #expect(await bench.failure("echo") == .process(.silent))
            #expect(bench.started.count == 2)
        }
    }

    // MARK: Bad manners

    @Test func `survives what is no message`() async throws {
        try await withUpstream("modern") { (bench) async throws in
            #expect(try await bench.text("garbage") == "after garbage")
            #expect(try await bench.echo("on") == "on")
            #expect(bench.started.count == 1)
        }
    }

    @Test(arguments: ["first", "last"]) func `fails only the call whose answer is too long`(place: String) async throws
    {
        try await withUpstream("modern") { (bench) async throws in
            let held = Task { await bench.outcome("hold") }
            try await bench.until { bench.book.texts.contains { $0.hasPrefix("holding") } }
            let limit = StdioSettings().messageBytesMax
            let size: JSONValue = .number(JSONNumber(20 * 1024 * 1024))
            #expect(await bench.failure("long", ["size": size, "id": .string(place)]) == .tooLong(limit: limit))
            #expect(try await bench.echo("on") == "on")
            held.cancel()
            _ = await held.value
            #expect(bench.started.count == 1)
        }
    }

    @Test func `takes an answer of the limit and none of one byte more`() async throws {
        var settings = StdioSettings.quick
        settings.messageBytesMax = 10_000
        try await withUpstream("modern", settings: settings) { (bench) async throws in
            // What stands around the text; the id of this call is one digit long.
            let around = #"{"result":{"content":[{"type":"text","text":""}]},"jsonrpc":"2.0","id":2}"#.utf8.count
            let size = 10_000 - around
            #expect(try await bench.text("long", ["size": .number(JSONNumber(size))]).utf8.count == size)
            #expect(
                await bench.failure("long", ["size": .number(JSONNumber(size + 1))]) == .tooLong(limit: 10_000))
        }
    }

    @Test(arguments: [("twice", "first"), ("foreign", "mine")]) func `takes one answer and only its own`(
        tool: String, answer: String
    ) async throws {
        try await withUpstream("old") { (bench) async throws in
            #expect(try await bench.text(tool) == answer)
            #expect(try await bench.echo("on") == "on")
        }
    }

    @Test func `fails a call whose answer is no answer`() async throws {
        try await withUpstream("modern") { (bench) async throws in
            guard case .garbage = await bench.failure("no-result") else {
                Issue.record("it was taken")
                return
            }
            #expect(try await bench.echo("on") == "on")
        }
    }

    @Test func `keeps few answers for a process that asks much and does not read`() async throws {
        try await withUpstream("modern") { (bench) async throws in
            #expect(try await bench.text("half-deaf", ["requests": 10_000]) == "asked")
            let peer = try #require(bench.upstream.state.withLock { $0.shared }?.peer)
            // The pipe holds a few hundred; without the limit nine thousand would wait.
            #expect((1...peer.settings.answersMax).contains(peer.outbox.count))
            // A call fails when its time is over, and the upstream can still be ended.
            #expect(await bench.failure("echo", seconds: 1) == .transport(.timedOut(sent: true)))
        }
    }

    @Test func `refuses what its process asks unasked`() async throws {
        try await withUpstream("asks-unasked") { (bench) async throws in
            _ = try await bench.describe()
            try await bench.until { bench.book.texts.count { $0.hasPrefix("early") } >= 4 }
            let said = Set(bench.book.texts.filter { $0.hasPrefix("early") }.map { $0.prefix(while: { $0 != "," }) })
            #expect(said.contains(#"early roots/list: {"roots": []}"#))
            #expect(said.contains(#"early sampling/createMessage: {"code": -32602"#))
            #expect(said.contains("early ping: {}"))
            #expect(said.contains(#"early no/such: {"code": -32601"#))
        }
    }

    @Test func `is not held up by a flood of error output`() async throws {
        try await withUpstream("modern") { (bench) async throws in
            #expect(try await bench.text("flood", ["lines": 20_000]) == "flooded")
            // As many as a burst and what the time gave back; what was left out is counted.
            #expect(bench.book.texts.count < 1_000)
            #expect(bench.book.all.allSatisfy { $0.fields["upstream"] == .string("test") })
        }
    }
}
