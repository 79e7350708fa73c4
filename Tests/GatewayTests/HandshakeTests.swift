import JSONCoding
import MCPWire
import Testing
import UpstreamClients

@testable import Gateway

@Suite struct `A client with a handshake` {
    private static let calling: JSONObject = ["name": "a", "arguments": [:]]

    @Test(arguments: [
        ("2024-11-05", "2024-11-05"), ("2025-03-26", "2025-03-26"), ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"), ("2026-07-28", "2025-11-25"), ("1999-01-01", "2025-11-25"), ("", "2025-11-25"),
    ])
    func `always gets a result to initialize`(asked: String, answered: String) async throws {
        try await withClient([ScriptedUpstream("one", tools: ["a"])]) { client, _ throws in
            let answer = try client.open("POST", body: client.initialize(asked), TestClient.posting).whole()
            #expect(answer.status == 200)
            #expect(answer.field("content-type") == "application/json")
            #expect(answer.result?["protocolVersion"]?.stringValue == answered)
            #expect(answer.result?["serverInfo"]?["name"] != nil)
            #expect(answer.result?["capabilities"]?["tools"] != nil)
            #expect(answer.json["id"] == 0)
            let id = try #require(answer.field("mcp-session-id"))
            #expect(id.utf8.count <= 2_048)
            #expect(id.utf8.allSatisfy { (0x21...0x7E).contains($0) })
        }
    }

    @Test func `may initialize again, with the old session or a forged one, and list before it says so`() async throws {
        try await withClient([ScriptedUpstream("one", tools: ["a"])]) { client, _ throws in
            let session = try client.session()
            for id in [session.id, "nonsense"] {
                let again = try client.open(
                    "POST", body: client.initialize("2025-11-25"), TestClient.posting + [("mcp-session-id", id)]
                ).whole()
                #expect(again.result?["protocolVersion"] != nil)
                #expect(again.field("mcp-session-id") != session.id)
            }
            #expect(try session.request("tools/list").result?["tools"]?.arrayValue?.count == 1)
        }
    }

    /// Clients of the field: `experimental` holds objects, and capabilities are long.
    @Test(arguments: [10, 5_000])
    func `is remembered by what it declared, however long that is`(length: Int) async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"])
        try await withClient([upstream]) { client, _ throws in
            let capabilities: JSONObject = [
                "elicitation": ["form": [:], "url": [:]],
                "experimental": [
                    "openai/visibility": ["enabled": true, "text": .string(String(repeating: "x", count: length))]
                ],
            ]
            let session = try client.session("2025-11-25", capabilities)
            #expect(session.id.utf8.count <= 4_096)
            #expect(try session.request("tools/call", Self.calling).content == "one did a")
            #expect(upstream.requests.first?.capabilities["elicitation"]?["url"] != nil)
            #expect(upstream.requests.first?.capabilities["experimental"] == nil)
        }
    }

    @Test func `gets its result without what its revision does not have`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, _ in
            .result([
                "resultType": "complete", "content": [["type": "text", "text": "x"]], "structuredContent": ["n": 1],
            ])
        }
        try await withClient([upstream]) { client, _ throws in
            let newer = try client.session("2025-11-25").request("tools/call", Self.calling)
            #expect(newer.result?["resultType"] == nil)
            #expect(newer.result?["structuredContent"] == ["n": 1])
            #expect(newer.result?["_meta"] == nil)
            let older = try client.session("2025-03-26").request("tools/call", Self.calling)
            #expect(older.result?["structuredContent"] == nil)
        }
    }

    /// Rulings 2.9.
    @Test func `without session and version is served as one of 2025-11-25 that cannot be asked`() async throws {
        let upstream = ScriptedUpstream("one") {
            $0.tools = [tool("a", meta: ["ui": ["resourceUri": "ui://x", "visibility": ["app"]]])]
        }
        upstream.answer { _, host in
            await host.notify(.progress(["progress": 1]))
            _ = try? await host.ask([question("q")])
            return .result(["resultType": "complete", "content": [], "structuredContent": ["n": 1]])
        }
        try await withClient([upstream]) { client, _ throws in
            func post(_ method: String, _ params: JSONObject) throws -> Answer {
                let message: JSONValue = [
                    "jsonrpc": "2.0", "id": 9, "method": .string(method), "params": .object(params),
                ]
                return try client.open("POST", body: JSONWriter.bytes(of: message), TestClient.posting).whole()
            }
            let list = try post("tools/list", JSONObject())
            #expect(list.result?["tools"]?.arrayValue?.first?["_meta"]?["ui"]?["resourceUri"] == "ui://x")
            let answer = try post("tools/call", Self.calling)
            #expect(answer.result?["structuredContent"] == ["n": 1])
            #expect(answer.json["id"] == 9)
            let request = try #require(upstream.requests.first)
            #expect(!request.lease.isInteractive)
            #expect(request.capabilities["elicitation"] == nil)
        }
    }

    @Test func `is answered by a stream alone if it takes nothing else`() async throws {
        try await withClient([ScriptedUpstream("one", tools: ["a"])]) { client, _ throws in
            let session = try client.session("2025-06-18")
            let message: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": "ping"]
            let answer = try client.open(
                "POST", body: JSONWriter.bytes(of: message),
                [
                    ("content-type", "application/json"), ("accept", "text/event-stream"),
                    ("mcp-session-id", session.id),
                    ("mcp-protocol-version", "2025-06-18"),
                ]
            ).whole()
            #expect(answer.isEventStream)
            #expect(answer.result == [:])
        }
    }

    @Test func `that takes JSON alone waits for the response without events`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"]) { request, host in
            await host.notify(.progress(["progress": 1]))
            let answers = try? await host.ask([question("q")])
            return .result(text(answers == nil ? "was not asked" : "was asked"))
        }
        try await withClient([upstream]) { client, _ throws in
            let session = try client.session("2025-11-25", ["elicitation": [:]])
            let message: JSONValue = [
                "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": .object(Self.calling),
            ]
            let answer = try client.open(
                "POST", body: JSONWriter.bytes(of: message),
                [
                    ("content-type", "application/json"), ("accept", "application/json"),
                    ("mcp-session-id", session.id),
                    ("mcp-protocol-version", "2025-11-25"),
                ]
            ).whole()
            #expect(answer.field("content-type") == "application/json")
            #expect(answer.content == "was not asked")
        }
    }

    @Test func `gets answers of the gateway's own to ping, setLevel and unknown methods`() async throws {
        let upstreams = [ScriptedUpstream("one", tools: ["a"]), ScriptedUpstream("two")]
        try await withClient(upstreams) { client, _ throws in
            let session = try client.session()
            #expect(try session.request("ping").result == [:])
            #expect(try session.request("logging/setLevel", ["level": "warning"]).result == [:])
            #expect(try session.request("logging/setLevel", ["level": "loud"]).code == -32602)
            #expect(try session.request("logging/setLevel").code == -32602)
            #expect(try session.request("server/discover").code == -32601)
            #expect(try session.request("no/such").code == -32601)
            #expect(try session.request("tools/call", ["arguments": [:]]).code == -32602)
            _ = try session.request("tools/call", Self.calling)
            #expect(upstreams[0].requests.first?.logLevel == "warning")
            #expect(try session.notify("notifications/initialized").status == 202)
            #expect(try session.notify("notifications/nobody/knows").status == 202)
        }
    }

    // MARK: Questions

    @Test func `hears questions on the stream of the call, and answers them by posts`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, host in
            do throws(ClientSilence) {
                let answers = try await host.ask([question("q", "Which?")])
                return .result(text(answers["q"]?.content?["word"]?.stringValue ?? "nothing"))
            } catch {
                return .result(text("\(error)"))
            }
        }
        try await withClient([upstream]) { client, _ throws in
            let session = try client.session("2025-11-25", ["elicitation": [:]])
            let open = try session.open("tools/call", Self.calling, id: "call")
            let asked = try #require(try open.message())
            #expect(asked.method == "elicitation/create")
            #expect(asked.json["params"]?["message"] == "Which?")
            let id = try #require(asked.json["id"])
            #expect(try session.respond("q0.nobody", ["action": "accept"]).status == 202)
            #expect(try session.respond(5, ["action": "accept"]).status == 202)
            #expect(try session.respond(id, ["action": "accept", "content": ["word": "blue"]]).status == 202)
            let done = try #require(try open.message())
            #expect(done.json["id"] == "call")
            #expect(done.result?["content"]?.arrayValue?.first?["text"] == "blue")
            #expect(try open.message() == nil)
            #expect(try session.respond(id, ["action": "accept"]).status == 202)
        }
    }

    @Test func `is asked under another id each time`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, host in
            var words: [String] = []
            for _ in 0..<3 {
                let answers = try? await host.ask([question("same")])
                words.append(answers?["same"]?.content?["word"]?.stringValue ?? "nothing")
            }
            return .result(text(words.joined(separator: " ")))
        }
        try await withClient([upstream]) { client, _ throws in
            let session = try client.session("2025-11-25", ["elicitation": [:]])
            let open = try session.open("tools/call", Self.calling)
            var ids: Set<JSONValue> = []
            for word in ["one", "two", "three"] {
                let asked = try #require(try open.message())
                let id = try #require(asked.json["id"])
                #expect(ids.insert(id).inserted)
                _ = try session.respond(id, ["action": "accept", "content": ["word": .string(word)]])
            }
            #expect(try open.message()?.result?["content"]?.arrayValue?.first?["text"] == "one two three")
        }
    }

    @Test func `answers with an error, and the upstream hears of it`() async throws {
        let heard = Box<ClientAnswer?>(nil)
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, host in
            let answers = try? await host.ask([ClientQuestion(key: "q", kind: .sampling, params: ["messages": []])])
            heard.change { $0 = answers?["q"] }
            return .result(text("done"))
        }
        try await withClient([upstream]) { client, _ throws in
            let session = try client.session("2025-06-18", ["sampling": [:]])
            let open = try session.open("tools/call", Self.calling)
            let id = try #require(try open.message()?.json["id"])
            _ = try session.post(["jsonrpc": "2.0", "id": id, "error": ["code": -1, "message": "refused"]])
            #expect(try open.message()?.result != nil)
            #expect(heard.value == .failure(MCPFailure(code: -1, message: "refused")))
        }
    }

    @Test func `is not asked what it did not declare`() async throws {
        let heard = Box<ClientAnswer?>(nil)
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, host in
            let answers = try? await host.ask([question("q")])
            heard.change { $0 = answers?["q"] }
            return .result(text("done"))
        }
        try await withClient([upstream]) { client, _ throws in
            let answer = try client.session("2025-06-18", ["sampling": [:]]).request("tools/call", Self.calling)
            #expect(answer.content == "done")
            guard case .failure = heard.value else {
                Issue.record("the question was answered: \(String(describing: heard.value))")
                return
            }
        }
    }

    @Test func `cannot answer for another session`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, host in
            let answers = try? await host.ask([question("q")])
            return .result(text(answers?["q"]?.content?["word"]?.stringValue ?? "nothing"))
        }
        try await withClient([upstream]) { client, _ throws in
            let session = try client.session("2025-11-25", ["elicitation": [:]])
            let other = try client.session("2025-11-25", ["elicitation": [:]])
            let open = try session.open("tools/call", Self.calling)
            let id = try #require(try open.message()?.json["id"])
            #expect(try other.respond(id, ["action": "accept", "content": ["word": "theirs"]]).status == 202)
            #expect(try session.respond(id, ["action": "accept", "content": ["word": "mine"]]).status == 202)
            #expect(try open.message()?.result?["content"]?.arrayValue?.first?["text"] == "mine")
        }
    }

    // MARK: Cancellation

    @Test func `cancels by saying so, and gets no response`() async throws {
        let wasCancelled = Gate()
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, host in
            await host.notify(.progress(["progress": 1]))
            while !Task.isCancelled { await Task.yield() }
            wasCancelled.open()
            return .result(text("late"))
        }
        try await withClient([upstream]) { client, gateway throws in
            let session = try client.session("2025-11-25")
            var params = Self.calling
            params["_meta"] = ["progressToken": 1]
            let open = try session.open("tools/call", params, id: "call")
            #expect(try open.message()?.method == "notifications/progress")
            #expect(try session.notify("notifications/cancelled", ["requestId": "other"]).status == 202)
            #expect(!wasCancelled.isOpen)
            #expect(try session.notify("notifications/cancelled", ["requestId": "call"]).status == 202)
            wasCancelled.passBlocking()
            #expect(try open.message() == nil, "a cancelled request was answered")
            #expect(eventuallyBlocking { gateway.exchanges == 0 })
        }
    }

    @Test func `cannot cancel another session's call`() async throws {
        let goesOn = Gate()
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, _ in
            await goesOn.pass()
            return .result(text(Task.isCancelled ? "cancelled" : "done"))
        }
        try await withClient([upstream]) { client, _ throws in
            let open = try client.session("2025-06-18").open("tools/call", Self.calling, id: 1)
            #expect(eventuallyBlocking { upstream.requests.count == 1 })
            _ = try client.session("2025-06-18").notify("notifications/cancelled", ["requestId": 1])
            goesOn.open()
            #expect(try open.whole().content == "done")
        }
    }

    // MARK: Batches

    @Test func `of 2025-03-26 may send several messages at once`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"])
        try await withClient([upstream]) { client, _ throws in
            let session = try client.session("2025-03-26")
            let answer = try session.post([
                ["jsonrpc": "2.0", "id": 1, "method": "ping"],
                ["jsonrpc": "2.0", "method": "notifications/initialized"],
                ["jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": .object(Self.calling)],
                ["jsonrpc": "2.0", "id": 3, "method": "initialize", "params": [:]],
                ["jsonrpc": "2.0", "id": 4, "method": "tools/call", "params": ["name": "none"]],
            ])
            #expect(answer.status == 200)
            let responses = try #require(answer.json.arrayValue)
            #expect(Set(responses.compactMap { $0["id"]?.integer }) == [1, 2, 3, 4])
            #expect(responses.first { $0["id"] == 2 }?["result"]?["content"] != nil)
            #expect(responses.first { $0["id"] == 3 }?["error"] != nil)
            #expect(responses.first { $0["id"] == 4 }?["error"]?["code"] == -32602)
        }
    }

    @Test func `gets 202 to a batch of which nothing is to be answered`() async throws {
        try await withClient([ScriptedUpstream("one", tools: ["a"])]) { client, _ throws in
            let session = try client.session("2025-03-26")
            let answer = try session.post([["jsonrpc": "2.0", "method": "notifications/initialized"]])
            #expect(answer.status == 202)
            #expect(answer.body.isEmpty)
        }
    }

    @Test func `gets 202 to a batch of which every request was cancelled`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, _ in
            while !Task.isCancelled { await Task.yield() }
            return .result(text("late"))
        }
        try await withGateway([upstream]) { gateway async throws in
            let session = try await gateway.client { try $0.session("2025-03-26") }
            async let answer = onThread {
                try session.post([["jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": .object(Self.calling)]])
            }
            #expect(await eventually { upstream.requests.count == 1 })
            _ = try await onThread { try session.notify("notifications/cancelled", ["requestId": 7]) }
            #expect(try await answer.status == 202)
        }
    }

    @Test func `of another revision may not`() async throws {
        try await withClient([ScriptedUpstream("one", tools: ["a"])]) { client, _ throws in
            for revision in ["2025-06-18", "2025-11-25"] {
                let answer = try client.session(revision).post([["jsonrpc": "2.0", "id": 1, "method": "ping"]])
                #expect(answer.status == 400)
            }
            #expect(try client.session("2025-03-26").post([]).status == 400)
        }
    }
}
