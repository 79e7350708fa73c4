import GatewayModel
import JSONCoding
import MCPWire
import Reactor
import Telemetry
import Testing
import UpstreamClients

@testable import Gateway

@Suite struct `The inventory of an upstream` {
    private func withKeeper(
        _ upstream: ScriptedUpstream, stored: [UInt8]? = nil, _ change: (inout InventoryLimits) -> Void = { _ in },
        changed: @escaping @Sendable () -> Void = {},
        _ body: (InventoryKeeper, EventLoop, Box<[[UInt8]]>) async throws -> Void
    ) async throws {
        let group = try EventLoopGroup(count: 1)
        group.start()
        var limits = InventoryLimits()
        // Nothing here waits for these unless it says so.
        limits.listNanoseconds = patience.inNanoseconds
        limits.floorNanoseconds = patience.inNanoseconds
        limits.ceilingNanoseconds = patience.inNanoseconds
        limits.failedNanoseconds = 1
        change(&limits)
        let kept = Box<[[UInt8]]>([])
        let keeper = InventoryKeeper(
            upstream: upstream.name, client: upstream, limits: limits, stored: stored,
            changed: changed, keep: { bytes in kept.change { $0.append(bytes) } },
            log: Log(level: .error, sink: LogSink { _ in }))
        try await body(keeper, group.loops[0], kept)
        group.stopAndJoin()
    }

    private func read(_ keeper: InventoryKeeper, _ loop: EventLoop) async -> InventoryKeeper.Reading {
        await loop.runTask { await keeper.read(on: loop) }.value
    }

    private func names(_ reading: InventoryKeeper.Reading) -> [String]? {
        reading.inventory?[.tools].compactMap { $0["name"]?.stringValue }
    }

    @Test func `is read once, however many ask for it at once`() async throws {
        let gate = Gate()
        let upstream = ScriptedUpstream("up") {
            $0.tools = [tool("a")]
            $0.gate = gate
        }
        try await withKeeper(upstream) { keeper, loop, _ throws in
            let readers = (0..<20).map { _ in loop.runTask { await keeper.read(on: loop) } }
            #expect(await eventually { upstream.descriptions > 0 })
            gate.open()
            for reader in readers { #expect(names(await reader.value) == ["a"]) }
            #expect(upstream.descriptions == 1)
            #expect(names(await read(keeper, loop)) == ["a"])
            #expect(upstream.descriptions == 1, "a fresh inventory was read again")
        }
    }

    @Test func `counts as changed before anybody who waited for it goes on`() async throws {
        let isKnown = Box(false)
        let gate = Gate()
        let upstream = ScriptedUpstream("up") {
            $0.tools = [tool("a")]
            $0.gate = gate
        }
        try await withKeeper(
            upstream,
            changed: {
                takeAMoment()
                isKnown.change { $0 = true }
            }
        ) { keeper, loop, _ throws in
            let first = loop.runTask { await keeper.read(on: loop) }
            #expect(await eventually { upstream.descriptions == 1 })
            let others = try EventLoopGroup(count: 1)
            others.start()
            let other = others.loops[0]
            let second = other.runTask { (await keeper.read(on: other), isKnown.value) }
            #expect(await eventually { keeper.readers == 2 })
            gate.open()
            let (reading, wasKnown) = await second.value
            #expect(wasKnown)
            #expect(names(reading) == ["a"])
            _ = await first.value
            others.stopAndJoin()
        }
    }

    @Test func `stays as it was known when a reading fails, and says that it is stale`() async throws {
        let upstream = ScriptedUpstream("up", tools: ["a"])
        try await withKeeper(upstream) { keeper, loop, kept in
            _ = await read(keeper, loop)
            upstream.change { $0.failure = .status(503) }
            keeper.invalidate()
            let reading = await read(keeper, loop)
            #expect(names(reading) == ["a"])
            #expect(reading.failure == .status(503))
            upstream.change {
                $0.failure = nil
                $0.tools = [tool("b")]
            }
            #expect(await eventually { names(await read(keeper, loop)) == ["b"] })
            #expect(await read(keeper, loop).failure == nil)
            #expect(kept.value.count == 2)
        }
    }

    @Test(arguments: [
        (UpstreamError.connectRequired(ConnectNeed(upstream: "up", reason: .missing, isPersonal: true)), 2),
        (UpstreamError.connectRequired(ConnectNeed(upstream: "up", reason: .revoked, isPersonal: true)), 2),
        (UpstreamError.connectRequired(ConnectNeed(upstream: "up", reason: .insufficientScope, isPersonal: true)), 1),
        (UpstreamError.status(503), 1),
    ])
    func `is asked for again at once only where nothing is sent before somebody connects`(
        failure: UpstreamError, descriptions: Int
    ) async throws {
        let upstream = ScriptedUpstream("up") { $0.failure = failure }
        try await withKeeper(upstream, { $0.failedNanoseconds = patience.inNanoseconds }) { keeper, loop, _ throws in
            for _ in 0..<2 { #expect(await read(keeper, loop).failure == failure) }
            #expect(upstream.descriptions == descriptions)
        }
    }

    @Test func `is read again when it was out of date before the reading was done`() async throws {
        let gate = Gate()
        let upstream = ScriptedUpstream("up") {
            $0.tools = [tool("a")]
            $0.gate = gate
        }
        try await withKeeper(upstream) { keeper, loop, _ throws in
            let first = loop.runTask { await keeper.read(on: loop) }
            #expect(await eventually { upstream.descriptions == 1 })
            keeper.invalidate()
            gate.open()
            #expect(names(await first.value) == ["a"])
            upstream.change { $0.tools = [tool("b")] }
            #expect(names(await read(keeper, loop)) == ["b"])
        }
    }

    @Test func `is answered from the store within the deadline when the upstream is slow`() async throws {
        let before = ScriptedUpstream("up", tools: ["a"])
        let stored = Box<[UInt8]?>(nil)
        try await withKeeper(before) { keeper, loop, kept in
            _ = await read(keeper, loop)
            stored.change { $0 = kept.value.last }
        }
        let gate = Gate()
        let after = ScriptedUpstream("up") {
            $0.tools = [tool("b")]
            $0.gate = gate
        }
        try await withKeeper(after, stored: stored.value, { $0.listNanoseconds = 1_000_000 }) {
            keeper, loop, _ throws in
            let reading = await read(keeper, loop)
            #expect(names(reading) == ["a"])
            #expect(!reading.isFresh)
            gate.open()
            #expect(await eventually { names(keeper.known(at: 0)) == ["b"] })
        }
    }

    @Test func `is forgotten if the store holds something else than one`() async throws {
        for stored in ["", "nonsense", "{}", #"{"revision":"1999-01-01","lists":{}}"#] {
            try await withKeeper(ScriptedUpstream("up", tools: ["a"]), stored: Array(stored.utf8)) {
                keeper, loop, _ throws in
                #expect(keeper.known(at: 0).inventory == nil)
                #expect(names(await read(keeper, loop)) == ["a"])
            }
        }
    }

    @Test func `survives the store as it is`() throws {
        var inventory = UpstreamInventory(
            description: UpstreamDescription(
                revision: .v2025_06_18, capabilities: ["tools": ["listChanged": true], "x": [1, 2.50]],
                serverInfo: ["name": "n"], instructions: "read me"))
        inventory[.tools] = [tool("a", schema: ["type": "object", "maximum": 1.0])]
        inventory[.resourceTemplates] = [template("a://{b}")]
        let read = try #require(UpstreamInventory(inventory.bytes))
        #expect(read.lists == inventory.lists)
        #expect(read.description == inventory.description)
    }

    @Test func `holds as long as the shortest of its lists`() async throws {
        let upstream = ScriptedUpstream("up") { $0.capabilities = ["tools": [:], "prompts": [:], "resources": [:]] }
        upstream.answerLists { request, _ in
            let (kind, time): (String, Int?) =
                switch request.method {
                case .toolsList: ("tools", 5_000)
                case .promptsList: ("prompts", 1_000)
                case .resourcesList: ("resources", 9_000)
                default: ("resourceTemplates", 2_000)
                }
            var result: JSONObject = ["resultType": "complete"]
            result[kind] = []
            result["ttlMs"] = time.map { .number(JSONNumber($0)) }
            return .result(result)
        }
        try await withKeeper(upstream) { keeper, loop, _ throws in
            #expect(await read(keeper, loop).inventory?.milliseconds == 1_000)
        }
    }

    /// MCP 2026-07-28, caching: a result without `ttlMs` is stale at once, and so is what is made of it.
    @Test func `does not hold at all if one list does not say how long`() async throws {
        let upstream = ScriptedUpstream("up") { $0.capabilities = ["tools": [:], "prompts": [:]] }
        upstream.answerLists { request, _ in
            request.method == .toolsList
                ? .result(["tools": [], "ttlMs": 5_000]) : .result(["prompts": []])
        }
        try await withKeeper(upstream) { keeper, loop, _ throws in
            #expect(await read(keeper, loop).inventory?.milliseconds == 0)
        }
    }

    @Test func `takes the time that it holds from a reading also when nothing else changed`() async throws {
        let upstream = ScriptedUpstream("up", tools: ["a"])
        try await withKeeper(upstream) { keeper, loop, _ throws in
            _ = await read(keeper, loop)
            upstream.change { $0.milliseconds = 7_000 }
            keeper.invalidate()
            #expect(await read(keeper, loop).inventory?.milliseconds == 7_000)
        }
    }

    @Test func `has the lists that the upstream declares, and no others`() async throws {
        let upstream = ScriptedUpstream("up") {
            $0.capabilities = ["prompts": [:]]
            $0.tools = [tool("hidden")]
            $0.prompts = [["name": "shown"]]
        }
        try await withKeeper(upstream) { keeper, loop, _ throws in
            let inventory = try #require(await read(keeper, loop).inventory)
            #expect(inventory[.tools].isEmpty)
            #expect(inventory[.prompts].count == 1)
            #expect(upstream.listRequests.map(\.method) == [.promptsList])
        }
    }

    @Test func `has no list for a method that the upstream does not know after all`() async throws {
        let upstream = ScriptedUpstream("up") { $0.capabilities = ["tools": [:], "resources": [:]] }
        upstream.answerLists { request, _ in
            request.method == .toolsList
                ? .result(["tools": [.object(tool("a"))]]) : .failure(MCPFailure(.methodNotFound, "no"))
        }
        try await withKeeper(upstream) { keeper, loop, _ throws in #expect(names(await read(keeper, loop)) == ["a"]) }
    }

    @Test func `keeps the lists that can be read when another one is broken`() async throws {
        let upstream = ScriptedUpstream("up") { $0.capabilities = ["tools": [:], "prompts": [:]] }
        let isBroken = Box(true)
        upstream.answerLists { request, _ in
            if request.method == .toolsList { return .result(["tools": [.object(tool("a"))]]) }
            if isBroken.value { return .failure(MCPFailure(.internalError, "boom")) }
            return .result(["prompts": [["name": "p"]]])
        }
        try await withKeeper(upstream) { keeper, loop, _ throws in
            let first = await read(keeper, loop)
            #expect(names(first) == ["a"])
            #expect(first.inventory?.unread[.prompts] != nil)
            #expect(first.failure != nil, "the reading counts as whole")
            isBroken.change { $0 = false }
            keeper.invalidate()
            let second = await read(keeper, loop)
            #expect(second.inventory?[.prompts].count == 1)
            #expect(second.inventory?.unread.isEmpty == true)
            isBroken.change { $0 = true }
            keeper.invalidate()
            let third = await read(keeper, loop)
            #expect(third.inventory?[.prompts].count == 1, "what was known of the broken list is gone")
            #expect(third.inventory?.unread[.prompts] != nil)
        }
    }

    // MARK: Pages

    private func paging(_ upstream: ScriptedUpstream, _ next: @escaping @Sendable (Int) -> JSONValue?) {
        upstream.answerLists { request, _ in
            let page = request.params["cursor"]?.stringValue.flatMap { Int($0) } ?? 0
            var result: JSONObject = ["tools": [.object(tool("t\(page)"))]]
            result["nextCursor"] = next(page)
            return .result(result)
        }
    }

    @Test func `has all pages`() async throws {
        let upstream = ScriptedUpstream("up")
        paging(upstream) { $0 < 4 ? .string("\($0 + 1)") : nil }
        try await withKeeper(upstream) { keeper, loop, _ throws in
            #expect(names(await read(keeper, loop)) == ["t0", "t1", "t2", "t3", "t4"])
        }
    }

    @Test(arguments: [(9, true), (10, false)])
    func `is cut off from an upstream that pages for ever`(more: Int, isRead: Bool) async throws {
        let upstream = ScriptedUpstream("up")
        paging(upstream) { $0 < more ? .string("\($0 + 1)") : nil }
        try await withKeeper(upstream, { $0.pagesMax = 10 }) { keeper, loop, _ throws in
            let reading = await read(keeper, loop)
            #expect((reading.failure == nil) == isRead)
            #expect((reading.inventory != nil) == isRead)
            #expect(upstream.listRequests.count == 10)
        }
    }

    @Test func `is cut off from an upstream that repeats a cursor`() async throws {
        let upstream = ScriptedUpstream("up")
        paging(upstream) { _ in "1" }
        try await withKeeper(upstream) { keeper, loop, _ throws in
            #expect(await read(keeper, loop).failure?.reason.contains("repeats a cursor") == true)
            #expect(upstream.listRequests.count == 2)
        }
    }

    @Test(arguments: [(5, true), (6, false)])
    func `has at most so many entries`(count: Int, isRead: Bool) async throws {
        let upstream = ScriptedUpstream("up") { $0.tools = (0..<count).map { tool("t\($0)") } }
        try await withKeeper(upstream, { $0.itemsMax = 5 }) { keeper, loop, _ throws in
            #expect((await read(keeper, loop).failure == nil) == isRead)
        }
    }

    @Test(
        arguments: [
            ["tools": 5], ["other": []], [:], ["tools": ["x": 1]], ["tools": .null],
        ] as [JSONObject])
    func `is not made of garbage`(result: JSONObject) async throws {
        let upstream = ScriptedUpstream("up")
        upstream.answerLists { _, _ in .result(result) }
        try await withKeeper(upstream) { keeper, loop, _ throws in
            let reading = await read(keeper, loop)
            #expect(reading.inventory == nil)
            #expect(reading.failure != nil)
        }
    }
}
