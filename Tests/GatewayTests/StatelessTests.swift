import GatewayModel
import JSONCoding
import MCPWire
import Testing
import UpstreamClients

@testable import Gateway

@Suite struct `A stateless client` {
    private static let calling: JSONObject = ["name": "a", "arguments": [:]]

    @Test func `gets plain JSON when the result is the first thing`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"])
        try await withClient([upstream]) { client, _ throws in
            let answer = try client.stateless("tools/call", Self.calling, id: "x-1")
            #expect(answer.status == 200)
            #expect(answer.field("content-type") == "application/json")
            #expect(answer.field("mcp-session-id") == nil)
            #expect(answer.json["id"] == "x-1")
            #expect(answer.result?["resultType"] == "complete")
            #expect(answer.result?["_meta"]?["io.modelcontextprotocol/serverInfo"]?["name"] == "patchbay")
        }
    }

    @Test func `gets a stream when something comes before the result, which is its last event`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, host in
            await host.notify(.progress(["progress": 1]))
            await host.notify(.message(["level": "info", "data": "hi"]))
            return .result(text("done"))
        }
        try await withClient([upstream]) { client, _ throws in
            let answer = try client.stateless(
                "tools/call", Self.calling, .init(logLevel: "info", progressToken: "tok"))
            #expect(answer.isEventStream)
            #expect(answer.field("x-accel-buffering") == "no")
            #expect(answer.events.map(\.method) == ["notifications/progress", "notifications/message", nil])
            #expect(answer.events.first?.json["params"]?["progressToken"] == "tok")
            #expect(answer.events.allSatisfy { $0.id == nil })
            #expect(answer.content == "done")
            #expect(upstream.requests.first?.wantsProgress == true)
            #expect(upstream.requests.first?.logLevel == "info")
        }
    }

    @Test func `hears no progress that it gave no token for`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, host in
            await host.notify(.progress(["progress": 1]))
            return .result(text("done"))
        }
        try await withClient([upstream]) { client, _ throws in
            let answer = try client.stateless("tools/call", Self.calling)
            #expect(!answer.isEventStream)
            #expect(answer.content == "done")
        }
    }

    @Test func `passes an upstream's own input_required through`() async throws {
        let asked: JSONObject = [
            "resultType": "input_required", "requestState": "theirs",
            "inputRequests": ["q": ["method": "elicitation/create", "params": ["message": "?"]]],
        ]
        let upstream = ScriptedUpstream("one", tools: ["a"]) { request, _ in
            request.params["requestState"] == nil ? .result(asked) : .result(text("went on"))
        }
        try await withClient([upstream]) { client, _ throws in
            let answer = try client.stateless("tools/call", Self.calling, .asked)
            #expect(answer.result?["requestState"] == "theirs")
            #expect(answer.result?["inputRequests"]?["q"]?["method"] == "elicitation/create")
            var retry = Self.calling
            retry["requestState"] = "theirs"
            retry["inputResponses"] = ["q": ["action": "accept", "content": [:]]]
            #expect(try client.stateless("tools/call", retry, .asked).content == "went on")
            #expect(upstream.requests.last?.params["inputResponses"]?["q"]?["action"] == "accept")
            #expect(upstream.requests.first?.relaysInputRequired == true)
        }
    }

    @Test func `cancels by going away`() async throws {
        let wasCancelled = Gate()
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, _ in
            while !Task.isCancelled { await Task.yield() }
            wasCancelled.open()
            return .result(text("late"))
        }
        try await withClient([upstream]) { client, gateway throws in
            let open = try client.openStateless("tools/call", Self.calling)
            #expect(eventuallyBlocking { upstream.requests.count == 1 })
            open.close()
            wasCancelled.passBlocking()
            #expect(wasCancelled.isOpen)
            #expect(eventuallyBlocking { gateway.exchanges == 0 })
        }
    }

    @Test func `is told of capabilities that the upstream wants, with status 400`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, _ in
            .failure(
                MCPFailure(
                    .missingRequiredClientCapability, "needs it", data: ["requiredCapabilities": ["elicitation": [:]]]))
        }
        try await withClient([upstream]) { client, _ throws in
            let answer = try client.stateless("tools/call", Self.calling)
            #expect(answer.status == 400)
            #expect(answer.code == -32021)
            #expect(answer.error?["data"]?["requiredCapabilities"] == ["elicitation": [:]])
        }
    }

    @Test func `gets pages to open instead of -32042, and the call begins anew after them`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, _ in
            .failure(
                MCPFailure(
                    .urlElicitationRequired, "log in",
                    data: [
                        "elicitations": [
                            ["mode": "url", "elicitationId": "e", "url": "https://x.example/", "message": "Log in"]
                        ]
                    ]))
        }
        try await withClient([upstream]) { client, _ throws in
            let asked = try client.stateless(
                "tools/call", Self.calling, .init(capabilities: ["elicitation": ["url": [:]]]))
            #expect(asked.result?["resultType"] == "input_required")
            #expect(
                asked.result?["inputRequests"]?.objectValue?.members.first?.value["params"]?["url"]
                    == "https://x.example/")
            let text = try client.stateless("tools/call", Self.calling)
            #expect(text.result?["isError"] == true)
            #expect(text.content?.contains("https://x.example/") == true)
        }
    }

    @Test func `is refused an unknown method with 404, and the upstream hears nothing of it`() async throws {
        let upstreams = [ScriptedUpstream("one", tools: ["a"]), ScriptedUpstream("two")]
        try await withClient(upstreams) { client, _ throws in
            for method in ["ping", "initialize", "logging/setLevel", "resources/subscribe", "no/such"] {
                let answer = try client.stateless(method)
                #expect(answer.status == 404, "\(method)")
                #expect(answer.code == -32601)
                #expect(answer.json["id"] == 1)
            }
            #expect(upstreams[0].requests.isEmpty)
        }
    }

    /// The scan does not count values; the tree does, and says so instead of saying nothing.
    @Test func `is told when its message has too many values to be read`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"])
        try await withClient([upstream]) { client, _ throws in
            let values = JSONValue.array(Array(repeating: 1, count: 1_000_100))
            let answer = try client.stateless(
                "tools/call", ["name": "a", "arguments": ["v": values]], id: 77,
                .init(capabilities: ["extensions": ["unknown": [:]]]))
            #expect(answer.status == 400)
            #expect(answer.code == -32600)
            #expect(answer.json["id"] == 77)
            #expect(upstream.requests.isEmpty)
            // The same of a handshake client.
            let older = try client.session().request("tools/call", ["name": "a", "arguments": ["v": values]], id: 78)
            #expect(older.status == 400)
            #expect(older.json["id"] == 78)
        }
    }

    @Test(arguments: [(1, true), (0, false)])
    func `is refused when too many calls are in flight`(limit: Int, isServed: Bool) async throws {
        try await withClient(
            [ScriptedUpstream("one", tools: ["a"])], { $0.limits.callsInFlight = limit }
        ) { client, _ throws in
            let answer = try client.stateless("tools/call", Self.calling, id: 5)
            #expect((answer.content == "one did a") == isServed)
            #expect(answer.json["id"] == 5)
            // A call counts until a moment after its answer.
            if isServed {
                #expect(
                    eventuallyBlocking { (try? client.stateless("tools/call", Self.calling).content) == "one did a" })
            }
        }
    }

    @Test func `sees only the capabilities relayed that the gateway knows`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"])
        try await withClient([upstream]) { client, _ throws in
            let declared: JSONObject = [
                "elicitation": [:], "experimental": ["x": [:]], "extensions": ["who.knows/this": [:]], "roots": [:],
            ]
            _ = try client.stateless("tools/call", Self.calling, .init(capabilities: declared))
            let request = try #require(upstream.requests.first)
            #expect(request.capabilities == ["elicitation": [:], "roots": [:]])
            #expect(request.clientInfo?["name"] == "tester")
        }
    }
}

@Suite struct `The short way` {
    private func judged(
        _ body: String, _ upstreams: [ScriptedUpstream], _ change: (inout GatewayUnderTest.Options) -> Void = { _ in }
    ) async throws -> Bool {
        var isShort = false
        try await withGateway(upstreams, change) { gateway async throws in
            _ = await gateway.run { [served = gateway.served] in await served.freshOffer(on: $0).offer }
            let bytes = Array(body.utf8)
            isShort = ShortWay.upstream(MCPEnvelope.scan(bytes), bytes, gateway.served, .anonymous) != nil
        }
        return isShort
    }

    private func message(
        name: String = #""a""#, arguments: String? = "{}", capabilities: String = "{}", more: String = ""
    ) -> String {
        let arguments = arguments.map { #","arguments":\#($0)"# } ?? ""
        return #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":\#(name)\#(arguments)\#(more),"#
            + #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","#
            + #""io.modelcontextprotocol/clientCapabilities":\#(capabilities)}}}"#
    }

    @Test func `is for calls in which every byte means the same upstream`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["a", "\u{e4}"])
        #expect(try await judged(message(), [upstream]))
        #expect(try await judged(message(capabilities: #"{"elicitation":{}}"#), [upstream]))
        #expect(try await judged(message(name: "\"\u{e4}\""), [upstream]))
    }

    @Test(arguments: [
        #"name "\u0061""#, "arguments none", "arguments null", #"capabilities {"extensions":{"who.knows/this":{}}}"#,
        #"capabilities {"experimental":{"x":{}}}"#, #"more ,"requestState":"pb1.x""#, #"name "b""#,
    ])
    func `is not for others`(what: String) async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"])
        let parts = what.split(separator: " ", maxSplits: 1).map(String.init)
        let body =
            switch parts[0] {
            case "name": message(name: parts[1])
            case "arguments": message(arguments: parts[1] == "none" ? nil : parts[1])
            case "capabilities": message(capabilities: parts[1])
            default: message(more: parts[1])
            }
        #expect(try await !judged(body, [upstream]))
    }

    @Test func `is not for tools with other names, mirrored arguments, or URIs to rewrite`() async throws {
        #expect(
            try await !judged(
                message(name: #""one_a""#), [ScriptedUpstream("one", tools: ["a"])], { $0.naming = .prefix }))
        let mirrored = ScriptedUpstream("one") {
            $0.tools = [
                tool("a", schema: ["type": "object", "properties": ["x": ["type": "string", "x-mcp-header": "X"]]])
            ]
        }
        #expect(try await !judged(message(), [mirrored]))
        let pair = ["one", "two"].map { name in
            ScriptedUpstream(name) {
                $0.capabilities = ["tools": [:], "resources": [:]]
                $0.resources = [resource("file:///a")]
                $0.tools = [tool(name == "two" ? "a" : "z")]
            }
        }
        #expect(try await !judged(message(), pair))
    }

    @Test func `is not for arguments that do not fit`() async throws {
        let upstream = ScriptedUpstream("one") {
            $0.tools = [tool("a", schema: ["type": "object", "required": ["x"]])]
        }
        #expect(try await !judged(message(), [upstream]))
        #expect(try await judged(message(arguments: #"{"x":1}"#), [upstream]))
    }
}
