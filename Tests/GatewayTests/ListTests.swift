import GatewayModel
import JSONCoding
import MCPWire
import Reactor
import Testing
import UpstreamClients

@testable import Gateway

@Suite struct `Lists` {
    private func names(_ answer: Answer, _ kind: String = "tools") -> [String]? {
        answer.result?[kind]?.arrayValue?.compactMap { ($0["name"] ?? $0["uri"])?.stringValue }
    }

    @Test func `have what all upstreams have, in the operator's order`() async throws {
        let upstreams = [ScriptedUpstream("one", tools: ["b", "a"]), ScriptedUpstream("two", tools: ["c"])]
        try await withClient(upstreams) { client, _ throws in
            let answer = try client.stateless("tools/list")
            #expect(names(answer) == ["b", "a", "c"])
            #expect(answer.field("content-type") == "application/json")
            #expect(answer.result?["resultType"] == "complete")
            #expect(answer.result?["cacheScope"] == "private")
            let older = try client.session("2025-06-18").request("tools/list")
            #expect(names(older) == ["b", "a", "c"])
            #expect(older.result?["resultType"] == nil)
            #expect(older.result?["ttlMs"] == nil)
        }
    }

    @Test func `are served by the others while one is down, and hold for no time`() async throws {
        let one = ScriptedUpstream("one") {
            $0.tools = [tool("a")]
            $0.milliseconds = 60_000
        }
        let two = ScriptedUpstream("two") { $0.failure = .status(503) }
        try await withClient([one, two]) { client, _ throws in
            let answer = try client.stateless("tools/list")
            #expect(names(answer) == ["a"])
            #expect(answer.result?["ttlMs"] == 0)
        }
        try await withClient([one]) { client, _ throws in
            #expect(try client.stateless("tools/list").result?["ttlMs"] == 60_000)
        }
    }

    @Test func `keep the tools of an upstream that went down, and calls to them say so`() async throws {
        let one = ScriptedUpstream("one", tools: ["a"])
        let two = ScriptedUpstream("two", tools: ["b"])
        try await withClient([one, two]) { client, gateway throws in
            #expect(names(try client.stateless("tools/list")) == ["a", "b"])
            two.change { $0.failure = .status(503) }
            two.answer { _, _ throws(UpstreamError) in throw .status(503) }
            gateway.served.upstreams[1].keeper.invalidate()
            let answer = try client.stateless("tools/list")
            #expect(names(answer) == ["a", "b"])
            #expect(answer.result?["ttlMs"] == 0)
            #expect(try client.stateless("tools/call", ["name": "b"]).code == -32603)
        }
    }

    @Test func `are an error when nothing is known, never empty with success`() async throws {
        let one = ScriptedUpstream("one") { $0.failure = .status(503) }
        try await withClient([one]) { client, _ throws in
            let answer = try client.stateless("tools/list")
            #expect(answer.code == -32603)
            #expect(answer.error?["message"]?.stringValue?.contains("\"one\"") == true)
            let session = try client.session()
            #expect(try session.request("tools/list").code == -32603)
        }
    }

    /// The upstream that answers has none of the kind; the one that does not may have some.
    @Test func `are an error when those that answer have nothing of the kind`() async throws {
        let one = ScriptedUpstream("one", tools: ["a"])
        let two = ScriptedUpstream("two") { $0.failure = .status(503) }
        try await withClient([one, two]) { client, _ throws in
            #expect(names(try client.stateless("tools/list")) == ["a"])
            #expect(try client.stateless("prompts/list").code == -32603)
        }
    }

    @Test func `are an error when the upstream has the kind and cannot say what of it`() async throws {
        let upstream = ScriptedUpstream("one") { $0.capabilities = ["tools": [:], "prompts": [:]] }
        upstream.answerLists { request, _ in
            request.method == .toolsList
                ? .result(["tools": [.object(tool("a"))]]) : .failure(MCPFailure(.internalError, "boom"))
        }
        try await withClient([upstream]) { client, _ throws in
            #expect(names(try client.stateless("tools/list")) == ["a"])
            #expect(try client.stateless("tools/call", ["name": "a"]).content == "one did a")
            #expect(try client.stateless("prompts/list").code == -32603)
            #expect(try client.stateless("prompts/get", ["name": "p"]).code == -32603)
            #expect(try client.stateless("tools/call", ["name": "b"]).code == -32602)
        }
    }

    @Test func `are empty with success when that is the truth`() async throws {
        try await withClient([ScriptedUpstream("one")]) { client, _ throws in
            let answer = try client.stateless("tools/list")
            #expect(names(answer) == [])
        }
    }

    @Test func `wait for a slow upstream until the deadline, and then go out without it`() async throws {
        let gate = Gate()
        let slow = ScriptedUpstream("slow") {
            $0.tools = [tool("late")]
            $0.gate = gate
        }
        let fast = ScriptedUpstream("fast", tools: ["early"])
        try await withClient([slow, fast], { $0.limits.listTime = .milliseconds(20) }) { client, _ throws in
            #expect(names(try client.stateless("tools/list")) == ["early"])
            gate.open()
            #expect(eventuallyBlocking { (try? names(client.stateless("tools/list"))) == ["late", "early"] })
        }
    }

    /// Issue 3: the first list after a restart with a slow upstream comes from the stored inventory, within the deadline.
    @Test func `come from the store after a restart while the upstream is slow`() async throws {
        let inventories = TestInventories()
        try await withClient([ScriptedUpstream("one", tools: ["a"])], { $0.inventories = inventories }) {
            client, _ throws in
            #expect(names(try client.stateless("tools/list")) == ["a"])
        }
        #expect(inventories.count == 1)
        let gate = Gate()
        let slow = ScriptedUpstream("one") { $0.gate = gate }
        try await withClient(
            [slow],
            {
                $0.inventories = inventories
                $0.limits.listTime = .milliseconds(20)
            }
        ) { client, _ throws in
            let answer = try client.stateless("tools/list")
            #expect(names(answer) == ["a"])
            #expect(answer.result?["ttlMs"] == 0)
            gate.open()
        }
    }

    @Test func `have no pages, so a cursor is refused`() async throws {
        try await withClient([ScriptedUpstream("one", tools: ["a"])]) { client, _ throws in
            #expect(try client.stateless("tools/list", ["cursor": "x"]).code == -32602)
            #expect(names(try client.stateless("tools/list", ["cursor": .null])) == ["a"])
        }
    }

    @Test func `are made for each revision that asks`() async throws {
        let upstream = ScriptedUpstream("one") {
            var item = tool("a")
            item["title"] = "A"
            item["icons"] = [["src": "data:,"]]
            item["outputSchema"] = ["type": "object"]
            $0.tools = [item]
        }
        try await withClient([upstream]) { client, _ throws in
            let newest = try client.stateless("tools/list").result?["tools"]?.arrayValue?.first
            #expect(newest?["icons"] != nil)
            let oldest = try client.session("2025-03-26").request("tools/list").result?["tools"]?.arrayValue?.first
            #expect(oldest?["name"] == "a")
            #expect(oldest?["outputSchema"] == nil)
            let again = try client.stateless("tools/list").result?["tools"]?.arrayValue?.first
            #expect(again == newest)
        }
    }

    @Test func `of ten thousand tools come whole`() async throws {
        let upstream = ScriptedUpstream("one") { $0.tools = (0..<10_000).map { tool("tool-\($0)") } }
        try await withClient([upstream]) { client, _ throws in
            #expect(names(try client.stateless("tools/list"))?.count == 10_000)
            #expect(try client.stateless("tools/call", ["name": "tool-9999"]).content == "one did tool-9999")
        }
    }

    @Test func `are not made anew when another server's upstream changed`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"])
        try await withClient([upstream]) { client, gateway throws in
            _ = try client.stateless("tools/list")
            let before = gateway.served.offer
            gateway.touchGeneration()
            #expect(gateway.served.offer === before)
        }
    }

    @Test func `of a server and what it says of itself agree`() async throws {
        let upstream = ScriptedUpstream("one") {
            $0.capabilities = ["tools": [:], "prompts": [:], "weather": ["sunny": true]]
            $0.instructions = "be kind"
        }
        try await withClient([upstream]) { client, _ throws in
            let discovered = try client.stateless("server/discover")
            #expect(discovered.field("content-type") == "application/json")
            #expect(discovered.result?["capabilities"]?["prompts"]?["listChanged"] == true)
            #expect(discovered.result?["capabilities"]?["weather"]?["sunny"] == true)
            #expect(discovered.result?["instructions"] == "be kind")
            #expect(discovered.result?["supportedVersions"]?.arrayValue?.contains("2026-07-28") == true)
        }
    }

    @Test func `and discovery answer while every upstream is away`() async throws {
        try await withClient([ScriptedUpstream("one") { $0.failure = .status(503) }]) { client, _ throws in
            let answer = try client.stateless("server/discover")
            #expect(answer.status == 200)
            #expect(answer.result?["capabilities"]?["tools"] != nil)
            #expect(answer.result?["ttlMs"] == 0)
            #expect(try client.session().id.isEmpty == false)
        }
    }

    /// What a reading brought is in every list from the moment on in which the reading counts, on all loops.
    @Test func `have what was read, whoever waited for it and wherever`() async throws {
        for round in 0..<200 {
            let upstreams = [
                ScriptedUpstream("one", tools: ["a\(round)"]), ScriptedUpstream("two", tools: ["b\(round)"]),
            ]
            let options = GatewayUnderTest.Options(loops: 2)
            let gateway = try await GatewayUnderTest(upstreams, options)
            #expect(gateway.served.offer.tools.isEmpty)
            let readings = gateway.group.loops.flatMap { loop in
                (0..<3).map { _ in
                    loop.runTask { [served = gateway.served] in await served.freshOffer(on: loop).offer.tools.count }
                }
            }
            for reading in readings { #expect(await reading.value == 2) }
            await gateway.stop()
        }
    }
}
