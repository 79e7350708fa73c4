import JSONCoding
import MCPWire
import Testing

@Suite struct `A definition for a client` {
    static let tool =
        #"{"name":"t","title":"T","description":"d","inputSchema":{"type":"object","properties":{"a":{"type":"string","x-mcp-header":"A"}}},"outputSchema":{"type":"object"},"annotations":{"readOnlyHint":true},"icons":[{"src":"https://i"}],"execution":{"taskSupport":"optional"},"_meta":{"k":1.0},"vendor":[1e2]}"#

    /// Facts 6.6, by the revision of the client; what comes is of 2026-07-28.
    static let tools: [(Revision, String)] = [
        (.v2026_07_28, tool),
        (.v2025_11_25, tool),
        (
            .v2025_06_18,
            #"{"name":"t","title":"T","description":"d","inputSchema":{"type":"object","properties":{"a":{"type":"string","x-mcp-header":"A"}}},"outputSchema":{"type":"object"},"annotations":{"readOnlyHint":true},"_meta":{"k":1.0},"vendor":[1e2]}"#
        ),
        (
            .v2025_03_26,
            #"{"name":"t","description":"d","inputSchema":{"type":"object","properties":{"a":{"type":"string","x-mcp-header":"A"}}},"annotations":{"readOnlyHint":true,"title":"T"},"vendor":[1e2]}"#
        ),
        (
            .v2024_11_05,
            #"{"name":"t","description":"d","inputSchema":{"type":"object","properties":{"a":{"type":"string","x-mcp-header":"A"}}},"vendor":[1e2]}"#
        ),
    ]

    @Test(arguments: tools) func `of a tool has what its revision has`(revision: Revision, written: String) throws {
        #expect(spelled(ClientRendering(revision: revision).tool(try object(Self.tool))) == written)
    }

    /// Rulings 4.10: between equal revisions, and from an older one, every field arrives unchanged.
    @Test(arguments: RevisionCatalog.all) func `of its own revision is the same to the byte`(revision: Revision) throws
    {
        let rendering = ClientRendering(revision: revision)
        for source in RevisionCatalog.handshake
        where source <= revision && revision.era == .handshake || source == revision {
            let tool = try object(
                Self.tool.replacing(#""outputSchema":{"type":"object"}"#, with: ##""outputSchema":{"$ref":"#/x"}"##))
            #expect(spelled(rendering.tool(tool, from: source)) == spelled(tool))
            #expect(spelled(rendering.prompt(tool, from: source)) == spelled(tool))
            #expect(spelled(rendering.resource(tool, from: source)) == spelled(tool))
        }
    }

    /// Facts 6.6, last row: what 2026-07-28 must not see of an older upstream.
    @Test func `of an older upstream loses what only that has`() throws {
        let rendering = ClientRendering(revision: .v2026_07_28)
        let written = Self.tool.replacing(#","execution":{"taskSupport":"optional"}"#, with: "").replacing(
            #","x-mcp-header":"A""#, with: "")
        #expect(spelled(rendering.tool(try object(Self.tool), from: .v2025_11_25)) == written)
    }

    static let schemas: [(String, String)] = [
        (##"{"type":"object","$ref":"#/x"}"##, ##"{"type":"object","$ref":"#/x"}"##),
        (
            #"{"type":"array","items":{"type":"string"}}"#,
            #"{"type":"object","properties":{"result":{"type":"array","items":{"type":"string"}}},"required":["result"]}"#
        ),
        ("true", #"{"type":"object","properties":{"result":true},"required":["result"]}"#),
        // `$schema` is lifted, references move, those in data and in documents of their own do not, names are no keywords.
        (
            ##"{"$schema":"s","anyOf":[{"$ref":"#/$defs/a"},{"$ref":"#"},{"$ref":"#anchor"},{"$ref":"other.json#/x"}],"const":{"$ref":"#/c"},"$defs":{"a":{"$id":"i","$ref":"#/b"},"$ref":{"$dynamicRef":"#/d"},"const":{"items":{"$ref":"#/e"}}},"properties":{"default":{"$ref":"#/f"},"examples":{"examples":[{"$ref":"#/g"}]}}}"##,
            ##"{"$schema":"s","type":"object","properties":{"result":{"anyOf":[{"$ref":"#/properties/result/$defs/a"},{"$ref":"#/properties/result"},{"$ref":"#anchor"},{"$ref":"other.json#/x"}],"const":{"$ref":"#/c"},"$defs":{"a":{"$id":"i","$ref":"#/b"},"$ref":{"$dynamicRef":"#/properties/result/d"},"const":{"items":{"$ref":"#/properties/result/e"}}},"properties":{"default":{"$ref":"#/properties/result/f"},"examples":{"examples":[{"$ref":"#/g"}]}}}},"required":["result"]}"##
        ),
        (
            ##"{"$id":"i","$schema":"s","$ref":"#/x"}"##,
            ##"{"$schema":"s","type":"object","properties":{"result":{"$id":"i","$ref":"#/x"}},"required":["result"]}"##
        ),
    ]

    /// Facts 6.6: an `outputSchema` whose root is no object is put into one.
    @Test(arguments: schemas) func `of a tool has an object for output`(schema: String, wrapped: String) throws {
        let tool = try object(#"{"name":"t","outputSchema":\#(schema)}"#)
        let isWrapped = schema != wrapped
        for revision in [Revision.v2025_06_18, .v2025_11_25] {
            let rendering = ClientRendering(revision: revision)
            #expect(spelled(rendering.tool(tool)?["outputSchema"]) == wrapped)
            #expect(rendering.wrapsResults(of: tool) == isWrapped)
        }
        let free = ClientRendering(revision: .v2026_07_28)
        #expect(spelled(free.tool(tool)) == spelled(tool))
        #expect(!free.wrapsResults(of: tool))
        let wrapping = ClientRendering(revision: .v2026_07_28, wrapsOutput: true)
        #expect(spelled(wrapping.tool(tool)?["outputSchema"]) == wrapped)
        #expect(wrapping.wrapsResults(of: tool) == isWrapped)
    }

    static let definition =
        #"{"name":"n","title":"N","uri":"file:///x","annotations":{"priority":1.0,"lastModified":"2025"},"arguments":[{"name":"a","title":"A","required":true}],"icons":[],"size":1,"_meta":{}}"#

    static let others: [(Revision, String, String)] = [
        (.v2026_07_28, definition, definition),
        (.v2025_11_25, definition, definition),
        (
            .v2025_06_18, definition.replacing(#""icons":[],"#, with: ""),
            definition.replacing(#""icons":[],"#, with: "")
        ),
        (
            .v2025_03_26,
            #"{"name":"n","uri":"file:///x","annotations":{"priority":1.0,"lastModified":"2025"},"arguments":[{"name":"a","required":true,"description":"A"}],"size":1,"description":"N"}"#,
            #"{"name":"n","uri":"file:///x","annotations":{"priority":1.0},"arguments":[{"name":"a","title":"A","required":true}],"size":1,"description":"N"}"#
        ),
    ]

    @Test(arguments: others) func `of a prompt or a resource has what its revision has`(
        revision: Revision, prompt: String, resource: String
    ) throws {
        let rendering = ClientRendering(revision: revision)
        #expect(spelled(rendering.prompt(try object(Self.definition))) == prompt)
        #expect(spelled(rendering.resource(try object(Self.definition))) == resource)
    }

    @Test func `of an implementation has what its revision has`() throws {
        let info = try object(
            #"{"name":"n","title":"T","version":"1","description":"d","icons":[],"websiteUrl":"w","x":1}"#)
        let written: [(Revision, String)] = [
            (.v2026_07_28, spelled(info) ?? ""), (.v2025_11_25, spelled(info) ?? ""),
            (.v2025_06_18, #"{"name":"n","title":"T","version":"1","x":1}"#),
            (.v2025_03_26, #"{"name":"n","version":"1","x":1}"#), (.v2024_11_05, #"{"name":"n","version":"1","x":1}"#),
        ]
        for (revision, text) in written {
            #expect(spelled(ClientRendering(revision: revision).implementation(info)) == text)
        }
    }

    static let apps: [(visibility: String, hidden: String?)] = [
        (#""visibility":["app"]"#, nil),
        (#""visibility":["model","app"]"#, #"{"name":"t","_meta":{"k":1}}"#),
        (#""resourceUri":"ui://x""#, #"{"name":"t","_meta":{"k":1}}"#),
    ]

    /// Facts 7.2: a client that does not show views gets neither their links nor tools that only they may call.
    @Test(arguments: apps) func `of an app is hidden from clients that show none, if that is wanted`(
        visibility: String, hidden: String?
    ) throws {
        let tool = try object(#"{"name":"t","_meta":{"ui":{\#(visibility)},"ui/resourceUri":"ui://x","k":1}}"#)
        let shows = ClientCapabilities(neutral: ["extensions": ["io.modelcontextprotocol/ui": [:]]])
        for revision in [Revision.v2025_06_18, .v2026_07_28] {
            #expect(spelled(ClientRendering(revision: revision, hidesApps: true).tool(tool)) == hidden)
            #expect(
                spelled(ClientRendering(revision: revision, capabilities: shows, hidesApps: true).tool(tool))
                    == spelled(tool))
            #expect(spelled(ClientRendering(revision: revision).tool(tool)) == spelled(tool))
        }
        let old = ClientRendering(revision: .v2024_11_05, capabilities: shows)
        #expect(spelled(old.tool(tool)) == spelled(tool))
    }
}

@Suite struct `A result for a client` {
    static let blocks =
        #"[{"type":"text","text":"t","annotations":{"lastModified":"x"},"_meta":{"b":1}},{"type":"audio","data":"AA==","mimeType":"audio/wav"},{"type":"resource_link","uri":"file:///x","name":"n","title":"T","description":"D","icons":[]},{"type":"resource","resource":{"uri":"u","text":"t","_meta":{}}},{"type":"image","data":"AA==","mimeType":"image/png","annotations":{"priority":1.0,"lastModified":"x"}},{"type":"later","x":1}]"#

    /// Facts 6.6 and 3.7: content conversion is not optional.
    static let contents: [(Revision, String)] = [
        (.v2026_07_28, blocks),
        (.v2025_11_25, blocks),
        (.v2025_06_18, blocks.replacing(#","icons":[]"#, with: "")),
        (
            .v2025_03_26,
            #"[{"type":"text","text":"t"},{"type":"audio","data":"AA==","mimeType":"audio/wav"},{"type":"text","text":"T: file:///x\nD"},{"type":"resource","resource":{"uri":"u","text":"t"}},{"type":"image","data":"AA==","mimeType":"image/png","annotations":{"priority":1.0}},{"type":"later","x":1}]"#
        ),
        (
            .v2024_11_05,
            #"[{"type":"text","text":"t"},{"type":"text","text":"[audio, audio/wav]"},{"type":"text","text":"T: file:///x\nD"},{"type":"resource","resource":{"uri":"u","text":"t"}},{"type":"image","data":"AA==","mimeType":"image/png","annotations":{"priority":1.0}},{"type":"later","x":1}]"#
        ),
    ]

    @Test(arguments: contents) func `has the content that its revision can read`(revision: Revision, written: String)
        throws
    {
        let rendering = ClientRendering(revision: revision)
        let call = rendering.result(try object(#"{"content":\#(Self.blocks)}"#), of: .toolsCall)
        #expect(spelled(call["content"]) == written)
        let messages = try #require(try json(Self.blocks).arrayValue).map {
            JSONValue.object(["role": "user", "content": $0])
        }
        let prompt = rendering.result(["messages": .array(messages)], of: .promptsGet)
        #expect(spelled(.array(prompt["messages"]?.arrayValue?.compactMap { $0["content"] } ?? [])) == written)
    }

    /// Facts 6.6: what the handshake era does not have.
    static let marks: [(MCPMethod, String, String)] = [
        (
            .toolsCall,
            #"{"resultType":"complete","content":[],"ttlMs":5,"_meta":{"io.modelcontextprotocol/serverInfo":{},"k":1}}"#,
            #"{"content":[],"ttlMs":5,"_meta":{"k":1}}"#
        ),
        (
            .resourcesRead,
            #"{"resultType":"complete","contents":[],"ttlMs":5,"cacheScope":"public","_meta":{"io.modelcontextprotocol/serverInfo":{}}}"#,
            #"{"contents":[]}"#
        ),
        (
            .complete, #"{"resultType":"complete","completion":{"values":["a"],"total":1e2}}"#,
            #"{"completion":{"values":["a"],"total":1e2}}"#
        ),
        (
            .toolsList, #"{"resultType":"complete","tools":[],"nextCursor":"","ttlMs":0,"cacheScope":"private"}"#,
            #"{"tools":[],"nextCursor":""}"#
        ),
        (
            .promptsGet, #"{"resultType":"complete","description":"d","messages":[],"vendor":1}"#,
            #"{"description":"d","messages":[],"vendor":1}"#
        ),
    ]

    @Test(arguments: marks) func `of the handshake era has no marks of the stateless one`(
        method: MCPMethod, result: String, written: String
    ) throws {
        for revision in RevisionCatalog.handshake {
            #expect(spelled(ClientRendering(revision: revision).result(try object(result), of: method)) == written)
        }
        #expect(spelled(ClientRendering(revision: .v2026_07_28).result(try object(result), of: method)) == result)
    }

    /// Rulings 4.10: unchanged between equal revisions, whatever stands there.
    @Test(arguments: RevisionCatalog.all) func `of its own revision is the same to the byte`(revision: Revision) throws
    {
        let call =
            #"{"content":\#(Self.blocks),"structuredContent":[1.0],"isError":false,"_meta":{"k":1},"x":{"b":2,"a":1}}"#
        let read = #"{"contents":[{"uri":"u","text":"t","_meta":{"ui":{}}}],"x":1}"#
        let list = #"{"tools":[\#(`A definition for a client`.tool)],"nextCursor":"c"}"#
        let rows: [(MCPMethod, String)] = [
            (.toolsCall, call), (.resourcesRead, read), (.toolsList, list),
            (.complete, #"{"completion":{"values":[]}}"#),
        ]
        for (method, result) in rows {
            let rendered = ClientRendering(revision: revision).result(try object(result), of: method, from: revision)
            #expect(spelled(rendered) == result)
        }
        // And through the neutral form, as an outcome comes.
        for (method, result) in rows.suffix(1) where revision.era == .handshake {
            let neutral = UpstreamReading(revision: revision).result(try object(result), of: method)
            #expect(spelled(ClientRendering(revision: revision).result(neutral, of: method)) == result)
        }
    }

    static let structured: [(Revision, Bool, String, String)] = [
        // An object passes; without a text the same stands there as text.
        (
            .v2025_11_25, false, #"{"content":[{"type":"text","text":"t"}],"structuredContent":{"a":1.0}}"#,
            #"{"content":[{"type":"text","text":"t"}],"structuredContent":{"a":1.0}}"#
        ),
        (
            .v2025_11_25, false, #"{"content":[],"structuredContent":{"a":1.0}}"#,
            #"{"content":[{"type":"text","text":"{\"a\":1.0}"}],"structuredContent":{"a":1.0}}"#
        ),
        // No object, or an object whose schema was wrapped.
        (
            .v2025_06_18, false, #"{"content":[],"structuredContent":[1,null]}"#,
            #"{"content":[{"type":"text","text":"[1,null]"}],"structuredContent":{"result":[1,null]}}"#
        ),
        (
            .v2025_06_18, false, #"{"structuredContent":null}"#,
            #"{"structuredContent":{"result":null},"content":[{"type":"text","text":"null"}]}"#
        ),
        (
            .v2025_11_25, true, #"{"content":[{"type":"text","text":"t"}],"structuredContent":{"a":1}}"#,
            #"{"content":[{"type":"text","text":"t"}],"structuredContent":{"result":{"a":1}}}"#
        ),
        // Revisions that have none keep the text.
        (
            .v2025_03_26, false, #"{"content":[],"structuredContent":{"a":1}}"#,
            #"{"content":[{"type":"text","text":"{\"a\":1}"}]}"#
        ),
        (
            .v2024_11_05, true, #"{"content":[{"type":"text","text":"t"}],"structuredContent":7}"#,
            #"{"content":[{"type":"text","text":"t"}]}"#
        ),
        (.v2026_07_28, false, #"{"content":[],"structuredContent":7}"#, #"{"content":[],"structuredContent":7}"#),
    ]

    /// Facts 6.6 and SEP-2106.
    @Test(arguments: structured) func `has structured content as its revision has it`(
        revision: Revision, wraps: Bool, result: String, written: String
    ) throws {
        let rendering = ClientRendering(revision: revision)
        #expect(spelled(rendering.result(try object(result), of: .toolsCall, wrapsStructuredContent: wraps)) == written)
    }

    @Test func `keeps what views need, in every revision`() throws {
        let shows = ClientCapabilities(neutral: ["extensions": ["io.modelcontextprotocol/ui": [:]]])
        let call = try object(#"{"content":[{"type":"text","text":"t"}],"structuredContent":{"a":1}}"#)
        let read = try object(#"{"contents":[{"uri":"ui://x","text":"t","_meta":{"ui":{"csp":{}}}}]}"#)
        for revision in RevisionCatalog.all {
            let rendering = ClientRendering(revision: revision, capabilities: shows)
            #expect(spelled(rendering.result(call, of: .toolsCall)) == spelled(call))
            #expect(spelled(rendering.result(read, of: .resourcesRead)) == spelled(read))
            #expect(spelled(ClientRendering(revision: revision).result(read, of: .resourcesRead)) == spelled(read))
        }
    }

    @Test func `of initialize and of discover says who the server is`() throws {
        let server = ServerIdentity(
            info: try object(#"{"name":"n","title":"T","version":"1","icons":[]}"#),
            capabilities: ServerCapabilities(neutral: ["tools": [:], "completions": [:]]), instructions: "i")
        #expect(
            spelled(ClientRendering(revision: .v2024_11_05).initializeResult(server))
                == #"{"protocolVersion":"2024-11-05","capabilities":{"tools":{}},"serverInfo":{"name":"n","version":"1"},"instructions":"i"}"#
        )
        #expect(
            spelled(
                ClientRendering(revision: .v2026_07_28).discoverResult(
                    server, hint: CacheHint(milliseconds: 5, scope: .everybody)))
                == #"{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{},"completions":{}},"instructions":"i","ttlMs":5,"cacheScope":"public","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"n","title":"T","version":"1","icons":[]}}}"#
        )
    }
}

@Suite struct `A failure for a client` {
    private static let pages: JSONValue = [
        "elicitations": [["mode": "url", "url": "https://a", "message": "A", "elicitationId": "e"]]
    ]

    /// Rulings 3.1, by revision and method.
    static let failures: [(Revision, MCPMethod, Int, String)] = [
        (.v2026_07_28, .resourcesRead, -32002, "error -32602 200"),
        (.v2025_06_18, .resourcesRead, -32002, "error -32602 200"),
        (.v2026_07_28, .toolsCall, -32020, "error -32603 200"),
        (.v2025_11_25, .toolsCall, -32022, "error -32603 200"),
        (.v2026_07_28, .toolsCall, -32021, "error -32021 400"),
        (.v2025_11_25, .toolsCall, -32021, "tool"),
        (.v2025_11_25, .promptsGet, -32021, "error -32603 200"),
        (.v2026_07_28, .toolsCall, -32601, "error -32601 404"),
        (.v2025_11_25, .toolsCall, -32601, "error -32601 200"),
        (.v2025_11_25, .toolsCall, -32042, "error -32042 200"),
        (.v2025_06_18, .toolsCall, -32042, "tool"),
        (.v2026_07_28, .resourcesRead, -32042, "error -32603 200"),
        (.v2024_11_05, .toolsCall, -1, "error -1 200"),
        (.v2026_07_28, .toolsCall, -32602, "error -32602 200"),
    ]

    @Test(arguments: failures) func `has the code and the form of its era`(
        revision: Revision, method: MCPMethod, code: Int, outcome: String
    ) {
        let capabilities = ClientCapabilities(neutral: ["elicitation": ["url": [:]]])
        let rendering = ClientRendering(revision: revision, capabilities: capabilities)
        switch rendering.failure(MCPFailure(code: code, message: "why", data: Self.pages), of: method) {
        case .error(let failure, let status): #expect("error \(failure.code) \(status)" == outcome)
        case .toolResult(let result):
            #expect(outcome == "tool")
            #expect(result["isError"] == true)
            #expect((result["resultType"] == nil) == (revision.era == .handshake))
        }
    }

    static let required: [(String, Bool)] = [
        (#"{"elicitation":{}}"#, true), (#"{"elicitation":{"url":{}}}"#, false), (#"{"roots":{}}"#, false),
        (#"{"extensions":{"a":{}}}"#, true), (#"{"extensions":{"a":{},"b":{}}}"#, false),
        (#"{"experimental":{}}"#, false),
        ("{}", false),
    ]

    /// Rulings 3.1: `-32021` is re-issued only for what this client did not declare.
    @Test(arguments: required) func `tells a client of missing capabilities only if it lacks them`(
        required: String, isOurs: Bool
    ) throws {
        let capabilities = ClientCapabilities(neutral: ["elicitation": [:], "extensions": ["a": [:]]])
        let rendering = ClientRendering(revision: .v2026_07_28, capabilities: capabilities)
        let failure = MCPFailure(
            .missingRequiredClientCapability, "m", data: ["requiredCapabilities": try json(required)])
        let rendered = rendering.failure(failure, of: .promptsGet)
        if isOurs {
            guard case .error(let error, 200) = rendered, error.code == -32603 else {
                Issue.record("\(rendered)")
                return
            }
        } else {
            #expect(rendered == .error(failure, status: 400))
        }
    }

    /// Rulings 4.7: else `isError` with the link.
    @Test func `names the pages that this client cannot be sent to`() throws {
        let input = try #require(InputRequired(failure: MCPFailure(.urlElicitationRequired, "m", data: Self.pages)))
        for revision in RevisionCatalog.all {
            guard case .toolResult(let result) = ClientRendering(revision: revision).unaskable(input, of: .toolsCall)
            else {
                Issue.record("no text for \(revision)")
                continue
            }
            #expect(result["content"]?.arrayValue?.first?["text"]?.stringValue == "A\nhttps://a\n\nThen try again.")
        }
    }

    @Test func `names the capabilities that this client lacks`() throws {
        let input = InputRequired(questions: [ClientQuestion(key: "k", kind: .sampling)], requestState: nil)
        guard case .error(let failure, 400) = ClientRendering(revision: .v2026_07_28).unaskable(input, of: .toolsCall)
        else {
            Issue.record("no error")
            return
        }
        #expect(failure.code == -32021)
        #expect(failure.data == ["requiredCapabilities": ["sampling": [:]]])
        guard case .toolResult(let result) = ClientRendering(revision: .v2025_11_25).unaskable(input, of: .toolsCall)
        else {
            Issue.record("no text")
            return
        }
        #expect(result["content"]?.arrayValue?.first?["text"]?.stringValue?.contains("sampling") == true)
    }
}
