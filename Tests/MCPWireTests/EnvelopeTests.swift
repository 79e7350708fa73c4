import JSONCoding
import MCPWire
import Testing

@Suite struct `An envelope` {
    @Test func `finds all that the gateway reads, in one scan`() throws {
        let body = bytes(
            #"""
            {"params":{"_meta":{"progressToken":"p","traceparent":"00-1","io.modelcontextprotocol/clientInfo":{"name":"c"},
            "io.modelcontextprotocol/clientCapabilities":{"elicitation":{}},"io.modelcontextprotocol/logLevel":"info",
            "io.modelcontextprotocol/protocolVersion":"2026-07-28","other":1},"name":"a\u0062c","uri":"file:///x","taskId":"t",
            "arguments":{"name":"inner"},"cursor":"","requestState":"s","inputResponses":{},"protocolVersion":"2025-11-25"},
            "id":"x-1","method":"tools\/call","jsonrpc":"2.0","extra":{"id":3}}
            """#)
        let envelope = MCPEnvelope.scan(body)
        #expect(envelope.kind == .request)
        #expect(envelope.method == .toolsCall)
        #expect(text(envelope.rawID(in: body) ?? []) == #""x-1""#)
        #expect(envelope.name?.string(in: body) == "abc")
        #expect(envelope.subject == envelope.name)
        #expect(envelope.uri?.string(in: body) == "file:///x")
        #expect(envelope.taskID?.string(in: body) == "t")
        #expect(text(body[try #require(envelope.arguments).range]) == #"{"name":"inner"}"#)
        #expect(envelope.cursor?.string(in: body) == "")
        #expect(envelope.requestState?.string(in: body) == "s")
        #expect(envelope.inputResponses?.kind == .object)
        #expect(envelope.offeredVersion?.string(in: body) == "2025-11-25")
        #expect(envelope.meta?.kind == .object)
        #expect(envelope.protocolVersion?.string(in: body) == "2026-07-28")
        #expect(text(body[try #require(envelope.clientCapabilities).range]) == #"{"elicitation":{}}"#)
        #expect(envelope.clientInfo?.kind == .object)
        #expect(envelope.logLevel?.string(in: body) == "info")
        #expect(envelope.progressToken?.string(in: body) == "p")
        #expect(envelope.traceparent?.string(in: body) == "00-1")
        #expect(envelope.params?.kind == .object)
    }

    static let kinds: [(String, MCPMessageKind)] = [
        (#"{"jsonrpc":"2.0","id":1,"method":"a"}"#, .request),
        (#"{"jsonrpc":"2.0","id":"","method":"a"}"#, .request),
        (#"{"jsonrpc":"2.0","id":-0,"method":"a","params":{}}"#, .request),
        (#"{"jsonrpc":"2.0","id":123456789012345678901234567890,"method":"a","params":null}"#, .request),
        (#"{"jsonrpc":"2.0","method":"a"}"#, .notification),
        (#"{"jsonrpc":"2.0","id":1,"result":{}}"#, .response),
        (#"{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":""}}"#, .response),
        (#"[{"jsonrpc":"2.0","id":1,"method":"a"}]"#, .batch),
        ("[]", .batch),
        (#""text""#, .invalid(.notAnObject)),
        ("{}", .invalid(.wrongVersion)),
        (#"{"jsonrpc":2.0,"id":1,"method":"a"}"#, .invalid(.wrongVersion)),
        (#"{"jsonrpc":"1.0","id":1,"method":"a"}"#, .invalid(.wrongVersion)),
        (#"{"jsonrpc":"2.0","id":1}"#, .invalid(.neitherRequestNorResponse)),
        (#"{"jsonrpc":"2.0","id":1,"method":"a","result":{}}"#, .invalid(.neitherRequestNorResponse)),
        (#"{"jsonrpc":"2.0","id":1,"method":null}"#, .invalid(.wrongMethod)),
        (#"{"jsonrpc":"2.0","id":1,"method":["a"]}"#, .invalid(.wrongMethod)),
        (#"{"jsonrpc":"2.0","id":1,"method":"a","params":[]}"#, .invalid(.wrongParams)),
        (#"{"jsonrpc":"2.0","id":1,"method":"a","params":"x"}"#, .invalid(.wrongParams)),
        (#"{"jsonrpc":"2.0","id":null,"method":"a"}"#, .invalid(.wrongID)),
        (#"{"jsonrpc":"2.0","id":1.0,"method":"a"}"#, .invalid(.wrongID)),
        (#"{"jsonrpc":"2.0","id":1e2,"method":"a"}"#, .invalid(.wrongID)),
        (#"{"jsonrpc":"2.0","id":true,"method":"a"}"#, .invalid(.wrongID)),
        (#"{"jsonrpc":"2.0","id":{},"method":"a"}"#, .invalid(.wrongID)),
        (#"{"jsonrpc":"2.0","id":1,"method":"a","m\u0065thod":"b"}"#, .invalid(.duplicateMember(name: "method"))),
        (#"{"jsonrpc":"2.0","id":1,"\u0069d":2,"method":"a"}"#, .invalid(.duplicateMember(name: "id"))),
        (#"{"jsonrpc":"2.0","params":{},"params":{},"method":"a"}"#, .invalid(.duplicateMember(name: "params"))),
        (#"{"jsonrpc":"2.0","params":{"name":1,"name":1},"method":"a"}"#, .invalid(.duplicateMember(name: "name"))),
        (#"{"jsonrpc":"2.0","params":{"uri":1,"ur\u0069":1},"method":"a"}"#, .invalid(.duplicateMember(name: "uri"))),
        (
            #"{"jsonrpc":"2.0","params":{"_meta":{},"_meta":{}},"method":"a"}"#,
            .invalid(.duplicateMember(name: "_meta"))
        ),
        (
            #"{"jsonrpc":"2.0","x":1,"x":2,"params":{"arguments":{"name":1,"name":2},"y":1,"y":2},"method":"a"}"#,
            .notification
        ),
    ]

    @Test(arguments: kinds) func `says which sort of message a body is`(body: String, kind: MCPMessageKind) {
        #expect(MCPEnvelope.scan(bytes(body)).kind == kind)
    }

    @Test func `says where a body stops being JSON`() {
        let fault = JSONError(fault: .unexpectedByte(0x7D, expected: .value), offset: 6)
        #expect(MCPEnvelope.scan(bytes(#"{"id":}"#)).kind == .invalid(.notJSON(fault)))
        guard case .invalid(.notJSON(let error)) = MCPEnvelope.scan([UInt8](repeating: 0x5B, count: 100_000)).kind
        else {
            Issue.record("took 100,000 levels")
            return
        }
        #expect(error.fault == .tooDeep(limit: 128))
    }

    @Test func `knows an id that can be echoed`() {
        func echo(_ id: String) -> String? {
            let body = bytes(#"{"jsonrpc":"2.0","id":\#(id)}"#)
            return MCPEnvelope.scan(body).rawID(in: body).map { text($0) }
        }
        #expect(echo("1.50") == "1.50")
        #expect(echo(#""a\u0062""#) == #""a\u0062""#)
        #expect(echo("null") == nil)
        #expect(echo("[1]") == nil)
    }
}

@Suite struct `A method` {
    @Test(arguments: MCPMethod.allCases.filter { $0 != .other }) func `is known by its name`(method: MCPMethod) {
        #expect(MCPEnvelope.scan(bytes(#"{"jsonrpc":"2.0","method":"\#(method.name)"}"#)).method == method)
    }

    @Test(arguments: ["", "tools/cal", "tools/calls", "Tools/call", "tools/call ", "notifications/message"])
    func `of another name is other`(name: String) {
        #expect(MCPEnvelope.scan(bytes(#"{"jsonrpc":"2.0","method":"\#(name)"}"#)).method == .other)
    }

    @Test func `that a stateless server must have exists`() {
        let names = MCPMethod.allCases.filter(\.isStatelessRequest).map(\.name.description)
        #expect(
            Set(names) == [
                "server/discover", "tools/list", "tools/call", "resources/list", "resources/templates/list",
                "resources/read", "prompts/list", "prompts/get", "completion/complete", "subscriptions/listen",
                "tasks/get", "tasks/update", "tasks/cancel",
            ])
    }
}
