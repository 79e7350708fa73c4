import HTTPMessages
import JSONCoding
import MCPWire
import Testing

@Suite struct `The rules for posted messages` {
    private func check(_ post: Post) -> PostVerdict {
        PostRules.check(MCPEnvelope.scan(bytes(post.body)), body: bytes(post.body), fields: post.fields)
    }

    private static func bare(_ method: String, _ params: String = "", id: String? = "7") -> String {
        let id = id.map { #""id":\#($0),"# } ?? ""
        return #"{"jsonrpc":"2.0",\#(id)"method":"\#(method)","params":{\#(params)}}"#
    }

    private static func version(_ date: String) -> [(String, String)] { [("MCP-Protocol-Version", date)] }

    /// Rulings 2.1 and facts 2.6, column "dual-era server": what is handshake, and by which header.
    static let handshake: [(Post, HandshakeMessage.Kind, Revision?)] = [
        (Post(body: bare("tools/list"), headers: []), .request, nil),
        (Post(body: bare("tools/list"), headers: version("2024-11-05")), .request, .v2024_11_05),
        (Post(body: bare("tools/list"), headers: version("2025-03-26")), .request, .v2025_03_26),
        (Post(body: bare("tools/list"), headers: version("2025-06-18")), .request, .v2025_06_18),
        (Post(body: bare("tools/list"), headers: version("2025-11-25")), .request, .v2025_11_25),
        (Post(body: bare("no/such"), headers: []), .request, nil),
        (Post(body: bare("ping"), headers: []), .request, nil),
        (Post(body: bare("tools/call", #""name":"add""#), headers: []), .request, nil),
        (Post(body: bare("notifications/initialized", id: nil), headers: []), .notification, nil),
        (Post(body: bare("no/such", id: nil), headers: version("2025-06-18")), .notification, .v2025_06_18),
        (Post(body: #"{"jsonrpc":"2.0","id":"s1","result":{}}"#, headers: []), .response, nil),
        (
            Post(body: #"{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":""}}"#, headers: version("2025-11-25")),
            .response, .v2025_11_25
        ),
        // Headers of the stateless era mean nothing here.
        (Post(body: bare("tools/list"), headers: [("Mcp-Method", "other")]), .request, nil),
    ]

    @Test(arguments: handshake) func `take a message without envelope for handshake, unless its header says otherwise`(
        post: Post, kind: HandshakeMessage.Kind, header: Revision?
    ) throws {
        guard case .handshake(let message) = check(post) else {
            Issue.record("\(check(post))")
            return
        }
        #expect(message.kind == kind)
        #expect(message.header == header)
    }

    /// Rulings 2.2: a result always; the asked version of the era, else 2025-11-25.
    static let offers: [(String, Revision)] = [
        ("2024-11-05", .v2024_11_05), ("2025-03-26", .v2025_03_26), ("2025-06-18", .v2025_06_18),
        ("2025-11-25", .v2025_11_25), ("2026-07-28", .v2025_11_25), ("2024-10-07", .v2025_11_25),
        ("2099-01-01", .v2025_11_25), ("", .v2025_11_25), ("latest", .v2025_11_25),
    ]

    @Test(arguments: offers) func `answer an offer of initialize`(offered: String, answered: Revision) {
        let body = Self.bare("initialize", #""protocolVersion":"\#(offered)","capabilities":{}"#)
        guard case .handshake(let message) = check(Post(body: body, headers: [])),
            case .initialize(let offer) = message.kind
        else {
            Issue.record("\(offered) is no initialize")
            return
        }
        #expect(offer.offered == offered)
        #expect(offer.answered == answered)
    }

    @Test func `answer initialize without a version too`() {
        guard
            case .handshake(let message) = check(Post(body: Self.bare("initialize"), headers: [])),
            case .initialize(let offer) = message.kind
        else {
            Issue.record("refused")
            return
        }
        #expect(offer.answered == .v2025_11_25)
    }

    /// Rulings 2.1, and facts 2.6 for the rows of a dual-era server that are refused.
    static let refused: [(Post, Int, Int)] = [
        // Modern header without envelope; with initialize in the body.
        (Post(body: bare("tools/list"), headers: version("2026-07-28")), 400, -32602),
        (Post(body: bare("tools/list"), headers: version("2027-01-01")), 400, -32602),
        (
            Post(body: bare("initialize", #""protocolVersion":"2025-11-25""#), headers: version("2026-07-28")), 400,
            -32020
        ),
        // Envelope without header, with another one, and of the handshake era.
        (Post(body: Good.body("tools/list"), headers: []), 400, -32020),
        (Post(body: Good.body("tools/list"), headers: Good.headers("tools/list", version: "2025-11-25")), 400, -32020),
        (
            Post(
                body: Good.body("tools/list", envelope: Good.envelope.replacing("2026-07-28", with: "2025-11-25")),
                headers: Good.headers("tools/list", version: "2025-11-25")), 400, -32022
        ),
        // initialize with a complete envelope: the envelope wins.
        (Post(body: Good.body("initialize"), headers: Good.headers("initialize")), 404, -32601),
        // Without an envelope, an unknown header value; also for notifications, responses and arrays.
        (Post(body: bare("tools/list"), headers: version("2024-10-07")), 400, -32600),
        (Post(body: bare("x", id: nil), headers: version("latest")), 400, -32600),
        (Post(body: #"{"jsonrpc":"2.0","id":1,"result":{}}"#, headers: version("2025-11-26")), 400, -32600),
        (Post(body: "[\(bare("ping"))]", headers: version("1")), 400, -32600),
        // Twice.
        (Post(body: bare("ping"), headers: version("2025-11-25") + version("2025-11-25")), 400, -32020),
        // A response under a header of the stateless era.
        (Post(body: #"{"jsonrpc":"2.0","id":1,"result":{}}"#, headers: version("2026-07-28")), 400, -32600),
        // Shapes.
        (Post(body: "", headers: []), 400, -32700),
        (Post(body: #"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, headers: []), 400, -32600),
        (
            Post(body: #"{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":""}}"#, headers: []), 400,
            -32600
        ),
        // What a call is routed by.
        (Post(body: bare("tools/call"), headers: []), 200, -32602),
        (Post(body: bare("resources/read", #""uri":1"#), headers: []), 200, -32602),
        // Arrays of other revisions than 2025-03-26.
        (Post(body: "[\(bare("ping"))]", headers: version("2024-11-05")), 400, -32600),
        (Post(body: "[\(bare("ping"))]", headers: version("2025-06-18")), 400, -32600),
        (Post(body: "[\(bare("ping"))]", headers: version("2025-11-25")), 400, -32600),
        (Post(body: "[\(bare("ping"))]", headers: version("2026-07-28")), 400, -32600),
        (Post(body: "[]", headers: []), 400, -32600),
    ]

    @Test(arguments: refused) func `refuse what is of no era, or wrong in its own`(post: Post, status: Int, code: Int) {
        switch check(post) {
        case .refused(let refusal), .stateless(.refused(let refusal)):
            #expect(refusal.status == status)
            #expect(refusal.code.rawValue == code)
        case .stateless, .handshake, .batch: Issue.record("\(check(post))")
        }
    }

    @Test func `serve a message with an envelope by the rules of the stateless era`() {
        guard case .stateless(.request) = check(Good.call), case .stateless(.request) = check(Good.list) else {
            Issue.record("not served")
            return
        }
        let notification = Post(body: Self.bare("x", id: nil), headers: Self.version("2026-07-28"))
        guard case .stateless(.notification) = check(notification) else {
            Issue.record("not taken")
            return
        }
    }

    @Test func `name every version when the header names none`() {
        guard case .refused(let refusal) = check(Post(body: Self.bare("ping"), headers: Self.version("x"))) else {
            Issue.record("served")
            return
        }
        for revision in RevisionCatalog.all { #expect(refusal.message.contains(revision.date.description)) }
    }

    /// MCP 2025-06-18, transports: what the session agreed on, else the header, else 2025-03-26; written as rulings 2.9 has it.
    static let readings: [(header: String?, session: Revision?, checked: Revision, rendered: Revision)] = [
        (nil, nil, .v2025_03_26, .v2025_11_25),
        ("2025-06-18", nil, .v2025_06_18, .v2025_06_18),
        (nil, .v2025_06_18, .v2025_06_18, .v2025_06_18),
        ("2025-11-25", .v2025_06_18, .v2025_06_18, .v2025_06_18),
    ]

    @Test(arguments: readings) func `say by which revision a message is checked and answered`(
        header: String?, session: Revision?, checked: Revision, rendered: Revision
    ) {
        let headers = header.map { Self.version($0) } ?? []
        guard case .handshake(let message) = check(Post(body: Self.bare("tools/list"), headers: headers)) else {
            Issue.record("refused")
            return
        }
        #expect(message.checkedRevision(session: session) == checked)
        #expect(message.renderedRevision(session: session) == rendered)
    }
}

@Suite struct `A batch` {
    private func read(_ body: String, version: String? = nil) -> MessageBatch? {
        let headers = version.map { [("MCP-Protocol-Version", $0)] } ?? []
        let verdict = PostRules.check(
            MCPEnvelope.scan(bytes(body)), body: bytes(body), fields: Post(body: body, headers: headers).fields)
        if case .batch(let batch) = verdict { return batch }
        return nil
    }

    @Test func `is taken apart into its messages as they were written`() throws {
        let messages = [
            #"{"jsonrpc":"2.0","id":1.5e0,"method":"a"}"#,
            #"{"jsonrpc":"2.0", "id":"],[\"\\","method":"tools/call","params":{"name":"\u0061","x":[1,{"y":"}"}]}}"#,
            #"{"jsonrpc":"2.0","method":"b"}"#,
            #"{"jsonrpc":"2.0","id":3,"result":{}}"#,
            "17", "\"text, [\"", "null", "[1,2]",
        ]
        for version in [nil, "2025-03-26"] {
            for separator in [",", " ,\n\t"] {
                let body = " [ " + messages.joined(separator: separator) + " ] "
                let batch = try #require(read(body, version: version))
                let written = batch.members.map { member in text(member.body).filter { $0 != "\n" && $0 != "\t" } }
                #expect(written.map { String($0.reversed().drop { $0 == " " }.reversed()) } == messages)
                #expect(
                    batch.members.map { try? $0.kind.get() } == [
                        nil, .request, .notification, .response, nil, nil, nil, nil,
                    ])
                #expect(batch.wantsAnswer)
            }
        }
    }

    /// MCP 2025-03-26, transports: only responses and notifications are answered 202.
    @Test func `wants an answer only if a request or a mistake is in it`() throws {
        #expect(
            try #require(read(#"[{"jsonrpc":"2.0","method":"b"},{"jsonrpc":"2.0","id":3,"result":{}}]"#)).wantsAnswer
                == false)
        #expect(
            try #require(read(#"[{"jsonrpc":"2.0","method":"b"},{"jsonrpc":"2.0","id":3,"method":"c"}]"#)).wantsAnswer)
        #expect(try #require(read("[1]")).wantsAnswer)
    }

    @Test func `has no initialize and no envelope in it`() throws {
        let initialize = #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#
        let batch = try #require(read("[\(initialize),\(Good.list.body)]"))
        for member in batch.members {
            guard case .failure(let refusal) = member.kind else {
                Issue.record("served \(text(member.body))")
                continue
            }
            #expect(refusal.code == .invalidRequest)
        }
    }

    @Test func `has at most 100 messages`() throws {
        func body(_ count: Int) -> String {
            "[" + Array(repeating: #"{"jsonrpc":"2.0","method":"b"}"#, count: count).joined(separator: ",") + "]"
        }
        #expect(MessageBatch.messagesMax == 100)
        #expect(try #require(read(body(100))).members.count == 100)
        #expect(read(body(101)) == nil)
    }
}
