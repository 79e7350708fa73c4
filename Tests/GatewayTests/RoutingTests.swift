import GatewayModel
import JSONCoding
import JSONSchema
import MCPWire
import Testing
import UpstreamClients

@testable import Gateway

@Suite struct `Arguments are checked` {
    private let schema: JSONValue = [
        "type": "object", "properties": ["count": ["type": "integer", "minimum": 1], "name": ["type": "string"]],
        "required": ["count"],
    ]

    @Test(arguments: [
        (#"{"count":1}"#, true), (#"{"count":1,"other":true}"#, true), (#"{"count":0}"#, false), (#"{}"#, false),
        (#"{"count":"1"}"#, false), (#"[]"#, false), (#"null"#, false),
    ])
    func `in bytes and in trees alike`(arguments: String, isFine: Bool) throws {
        let check = ArgumentCheck(schema)
        let bytes = Array(arguments.utf8)
        let refusal = check.refusal(try JSONParser.parse(bytes), of: "tool")
        #expect((refusal == nil) == isFine)
        if !isFine { #expect(!check.accepts(bytes, at: 0..<bytes.count)) }
    }

    @Test func `and a refusal names tool and field`() throws {
        let sentence = try #require(ArgumentCheck(schema).refusal(["count": "x"], of: "fetch"))
        #expect(sentence.contains("fetch"))
        #expect(sentence.contains("count"))
        #expect(sentence.contains("nothing was done"))
    }

    @Test(
        arguments: [
            nil, .bool(true), .null, "nonsense", ["$ref": "https://example.com/schema"], ["type": "no such type"],
        ] as [JSONValue?])
    func `by the upstream alone where the schema cannot be understood`(schema: JSONValue?) {
        let check = ArgumentCheck(schema)
        #expect(check.refusal(["anything": 1], of: "tool") == nil)
    }

    @Test func `from many threads at once`() async {
        let check = ArgumentCheck(schema)
        let refused = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<64 {
                group.addTask { check.refusal(["count": .number(JSONNumber(number % 2))], of: "t") != nil }
            }
            return await group.reduce(into: 0) { if $1 { $0 += 1 } }
        }
        #expect(refused == 32)
    }
}

@Suite struct `A call goes` {
    private let client = TestClient.Sender()

    @Test func `to the upstream of its tool, under the upstream's name for it`() async throws {
        let one = ScriptedUpstream("one", tools: ["add"])
        let two = ScriptedUpstream("two", tools: ["add"])
        try await withClient([one, two], { $0.naming = .prefix }) { client, _ throws in
            let answer = try client.stateless("tools/call", ["name": "two_add", "arguments": ["a": 1]])
            #expect(answer.content == "two did add")
            #expect(one.requests.isEmpty)
            #expect(two.requests.first?.params["name"] == "add")
            #expect(two.requests.first?.params["arguments"] == ["a": 1])
        }
    }

    /// F008: some servers refuse a call without arguments.
    @Test(arguments: [nil, .null, [:]] as [JSONValue?])
    func `with empty arguments where there are none`(arguments: JSONValue?) async throws {
        let upstream = ScriptedUpstream("one", tools: ["add"])
        try await withClient([upstream]) { client, _ throws in
            var params: JSONObject = ["name": "add"]
            params["arguments"] = arguments
            #expect(try client.stateless("tools/call", params).content == "one did add")
            #expect(upstream.requests.first?.params["arguments"] == [:])
        }
    }

    @Test func `nowhere when the arguments do not fit, and the answer is for the model`() async throws {
        let upstream = ScriptedUpstream("one") {
            $0.tools = [tool("add", schema: ["type": "object", "required": ["a"]])]
        }
        try await withClient([upstream]) { client, _ throws in
            let answer = try client.stateless("tools/call", ["name": "add"])
            #expect(answer.status == 200)
            #expect(answer.result?["isError"] == true)
            #expect(answer.content?.contains("\"a\"") == true || answer.content?.contains("a ") == true)
            #expect(upstream.requests.isEmpty)
        }
    }

    @Test func `to a tool that came after the lists were read`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["old"])
        try await withClient([upstream]) { client, gateway throws in
            #expect(try client.stateless("tools/call", ["name": "old"]).content == "one did old")
            upstream.change { $0.tools.append(tool("new")) }
            gateway.served.upstreams[0].keeper.invalidate()
            #expect(try client.stateless("tools/call", ["name": "new"]).content == "one did new")
        }
    }

    @Test func `nowhere for an unknown name, and the answer says so`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"])
        try await withClient([upstream]) { client, _ throws in
            for (method, params) in [
                ("tools/call", ["name": "b"]), ("prompts/get", ["name": "b"]),
            ] as [(String, JSONObject)] {
                let answer = try client.stateless(method, params)
                #expect(answer.code == -32602)
                #expect(answer.json["id"] == 1)
            }
            #expect(upstream.requests.isEmpty)
        }
    }

    @Test func `nowhere while the one upstream that may know the name is away, and the answer names it`() async throws {
        let one = ScriptedUpstream("one", tools: ["a"])
        let two = ScriptedUpstream("two") { $0.failure = .status(503) }
        try await withClient([one, two]) { client, _ throws in
            #expect(try client.stateless("tools/call", ["name": "a"]).content == "one did a")
            let answer = try client.stateless("tools/call", ["name": "b"])
            #expect(answer.code == -32603)
            #expect(answer.error?["message"]?.stringValue?.contains("two") == true)
        }
    }

    @Test func `to an upstream that is away with a clear error`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, _ throws(UpstreamError) in throw .status(503) }
        try await withClient([upstream]) { client, _ throws in
            let answer = try client.stateless("tools/call", ["name": "a"])
            #expect(answer.code == -32603)
            #expect(answer.error?["message"]?.stringValue?.contains("\"one\"") == true)
        }
    }

    @Test func `by a view's original name to the tool behind the published one`() async throws {
        let upstream = ScriptedUpstream("one") { $0.tools = [tool("open", meta: ["ui": ["visibility": ["app"]]])] }
        try await withClient([upstream], { $0.naming = .prefix }) { client, _ throws in
            #expect(try client.stateless("tools/call", ["name": "open"]).content == "one did open")
        }
    }

    @Test func `by its URI to the resource, and its answer has the URIs that clients know`() async throws {
        let contents: ScriptedUpstream.Answer = { request, _ in
            .result(["resultType": "complete", "contents": [["uri": request.params["uri"] ?? .null, "text": "x"]]])
        }
        let upstreams = ["one", "two"].map { name in
            let upstream = ScriptedUpstream(name) {
                $0.capabilities = ["resources": [:]]
                $0.resources = [resource("file:///a")]
            }
            upstream.answer(contents)
            return upstream
        }
        try await withClient(upstreams) { client, _ throws in
            let answer = try client.stateless("resources/read", ["uri": "patchbay+two+file:///a"])
            #expect(answer.result?["contents"]?.arrayValue?.first?["uri"] == "patchbay+two+file:///a")
            #expect(upstreams[0].requests.isEmpty)
            #expect(upstreams[1].requests.first?.params["uri"] == "file:///a")
            #expect(try client.stateless("resources/read", ["uri": "file:///nowhere"]).code == -32602)
        }
    }

    @Test func `of completion to the prompt or template that it is about`() async throws {
        let one = ScriptedUpstream("one")
        let two = ScriptedUpstream("two") {
            $0.capabilities = ["prompts": [:], "completions": [:], "resources": [:]]
            $0.prompts = [["name": "greet"]]
            $0.templates = [template("db://{table}")]
        }
        two.answer { _, _ in .result(["resultType": "complete", "completion": ["values": ["x"]]]) }
        try await withClient([one, two], { $0.naming = .prefix }) { client, _ throws in
            let argument: JSONValue = ["name": "who", "value": ""]
            let prompt = try client.stateless(
                "completion/complete", ["ref": ["type": "ref/prompt", "name": "two_greet"], "argument": argument])
            #expect(prompt.result?["completion"]?["values"] == ["x"])
            #expect(two.requests.last?.params["ref"]?["name"] == "greet")
            _ = try client.stateless(
                "completion/complete", ["ref": ["type": "ref/resource", "uri": "db://{table}"], "argument": argument])
            #expect(two.requests.count == 2)
            for reference in [["type": "ref/other"], ["type": "ref/prompt"], [:]] as [JSONValue] {
                #expect(try client.stateless("completion/complete", ["ref": reference]).code == -32602)
            }
            #expect(try client.stateless("completion/complete").code == -32602)
        }
    }
}
