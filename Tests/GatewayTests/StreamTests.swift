import GatewayModel
import JSONCoding
import MCPWire
import Testing
import UpstreamClients

@testable import Gateway

private let watchable: @Sendable (inout ScriptedUpstream.Contents) -> Void = {
    $0.capabilities = ["tools": [:], "resources": ["subscribe": true]]
    $0.tools = [tool("a")]
    $0.resources = [resource("file:///a")]
}

@Suite struct `A stateless client that listens` {
    @Test func `is acknowledged first, and hears what it asked for under its id`() async throws {
        let upstream = ScriptedUpstream("one", watchable)
        try await withClient([upstream]) { client, gateway throws in
            // The first request of all: what the upstream has is looked up for it.
            let wanted: JSONObject = [
                "notifications": [
                    "toolsListChanged": true, "promptsListChanged": true,
                    "resourceSubscriptions": ["file:///a", "x:y", 5],
                ]
            ]
            let stream = try client.openStateless("subscriptions/listen", wanted, id: "sub-1")
            let first = try #require(try stream.message())
            #expect(first.method == "notifications/subscriptions/acknowledged")
            let key = "io.modelcontextprotocol/subscriptionId"
            #expect(first.json["params"]?["_meta"]?[key] == "sub-1")
            let honoured = first.json["params"]?["notifications"]
            #expect(honoured?["toolsListChanged"] == true)
            #expect(honoured?["promptsListChanged"] == nil, "nobody here has prompts")
            #expect(honoured?["resourcesListChanged"] == nil, "it did not ask for them")
            #expect(honoured?["resourceSubscriptions"]?.arrayValue?.contains("file:///a") == true)
            #expect(eventuallyBlocking { upstream.watching.count == 1 })
            upstream.tell(.prompts)
            upstream.tell(.resources)
            upstream.tell(.tools)
            upstream.tell(.resourceUpdated(["uri": "file:///a"]))
            let second = try #require(try stream.message())
            #expect(second.method == "notifications/tools/list_changed")
            #expect(second.json["params"]?["_meta"]?[key] == "sub-1")
            let third = try #require(try stream.message())
            #expect(third.method == "notifications/resources/updated")
            #expect(third.json["params"]?["uri"] == "file:///a")
            #expect(third.id == nil)
            stream.close()
            #expect(eventuallyBlocking { upstream.watching.isEmpty })
            #expect(eventuallyBlocking { gateway.exchanges == 0 })
        }
    }

    @Test func `gets a result at the end of the server`() async throws {
        let upstream = ScriptedUpstream("one", watchable)
        try await withGateway([upstream]) { gateway async throws in
            async let last = gateway.client { client in
                let stream = try client.openStateless(
                    "subscriptions/listen", ["notifications": ["toolsListChanged": true]], id: 4)
                var last: Event?
                while let event = try stream.message() { last = event }
                return last
            }
            #expect(await eventually { upstream.watching.count == 1 })
            await gateway.beginStop()
            let event = try #require(try await last)
            #expect(event.json["id"] == 4)
            #expect(event.result?["resultType"] == "complete")
            #expect(await eventually { upstream.watching.isEmpty })
        }
    }

    @Test(arguments: [(1, true), (0, false)])
    func `is refused when too many streams are open`(limit: Int, isOpen: Bool) async throws {
        try await withClient([ScriptedUpstream("one", watchable)], { $0.limits.eventStreams = limit }) {
            client, _ throws in
            let open = try client.openStateless("subscriptions/listen", ["notifications": [:]])
            #expect(try open.readHead().isEventStream == isOpen)
            if !isOpen { #expect(try open.whole().code == -32603) }
            open.close()
        }
    }
}

@Suite struct `Other requests to an MCP address` {
    @Test func `GET opens a quiet stream for who takes streams, and shows a page to browsers`() async throws {
        try await withClient([ScriptedUpstream("one", tools: ["a"])]) { client, gateway throws in
            let quiet = try client.open("GET", "/mcp", [("accept", "text/event-stream")])
            #expect(try quiet.readHead().isEventStream)
            quiet.close()
            let page = try client.open("GET", "/mcp", [("accept", "text/html")]).whole()
            #expect(page.status == 200)
            #expect(page.field("content-type")?.hasPrefix("text/html") == true)
            for (verb, accept) in [("GET", "application/json"), ("GET", "*/*"), ("PUT", "*/*"), ("PATCH", "*/*")] {
                let answer = try client.open(verb, "/mcp", [("accept", accept)]).whole()
                #expect(answer.status == 405)
                #expect(answer.field("allow") == "GET, POST, DELETE")
            }
            #expect(eventuallyBlocking { gateway.exchanges == 0 })
        }
    }

    @Test func `OPTIONS allows what is asked, and foreign origins are refused`() async throws {
        try await withClient([ScriptedUpstream("one", tools: ["a"])]) { client, _ throws in
            let preflight = try client.open(
                "OPTIONS", "/mcp",
                [("origin", "http://localhost:1"), ("access-control-request-headers", "mcp-method, x-a")]
            ).whole()
            #expect(preflight.status == 204)
            #expect(preflight.field("access-control-allow-headers") == "mcp-method, x-a")
            #expect(preflight.field("access-control-allow-origin") == "http://localhost:1")
            let foreign = try client.open(
                "POST", body: client.initialize("2025-11-25"), TestClient.posting + [("origin", "https://evil.example")]
            ).whole()
            #expect(foreign.status == 403)
            let own = try client.open(
                "POST", body: client.initialize("2025-11-25"), TestClient.posting + [("origin", "http://localhost:1")]
            ).whole()
            #expect(own.status == 200)
            #expect(own.field("access-control-expose-headers")?.contains("Mcp-Session-Id") == true)
        }
    }

    @Test(arguments: [
        ("text/plain", "application/json", "{}", 415), ("application/json", "text/html", "{}", 406),
        ("application/json", "*/*", "nonsense", 400), ("application/json", "*/*", "{}", 400),
        ("application/json", "*/*", "[1,2]", 200), ("application/json", "*/*", #"{"jsonrpc":"2.0","id":1}"#, 400),
        ("application/json", "*/*", "\"\u{FFFD}\"", 400), ("application/json", "*/*", "", 400),
    ])
    func `POST is refused with the status that says why`(type: String, accept: String, body: String, status: Int)
        async throws
    {
        try await withClient([ScriptedUpstream("one", tools: ["a"])]) { client, _ throws in
            let answer = try client.open(
                "POST", body: Array(body.utf8), [("content-type", type), ("accept", accept)]
            ).whole()
            #expect(answer.status == status, "\(answer.text)")
        }
    }

    /// Whatever a message is, it has one answer: `withGateway` records every request that is left without.
    @Test func `every broken message has an answer`() async throws {
        let whole = Array(
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{"x":["\u00e4",1e3,true]},"_meta":{}}}"#
                .utf8)
        try await withClient([ScriptedUpstream("one", tools: ["a"])]) { client, _ throws in
            for place in whole.indices {
                for byte in [UInt8(ascii: "\""), 0xFF, UInt8(ascii: "}"), UInt8(ascii: "0")] {
                    var body = whole
                    body[place] = byte
                    let answer = try client.open("POST", body: body, TestClient.posting).whole()
                    #expect([200, 202, 400].contains(answer.status))
                }
            }
        }
    }
}

@Suite struct `A client over HTTP and SSE` {
    private struct Connection {
        let client: TestClient
        let stream: OpenAnswer
        let address: String

        init(_ client: TestClient, path: String = "/sse") throws {
            self.client = client
            stream = try client.open("GET", path, [("accept", "text/event-stream")])
            let endpoint = try #require(try stream.event())
            #expect(endpoint.name == "endpoint")
            address = try #require(endpoint.data)
        }

        func post(_ message: JSONValue) throws -> Answer {
            try client.open("POST", address, body: JSONWriter.bytes(of: message), TestClient.posting).whole()
        }

        func request(_ method: String, _ params: JSONObject = JSONObject(), id: JSONValue = 1) throws -> Answer {
            try post(["jsonrpc": "2.0", "id": id, "method": .string(method), "params": .object(params)])
        }

        func initialize(_ capabilities: JSONObject = JSONObject()) throws -> Event? {
            _ = try request(
                "initialize", ["protocolVersion": "2024-11-05", "capabilities": .object(capabilities)], id: 0)
            return try stream.message()
        }
    }

    private static let calling: JSONObject = ["name": "a", "arguments": [:]]

    @Test func `hears everything on its stream`() async throws {
        let upstream = ScriptedUpstream("one", watchable)
        upstream.answer { _, host in
            await host.notify(.progress(["progress": 1]))
            return .result(text("done"))
        }
        try await withClient([upstream]) { client, gateway throws in
            let connection = try Connection(client)
            let initialized = try #require(try connection.initialize())
            #expect(initialized.result?["protocolVersion"] == "2024-11-05")
            #expect(try connection.request("ping", id: "p").status == 202)
            #expect(try connection.stream.message()?.json["id"] == "p")
            var params = Self.calling
            params["_meta"] = ["progressToken": 3]
            #expect(try connection.request("tools/call", params, id: 2).status == 202)
            #expect(try connection.stream.message()?.json["params"]?["progressToken"] == 3)
            #expect(try connection.stream.message()?.result?["content"]?.arrayValue?.first?["text"] == "done")
            #expect(eventuallyBlocking { upstream.watching.count == 1 })
            upstream.tell(.tools)
            #expect(try connection.stream.message()?.method == "notifications/tools/list_changed")
            connection.stream.close()
            #expect(eventuallyBlocking { upstream.watching.isEmpty })
            #expect(eventuallyBlocking { (try? connection.request("ping").status) == 404 })
            #expect(eventuallyBlocking { gateway.exchanges == 0 })
        }
    }

    @Test func `is asked on its stream and answers by a post`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, host in
            let answers = try? await host.ask([ClientQuestion(key: "q", kind: .roots)])
            guard case .result(let result) = answers?["q"] else { return .result(text("nothing")) }
            return .result(text("\(result["roots"]?.arrayValue?.count ?? -1)"))
        }
        try await withClient([upstream]) { client, _ throws in
            let connection = try Connection(client)
            _ = try connection.initialize(["roots": [:]])
            _ = try connection.request("tools/call", Self.calling, id: 5)
            let asked = try #require(try connection.stream.message())
            #expect(asked.method == "roots/list")
            _ = try connection.post([
                "jsonrpc": "2.0", "id": try #require(asked.json["id"]), "result": ["roots": [["uri": "file:///"]]],
            ])
            #expect(try connection.stream.message()?.result?["content"]?.arrayValue?.first?["text"] == "1")
        }
    }

    @Test func `cancels by saying so or by going away`() async throws {
        let cancelled = Box(0)
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, _ in
            while !Task.isCancelled { await Task.yield() }
            cancelled.change { $0 += 1 }
            return .result(text("late"))
        }
        try await withClient([upstream]) { client, _ throws in
            let connection = try Connection(client)
            _ = try connection.initialize()
            _ = try connection.request("tools/call", Self.calling, id: 5)
            #expect(eventuallyBlocking { upstream.requests.count == 1 })
            _ = try connection.post([
                "jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": 5],
            ])
            #expect(eventuallyBlocking { cancelled.value == 1 })
            _ = try connection.request("ping", id: 6)
            #expect(try connection.stream.message()?.json["id"] == 6, "a cancelled request was answered")
            _ = try connection.request("tools/call", Self.calling, id: 7)
            #expect(eventuallyBlocking { upstream.requests.count == 2 })
            connection.stream.close()
            #expect(eventuallyBlocking { cancelled.value == 2 })
        }
    }

    @Test func `is kept apart from others, and from other servers`() async throws {
        try await withClient([ScriptedUpstream("one", tools: ["a"])]) { client, _ throws in
            let connection = try Connection(client)
            let elsewhere = connection.address.replacing("/sse", with: "/v1/sse/other")
            #expect(
                try client.open("POST", elsewhere, body: Array("{}".utf8), TestClient.posting).whole().status == 404)
            #expect(
                try client.open("POST", "/sse?sessionId=0", body: Array("{}".utf8), TestClient.posting).whole().status
                    == 404)
            #expect(try client.open("POST", "/sse", body: Array("{}".utf8), TestClient.posting).whole().status == 405)
            let modern = try connection.request(
                "ping",
                [
                    "_meta": [
                        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                        "io.modelcontextprotocol/clientCapabilities": [:],
                    ]
                ])
            #expect(modern.status == 400)
            #expect(try connection.post(["nonsense": true]).status == 400)
        }
    }

    /// Its answers cannot be left out, so who does not read them must not be able to fill the memory.
    @Test func `that posts and does not read loses its stream`() async throws {
        let upstream = ScriptedUpstream("one") {
            $0.tools = (0..<500).map {
                tool(
                    "tool-\($0)",
                    schema: ["type": "object", "description": .string(String(repeating: "x", count: 1_000))])
            }
        }
        try await withClient(
            [upstream],
            {
                $0.limits.eventBytesKept = 1_000_000
                $0.limits.upstreamAnswerBytes = 2_000_000
            }
        ) { client, _ throws in
            let connection = try Connection(client)
            var status = 202
            for number in 0..<200 where status == 202 {
                status = try connection.request("tools/list", id: .number(JSONNumber(number))).status
            }
            // What lies in the kernel's buffers is a few megabytes more.
            #expect(eventuallyBlocking { (try? connection.request("ping").status) == 404 })
        }
    }
}
