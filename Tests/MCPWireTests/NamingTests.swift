import GatewayModel
import HTTPMessages
import JSONCoding
import MCPWire
import Testing

@Suite struct `A prefixed name` {
    /// Rulings 4.10. The hashes are fixed: a release that changes them renames tools.
    static let names: [(String, String, String)] = [
        ("board", "add_card", "board_add_card"),
        ("board", "a-B_9", "board_a-B_9"),
        ("board", "admin.tools.list", "board_admin_tools_list_"),
        ("board", "Grüße 世界", "board_Gr__e____"),
        ("board", "", "board__"),
    ]

    @Test(arguments: names) func `is the upstream's and the tool's, made legal`(
        upstream: String, original: String, begin: String
    ) throws {
        let name = PrefixedName.name(original, of: try UpstreamName(upstream))
        if begin.hasSuffix("_") {
            #expect(name.hasPrefix(begin))
            #expect(name.utf8.count == begin.utf8.count + 8)
        } else {
            #expect(name == begin)
        }
        #expect(
            name.utf8.allSatisfy {
                UInt8(ascii: "0")...UInt8(ascii: "z") ~= $0 && ![0x3A, 0x5B, 0x5C, 0x5D, 0x5E, 0x60].contains($0)
                    || $0 == 0x2D
            })
        #expect(PrefixedName.upstream(of: name) == upstream[...])
    }

    @Test func `has at most 48 characters, and is hashed only when it would have more`() throws {
        let upstream = try UpstreamName("board")
        let long = String(repeating: "x", count: 42)
        #expect(PrefixedName.name(long, of: upstream) == "board_" + long)
        let cut = PrefixedName.name(long + "y", of: upstream)
        let other = PrefixedName.name(long + "z", of: upstream)
        #expect(cut.utf8.count == 48)
        #expect(other.utf8.count == 48)
        #expect(cut != other)
        #expect(cut.prefix(39) == other.prefix(39))
        let longest = try UpstreamName(String(repeating: "u", count: UpstreamName.bytesMax))
        #expect(PrefixedName.name("get_something", of: longest).utf8.count == 46)
        #expect(PrefixedName.name("get_something_long", of: longest).utf8.count == 48)
    }

    @Test func `is the same in every release`() throws {
        let upstream = try UpstreamName("u")
        #expect(PrefixedName.name("a.b", of: upstream) == "u_a_b_4yozsgie")
        #expect(PrefixedName.name("", of: upstream) == "u__zpzjzzee")
    }
}

@Suite struct `A qualified address` {
    static let addresses: [(String, String)] = [
        ("file:///x", "patchbay+files-2+file:///x"), ("https://h/p?q#f", "patchbay+files-2+https://h/p?q#f"),
        ("ui://kanban/board", "ui://patchbay.files-2/kanban/board"), ("ui://", "ui://patchbay.files-2/"),
        ("repo://{owner}/{+path}", "patchbay+files-2+repo://{owner}/{+path}"),
        ("ui://{x}", "ui://patchbay.files-2/{x}"),
        ("no scheme at all", "patchbay+files-2+no scheme at all"),
        ("patchbay+a+file:///x", "patchbay+files-2+patchbay+a+file:///x"),
        ("ui://patchbay.a/x", "ui://patchbay.files-2/patchbay.a/x"),
    ]

    @Test(arguments: addresses) func `can be taken apart again`(uri: String, qualified: String) throws {
        let upstream = try UpstreamName("files-2")
        #expect(QualifiedURI.qualified(uri, of: upstream) == qualified)
        let parsed = try #require(QualifiedURI.parse(qualified))
        #expect(parsed.upstream == upstream)
        #expect(parsed.uri == uri)
    }

    @Test(arguments: [
        "file:///x", "ui://kanban/board", "ui://patchbay.", "ui://patchbay.A/x", "patchbay+", "patchbay+a_b+x",
        "patchbay+ab",
    ])
    func `is none if nobody's name is in it`(uri: String) {
        #expect(QualifiedURI.parse(uri) == nil)
    }
}

@Suite struct `Rewriting of addresses` {
    private let rewriting = URIRewriting { "Q(\($0))" }

    /// Facts 6.8: all places, and no other.
    static let results: [(MCPMethod, String, String)] = [
        (
            .toolsCall,
            #"{"content":[{"type":"resource_link","uri":"a","name":"n","icons":[{"src":"i"}]},{"type":"resource","resource":{"uri":"b","text":"b","_meta":{"ui/resourceUri":"c"}}},{"type":"text","text":"a","uri":"x"}],"structuredContent":{"uri":"x"},"_meta":{"ui":{"resourceUri":"d","domain":"x"},"uri":"x"}}"#,
            #"{"content":[{"type":"resource_link","uri":"Q(a)","name":"n","icons":[{"src":"i"}]},{"type":"resource","resource":{"uri":"Q(b)","text":"b","_meta":{"ui/resourceUri":"Q(c)"}}},{"type":"text","text":"a","uri":"x"}],"structuredContent":{"uri":"x"},"_meta":{"ui":{"resourceUri":"Q(d)","domain":"x"},"uri":"x"}}"#
        ),
        (
            .toolsList,
            #"{"tools":[{"name":"t","_meta":{"ui":{"resourceUri":"a","visibility":["app"]},"ui/resourceUri":"a","openai/outputTemplate":"a"}},{"name":"u"}]}"#,
            #"{"tools":[{"name":"t","_meta":{"ui":{"resourceUri":"Q(a)","visibility":["app"]},"ui/resourceUri":"Q(a)","openai/outputTemplate":"Q(a)"}},{"name":"u"}]}"#
        ),
        (.resourcesList, #"{"resources":[{"uri":"a","name":"a"}]}"#, #"{"resources":[{"uri":"Q(a)","name":"a"}]}"#),
        (
            .resourceTemplatesList, #"{"resourceTemplates":[{"uriTemplate":"a{b}"}]}"#,
            #"{"resourceTemplates":[{"uriTemplate":"Q(a{b})"}]}"#
        ),
        (.resourcesRead, #"{"contents":[{"uri":"a","text":"a"},7]}"#, #"{"contents":[{"uri":"Q(a)","text":"a"},7]}"#),
        (
            .promptsGet, #"{"messages":[{"role":"user","content":{"type":"resource_link","uri":"a"}}]}"#,
            #"{"messages":[{"role":"user","content":{"type":"resource_link","uri":"Q(a)"}}]}"#
        ),
        (.complete, #"{"completion":{"values":["a"]},"uri":"a"}"#, #"{"completion":{"values":["a"]},"uri":"a"}"#),
    ]

    @Test(arguments: results) func `reaches every place in a result`(
        method: MCPMethod, result: String, rewritten: String
    ) throws {
        #expect(spelled(rewriting.result(try object(result), of: method)) == rewritten)
        #expect(spelled(URIRewriting { $0 }.result(try object(result), of: method)) == result)
    }

    static let params: [(MCPMethod, String, String)] = [
        (
            .resourcesRead, #"{"uri":"a","_meta":{"ui":{"resourceUri":"x"}}}"#,
            #"{"uri":"Q(a)","_meta":{"ui":{"resourceUri":"x"}}}"#
        ),
        (.resourcesSubscribe, #"{"uri":"a"}"#, #"{"uri":"Q(a)"}"#),
        (.resourcesUnsubscribe, #"{"uri":"a"}"#, #"{"uri":"Q(a)"}"#),
        (
            .complete, #"{"ref":{"type":"ref/resource","uri":"a{b}"}}"#,
            #"{"ref":{"type":"ref/resource","uri":"Q(a{b})"}}"#
        ),
        (
            .complete, #"{"ref":{"type":"ref/prompt","name":"a","uri":"x"}}"#,
            #"{"ref":{"type":"ref/prompt","name":"a","uri":"x"}}"#
        ),
        (
            .subscriptionsListen, #"{"notifications":{"resourceSubscriptions":["a","b"],"toolsListChanged":true}}"#,
            #"{"notifications":{"resourceSubscriptions":["Q(a)","Q(b)"],"toolsListChanged":true}}"#
        ),
        (.toolsCall, #"{"name":"t","arguments":{"uri":"x"}}"#, #"{"name":"t","arguments":{"uri":"x"}}"#),
    ]

    @Test(arguments: params) func `reaches every place in params`(method: MCPMethod, params: String, rewritten: String)
        throws
    {
        #expect(spelled(rewriting.params(try object(params), of: method)) == rewritten)
    }

    @Test func `reaches notifications`() throws {
        #expect(spelled(rewriting.params(["uri": "a"], of: MCPNotification.resourceUpdated)) == #"{"uri":"Q(a)"}"#)
        let acknowledged = try object(#"{"notifications":{"resourceSubscriptions":["a"]}}"#)
        #expect(
            spelled(rewriting.params(acknowledged, of: MCPNotification.subscriptionsAcknowledged))
                == #"{"notifications":{"resourceSubscriptions":["Q(a)"]}}"#)
        #expect(spelled(rewriting.params(["uri": "a"], of: MCPNotification.message)) == #"{"uri":"a"}"#)
    }
}

@Suite struct `Parameters in headers` {
    static let schema =
        #"{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"},"n":{"type":"integer","x-mcp-header":"Count"},"inner":{"type":"object","properties":{"flag":{"type":"boolean","x-mcp-header":"Flag"}}},"free":{"type":"string"}}}"#

    static func headers() throws -> ParameterHeaders { try ParameterHeaders(schema: try json(schema)) }

    @Test func `are those that the schema annotates`() throws {
        let entries = try Self.headers().entries
        #expect(entries.map(\.headerName) == ["Mcp-Param-Region", "Mcp-Param-Count", "Mcp-Param-Flag"])
        #expect(entries.map(\.path) == [["region"], ["n"], ["inner", "flag"]])
        #expect(try ParameterHeaders(schema: ["type": "object"]).entries.isEmpty)
        #expect(try ParameterHeaders(schema: true).entries.isEmpty)
    }

    /// MCP 2026-07-28, tools, x-mcp-header: each constraint.
    static let faults: [(String, ParameterHeaderFault)] = [
        (#"{"properties":{"a":{"type":"string","x-mcp-header":""}}}"#, .wrongName(path: "a")),
        (#"{"properties":{"a":{"type":"string","x-mcp-header":7}}}"#, .wrongName(path: "a")),
        (#"{"properties":{"a":{"type":"string","x-mcp-header":"a b"}}}"#, .wrongName(path: "a")),
        (#"{"properties":{"a":{"type":"string","x-mcp-header":"a\r\nb"}}}"#, .wrongName(path: "a")),
        (#"{"properties":{"a":{"type":"string","x-mcp-header":"é"}}}"#, .wrongName(path: "a")),
        (
            #"{"properties":{"a":{"type":"string","x-mcp-header":"X"},"b":{"properties":{"c":{"type":"string","x-mcp-header":"x"}}}}}"#,
            .repeatedName("x")
        ),
        (#"{"properties":{"a":{"type":"number","x-mcp-header":"X"}}}"#, .wrongType(path: "a")),
        (#"{"properties":{"a":{"type":"object","x-mcp-header":"X"}}}"#, .wrongType(path: "a")),
        (#"{"properties":{"a":{"x-mcp-header":"X"}}}"#, .wrongType(path: "a")),
        (#"{"x-mcp-header":"X"}"#, .wrongPlace(path: "the root")),
        (
            #"{"properties":{"a":{"type":"array","items":{"type":"string","x-mcp-header":"X"}}}}"#,
            .wrongPlace(path: "a.items")
        ),
        (
            #"{"oneOf":[{"properties":{"a":{"type":"string","x-mcp-header":"X"}}}]}"#,
            .wrongPlace(path: "oneOf.properties.a")
        ),
        (#"{"if":{"properties":{"a":{"type":"string","x-mcp-header":"X"}}}}"#, .wrongPlace(path: "if.properties.a")),
        (#"{"$defs":{"a":{"type":"string","x-mcp-header":"X"}}}"#, .wrongPlace(path: "$defs.a")),
        (#"{"additionalProperties":{"type":"string","x-mcp-header":"X"}}"#, .wrongPlace(path: "additionalProperties")),
    ]

    @Test(arguments: faults) func `are refused where the rules are broken`(schema: String, fault: ParameterHeaderFault)
        throws
    {
        let schema = try json(schema)
        #expect(throws: fault) { try ParameterHeaders(schema: schema) }
        #expect(fault.reason.hasSuffix("."))
        #expect(try ParameterHeaders(schema: ParameterHeaders.removed(from: schema)).entries.isEmpty)
    }

    @Test func `are looked for among keywords, not among names and data`() throws {
        let schema = try json(
            #"{"properties":{"x-mcp-header":{"type":"string"},"a":{"type":"object","default":{"x-mcp-header":"X"},"enum":[{"x-mcp-header":"X"}]}},"$defs":{"x-mcp-header":{"type":"string"}},"not":{"properties":{"x-mcp-header":{}}}}"#
        )
        #expect(try ParameterHeaders(schema: schema).entries.isEmpty)
        #expect(spelled(ParameterHeaders.removed(from: schema)) == spelled(schema))
    }

    @Test func `have limits`() throws {
        func schema(_ count: Int, name: String = "H") -> JSONValue {
            let properties = (0..<count).map {
                JSONObject.Member(name: "p\($0)", value: ["type": "string", "x-mcp-header": .string("\(name)\($0)")])
            }
            return ["properties": .object(JSONObject(properties))]
        }
        #expect(try ParameterHeaders(schema: schema(64)).entries.count == 64)
        #expect(throws: ParameterHeaderFault.tooMany(limit: 64)) { try ParameterHeaders(schema: schema(65)) }
        #expect(try ParameterHeaders(schema: schema(1, name: String(repeating: "h", count: 127))).entries.count == 1)
        #expect(throws: ParameterHeaderFault.wrongName(path: "p0")) {
            try ParameterHeaders(schema: schema(1, name: String(repeating: "h", count: 128)))
        }
    }

    /// MCP 2026-07-28, transports, value encoding.
    static let values: [(String, [String])] = [
        (
            #"{"region":"us-west1","n":42,"inner":{"flag":true},"free":"x"}"#,
            ["Mcp-Param-Region: us-west1", "Mcp-Param-Count: 42", "Mcp-Param-Flag: true"]
        ),
        (
            #"{"region":"Hello, 世界","n":42.0,"inner":{"flag":false}}"#,
            ["Mcp-Param-Region: =?base64?SGVsbG8sIOS4lueVjA==?=", "Mcp-Param-Count: 42", "Mcp-Param-Flag: false"]
        ),
        (#"{"region":" padded "}"#, ["Mcp-Param-Region: =?base64?IHBhZGRlZCA=?="]),
        (#"{"region":"line1\nline2"}"#, ["Mcp-Param-Region: =?base64?bGluZTEKbGluZTI=?="]),
        (#"{"region":"=?base64?literal?="}"#, ["Mcp-Param-Region: =?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?="]),
        (#"{"region":"","n":null,"inner":7}"#, ["Mcp-Param-Region: "]),
        ("{}", []),
    ]

    @Test(arguments: values) func `are written from arguments and accepted beside them`(
        arguments: String, written: [String]
    ) throws {
        let headers = try Self.headers()
        let fields = headers.fields(for: try object(arguments))
        #expect(fields.map { "\($0.name): \(text($0.value))" } == written)
        let post = Post(
            body: "", headers: fields.map { ($0.name.lowercased(), text($0.value)) } + [("Mcp-Param-Unknown", "x")])
        #expect(headers.mismatch(post.fields, arguments: try object(arguments)) == nil)
    }

    static let mismatches: [(String, String, [(String, String)])] = [
        ("missing", #"{"region":"a"}"#, []),
        ("another", #"{"region":"a"}"#, [("Mcp-Param-Region", "b")]),
        ("in another case", #"{"region":"a"}"#, [("Mcp-Param-Region", "A")]),
        ("twice", #"{"region":"a"}"#, [("Mcp-Param-Region", "a"), ("mcp-param-region", "a")]),
        ("without an argument", "{}", [("Mcp-Param-Region", "a")]),
        ("with a null argument", #"{"region":null}"#, [("Mcp-Param-Region", "a")]),
        ("in no PaddedBase64", #"{"region":"a"}"#, [("Mcp-Param-Region", "=?base64?Y?=")]),
        ("with bytes that no header may have", #"{"region":"é"}"#, [("Mcp-Param-Region", "é")]),
        ("another number", #"{"n":42}"#, [("Mcp-Param-Count", "43")]),
        ("another truth", #"{"inner":{"flag":true}}"#, [("Mcp-Param-Flag", "TRUE")]),
        ("a text that looks like the number", #"{"region":"42"}"#, [("Mcp-Param-Region", "42.0")]),
    ]

    /// MCP 2026-07-28, transports, server behavior for custom headers: `-32020`.
    @Test(arguments: mismatches) func `are refused when they differ from the arguments`(
        how: String, arguments: String, headers: [(String, String)]
    ) throws {
        let refusal = try Self.headers().mismatch(
            Post(body: "", headers: headers).fields, arguments: try object(arguments))
        #expect(refusal?.code == .headerMismatch, "took one \(how)")
        #expect(refusal?.status == 400)
    }

    /// Integers are compared as numbers.
    @Test func `may spell a number otherwise`() throws {
        let post = Post(body: "", headers: [("Mcp-Param-Count", "42.0")])
        #expect(try Self.headers().mismatch(post.fields, arguments: ["n": 42]) == nil)
        #expect(try Self.headers().mismatch(post.fields, arguments: nil)?.code == .headerMismatch)
    }
}
