import HTTPMessages
import JSONCoding
import MCPWire
import Testing

@Suite struct `The rules of the stateless era` {
    static let served: [Post] = [
        Good.call,
        Good.list,
        Post(
            body: Good.body("server/discover", id: #""openai-mcp-discover""#), headers: Good.headers("server/discover")),
        Post(
            body: Good.body("resources/read", #""uri":"ui://kanban/board""#),
            headers: Good.headers("resources/read", name: "ui://kanban/board")),
        Post(body: Good.body("prompts/get", #""name":"p""#), headers: Good.headers("prompts/get", name: "p")),
        Post(body: Good.body("tasks/get", #""taskId":"t""#), headers: Good.headers("tasks/get", name: "t")),
        Post(
            body: Good.body("subscriptions/listen", #""notifications":{}"#),
            headers: Good.headers("subscriptions/listen")),
        // A name that only tools/call needs, written as it must be and as it may be.
        Post(
            body: Good.body("tools/call", #""name":"Grüße, 世界""#),
            headers: Good.headers("tools/call", name: "=?base64?R3LDvMOfZSwg5LiW55WM?=")),
        Post(
            body: Good.body("tools/call", #""name":"add""#),
            headers: Good.headers("tools/call", name: "=?base64?YWRk?=")),
        Post(
            body: Good.body("tools/call", #""name":"=?BASE64?YWRk?=""#),
            headers: Good.headers("tools/call", name: "=?BASE64?YWRk?=")),
        Post(body: Good.body("tools/call", #""name":"""#), headers: Good.headers("tools/call", name: "")),
        Post(body: Good.body("tools/call", #""name":"\u0061dd""#), headers: Good.headers("tools/call", name: "  add ")),
        // A header that this method does not have, and one of the other era.
        Post(body: Good.body("tools/list"), headers: Good.headers("tools/list", name: "x") + [("Mcp-Session-Id", "s")]),
    ]

    @Test(arguments: served) func `serve a request in which all is right`(post: Post) {
        #expect(post.verdict == .request)
    }

    /// MCP 2026-07-28, what a modern-only server does with the other era's traffic: each row, and the rows of `rulings.md` 2.1.
    static let otherEra: [(Post, Int, Int)] = [
        // initialize, no envelope, with and without a header of its era.
        (Post(body: initialize("2025-11-25"), headers: []), 400, -32022),
        (Post(body: initialize("2025-06-18"), headers: [("MCP-Protocol-Version", "2025-06-18")]), 400, -32022),
        // initialize with the stateless version offered.
        (Post(body: initialize("2026-07-28"), headers: []), 400, -32022),
        // initialize with a complete envelope: the envelope wins.
        (Post(body: Good.body("initialize"), headers: Good.headers("initialize")), 404, -32601),
        // initialize, no envelope, header of the stateless era.
        (Post(body: initialize("2025-11-25"), headers: [("MCP-Protocol-Version", "2026-07-28")]), 400, -32020),
        // Another request, no envelope, no header or one of the handshake era.
        (Post(body: Good.body("tools/list", envelope: ""), headers: []), 400, -32602),
        (
            Post(
                body: Good.body("tools/list", envelope: ""), headers: Good.headers("tools/list", version: "2025-11-25")),
            400, -32602
        ),
        // Another request, no envelope, header of the stateless era, also a later one.
        (Post(body: Good.body("tools/list", envelope: ""), headers: Good.headers("tools/list")), 400, -32602),
        (
            Post(
                body: Good.body("tools/list", envelope: ""), headers: Good.headers("tools/list", version: "2027-01-31")),
            400, -32602
        ),
        // No envelope, unknown header.
        (
            Post(
                body: Good.body("tools/list", envelope: ""), headers: Good.headers("tools/list", version: "2024-10-07")),
            400, -32600
        ),
        (
            Post(body: Good.body("tools/list", envelope: ""), headers: Good.headers("tools/list", version: "latest")),
            400, -32600
        ),
        (
            Post(
                body: Good.body("tools/list", envelope: ""), headers: Good.headers("tools/list", version: "2026-07-2x")),
            400, -32600
        ),
        // Envelope, header absent.
        (Post(body: Good.body("tools/list"), headers: Good.headers("tools/list", version: nil)), 400, -32020),
        // Envelope names a version of the handshake era.
        (
            Post(body: body(version: "2025-11-25"), headers: Good.headers("tools/list", version: "2025-11-25")), 400,
            -32022
        ),
        // Envelope names an unknown version; a differing header is the nearer mistake.
        (
            Post(body: body(version: "1900-01-01"), headers: Good.headers("tools/list", version: "1900-01-01")), 400,
            -32022
        ),
        (Post(body: body(version: "1900-01-01"), headers: Good.headers("tools/list")), 400, -32020),
        // Posted response.
        (Post(body: #"{"jsonrpc":"2.0","id":7,"result":{}}"#, headers: Good.headers("tools/list")), 400, -32600),
        // Array.
        (Post(body: "[\(Good.list.body)]", headers: Good.list.headers), 400, -32600),
        // Methods that the stateless era removed, and one that nobody has.
        (Post(body: Good.body("ping"), headers: Good.headers("ping")), 404, -32601),
        (Post(body: Good.body("logging/setLevel"), headers: Good.headers("logging/setLevel")), 404, -32601),
        (Post(body: Good.body("resources/subscribe"), headers: Good.headers("resources/subscribe")), 404, -32601),
        (Post(body: Good.body("resources/unsubscribe"), headers: Good.headers("resources/unsubscribe")), 404, -32601),
        (Post(body: Good.body("no/such"), headers: Good.headers("no/such")), 404, -32601),
    ]

    @Test(arguments: otherEra) func `answer traffic of the other era`(post: Post, status: Int, code: Int) throws {
        let refusal = try #require(try post.refusal())
        #expect(refusal.status == status)
        #expect(refusal.code == code)
        #expect(refusal.answer["id"] == (post.body.hasPrefix("[") ? JSONValue.null : 7))
    }

    @Test(arguments: [
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#,
        #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#, #"{"jsonrpc":"2.0","method":"no/such"}"#,
    ]) func `accept and drop notifications of either era`(body: String) throws {
        for version in [nil, "2025-11-25", "2026-07-28"] {
            let headers = version.map { [("MCP-Protocol-Version", $0)] } ?? []
            #expect(Post(body: body, headers: headers).verdict == .notification)
        }
        let mismatch = try #require(try Post(body: body, headers: [("Mcp-Method", "tools/call")]).refusal())
        #expect(mismatch.code == -32020)
        #expect(mismatch.answer["id"] == .null)
    }

    static let envelopes: [(String, [String])] = [
        (#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}"#, ["clientCapabilities"]),
        (#""_meta":{"io.modelcontextprotocol/clientCapabilities":{}}"#, ["protocolVersion"]),
        (
            #""_meta":{"io.modelcontextprotocol/protocolVersion":20260728,"io.modelcontextprotocol/clientCapabilities":{}}"#,
            ["protocolVersion"]
        ),
        (
            #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":[]}"#,
            ["clientCapabilities"]
        ),
        (#""_meta":{"progressToken":1}"#, ["protocolVersion", "clientCapabilities"]),
        (#""_meta":"x""#, ["protocolVersion", "clientCapabilities"]),
        ("", ["protocolVersion", "clientCapabilities"]),
    ]

    @Test(arguments: envelopes) func `name the keys that an envelope lacks`(envelope: String, keys: [String]) throws {
        let post = Post(body: Good.body("tools/list", envelope: envelope), headers: Good.list.headers)
        let refusal = try #require(try post.refusal())
        #expect(refusal.status == 400)
        #expect(refusal.code == -32602)
        let message = try #require(refusal.answer["error"]?["message"]?.stringValue)
        for key in ["protocolVersion", "clientCapabilities"] {
            #expect(message.contains("io.modelcontextprotocol/" + key) == keys.contains(key))
        }
    }

    static let heads: [(String, [(String, String)], Int)] = [
        ("no method", [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Name", "add")], -32020),
        ("another method", Good.headers("tools/list", name: "add"), -32020),
        ("the method in capitals", Good.headers("TOOLS/CALL", name: "add"), -32020),
        ("the method encoded", Good.headers("=?base64?dG9vbHMvY2FsbA==?=", name: "add"), -32020),
        ("no name", Good.headers("tools/call"), -32020),
        ("another name", Good.headers("tools/call", name: "remove"), -32020),
        ("a longer name", Good.headers("tools/call", name: "add,add"), -32020),
        ("an encoded other name", Good.headers("tools/call", name: "=?base64?cmVtb3Zl?="), -32020),
        ("a name in no PaddedBase64", Good.headers("tools/call", name: "=?base64?YWR?="), -32020),
        ("a name in PaddedBase64 with a stray bit", Good.headers("tools/call", name: "=?base64?YWR=?="), -32020),
        ("a name in PaddedBase64 of no UTF-8", Good.headers("tools/call", name: "=?base64?/w==?="), -32020),
        ("a sentinel in capitals", Good.headers("tools/call", name: "=?BASE64?YWRk?="), -32020),
        ("half a sentinel", Good.headers("tools/call", name: "=?base64?YWRk"), -32020),
        ("the name twice", Good.headers("tools/call", name: "add") + [("mcp-name", "add")], -32020),
        ("the method twice", Good.headers("tools/call", name: "add") + [("mcp-method", "tools/list")], -32020),
        (
            "the version twice", Good.headers("tools/call", name: "add") + [("mcp-protocol-version", "2026-07-28")],
            -32020
        ),
        (
            "the version encoded", Good.headers("tools/call", name: "add", version: "=?base64?MjAyNi0wNy0yOA==?="),
            -32020
        ),
    ]

    @Test(arguments: heads) func `refuse a head that does not say what the body says`(
        mistake: String, headers: [(String, String)], code: Int
    ) throws {
        let refusal = try #require(try Post(body: Good.call.body, headers: headers).refusal(), "served \(mistake)")
        #expect(refusal.status == 400)
        #expect(refusal.code == code)
        #expect(refusal.answer["id"] == 7)
    }

    @Test(arguments: [
        ("tools/call", "params.name"), ("resources/read", "params.uri"), ("tasks/cancel", "params.taskId"),
    ])
    func `ask for the subject of a method, in the body first`(method: String, member: String) throws {
        let lacking = try #require(try Post(body: Good.body(method), headers: Good.headers(method)).refusal())
        #expect(lacking.code == -32602)
        #expect(lacking.answer["error"]?["message"]?.stringValue?.contains(member) == true)
        let contradicting = try #require(
            try Post(body: Good.body(method), headers: Good.headers(method, name: "x")).refusal())
        #expect(contradicting.code == -32020)
        let number = Post(body: Good.body(method, #""name":1,"uri":2,"taskId":3"#), headers: Good.headers(method))
        #expect(try number.refusal()?.code == -32602)
    }

    @Test func `name the version that was asked for and those that are served`() throws {
        let posts = [
            (Post(body: Self.initialize("2025-06-18"), headers: []), "2025-06-18"),
            (
                Post(
                    body: Self.body(version: "2099-01-01"), headers: Good.headers("tools/list", version: "2099-01-01")),
                "2099-01-01"
            ),
        ]
        for (post, requested) in posts {
            let data = try #require(try post.refusal()).answer["error"]?["data"]
            #expect(data == ["supported": ["2026-07-28"], "requested": .string(requested)])
        }
    }

    @Test func `make their checks in order: each mistake hides those behind it`() throws {
        var post = Post(
            body:
                #"{"jsonrpc":"1.0","id":7,"method":"no/such","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"x"}}}"#,
            headers: [("Mcp-Method", "other"), ("Mcp-Name", "a")])
        func code() throws -> Int? { try post.refusal()?.code }
        #expect(try code() == -32600)
        post.body = post.body.replacing("1.0", with: "2.0")
        #expect(try code() == -32020)
        post.headers.append(("MCP-Protocol-Version", "x"))
        #expect(try code() == -32602)
        post.body = post.body.replacing(#":"x"}"#, with: #":"x","io.modelcontextprotocol/clientCapabilities":{}}"#)
        #expect(try code() == -32022)
        post.body = post.body.replacing(#""x","#, with: #""2026-07-28","#)
        post.headers[2].1 = "2026-07-28"
        #expect(try code() == -32020)
        post.headers[0].1 = "no/such"
        #expect(try code() == -32601)
        post.body = post.body.replacing("no/such", with: "tools/list")
        post.headers[0].1 = "tools/list"
        #expect(post.verdict == .request)
    }

    static let bodies: [(String, Int)] = [
        ("", -32700), ("{", -32700), ("\u{FEFF}{}", -32700), ("{} {}", -32700), ("1", -32600), ("null", -32600),
        ("[]", -32600),
        ("{}", -32600), (#"{"jsonrpc":"2.0","id":null,"method":"tools/list"}"#, -32600),
        (#"{"jsonrpc":"2.0","id":1.5,"method":"tools/list"}"#, -32600),
        (#"{"jsonrpc":"2.0","id":1,"id":1,"method":"tools/list"}"#, -32600),
    ]

    @Test(arguments: bodies) func `refuse what is no JSON-RPC message before anything else`(body: String, code: Int)
        throws
    {
        let refusal = try #require(try Post(body: body, headers: []).refusal())
        #expect(refusal.status == 400)
        #expect(refusal.code == code)
    }

    @Test func `quote what a client sent, but not all of it`() throws {
        let name = String(repeating: "x", count: 5000)
        let refusal = try #require(try Post(body: Good.body(name), headers: Good.headers(name)).refusal())
        let message = try #require(refusal.answer["error"]?["message"]?.stringValue)
        #expect(message.contains("xxx…"))
        #expect(message.utf8.count < 300)
    }

    static func initialize(_ version: String) -> String {
        #"{"jsonrpc":"2.0","id":7,"method":"initialize","params":{"protocolVersion":"\#(version)","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}"#
    }

    static func body(version: String) -> String {
        Good.body("tools/list", envelope: Good.envelope.replacing("2026-07-28", with: version))
    }
}
