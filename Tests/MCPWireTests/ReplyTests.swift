import JSONCoding
import MCPWire
import Testing

@Suite struct `A reply of an upstream` {
    private func scan(_ message: String) -> MCPReplyEnvelope {
        MCPReplyEnvelope.scan(bytes(message), limits: JSONLimits())
    }

    static let kinds: [(String, MCPReplyKind?)] = [
        (#"{"jsonrpc":"2.0","id":1,"result":{}}"#, .result),
        (#"{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no"}}"#, .error(code: -32602)),
        (#"{"jsonrpc":"2.0","error":{"code":-32020.0,"message":"no"}}"#, .error(code: -32020)),
        (#"{"jsonrpc":"2.0","method":"notifications/progress","params":{}}"#, .notification),
        (#"{"jsonrpc":"2.0","id":1,"method":"sampling/createMessage","params":{}}"#, .request),
        ("", nil), ("<html>", nil), (#"{"jsonrpc":"2.0","id":1,"result":{}"#, nil), ("[]", nil), ("null", nil),
        ("{}", nil),
        (#"{"id":1,"result":{}}"#, nil), (#"{"jsonrpc":"2.0","id":1}"#, nil),
        (#"{"jsonrpc":"2.0","id":1,"result":[]}"#, nil), (#"{"jsonrpc":"2.0","id":1,"result":null}"#, nil),
        (#"{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":""}}"#, nil),
        (#"{"jsonrpc":"2.0","id":1,"result":{},"method":"a"}"#, nil),
        (#"{"jsonrpc":"2.0","id":1,"error":{"message":"no code"}}"#, nil),
        (#"{"jsonrpc":"2.0","id":1,"error":{"code":"1"}}"#, nil), (#"{"jsonrpc":"2.0","id":1,"error":"no"}"#, nil),
        (#"{"jsonrpc":"2.0","id":1,"result":{},"result":{}}"#, nil), (#"{"jsonrpc":"2.0","method":1}"#, nil),
    ]

    @Test(arguments: kinds) func `is recognised, or recognised as garbage`(message: String, kind: MCPReplyKind?) {
        let reply = scan(message)
        if let kind {
            #expect(reply.kind == kind)
        } else if case .garbage(let reason) = reply.kind {
            #expect(reason.hasSuffix("."))
        } else {
            Issue.record("took \(message) for \(reply.kind)")
        }
    }

    static let ids: [(String, String, Bool)] = [
        ("1", "1", true), ("1", "1.0", true), ("100", "1e2", true), ("-0", "0", true), ("1", "2", false),
        ("1", "\"1\"", false),
        ("\"1\"", "1", false), (#""a""#, #""\u0061""#, true), (#""\u0061""#, #""a""#, true), (#""a""#, #""b""#, false),
        (#""\u00e9""#, #""é""#, true), (#""e\u0301""#, #""é""#, false), ("1", "null", false), ("1", "[1]", false),
        ("123456789012345678901234567890", "123456789012345678901234567890", true),
        ("123456789012345678901234567890", "123456789012345678901234567891", false),
        ("9007199254740993", "9007199254740992", false), ("9007199254740993", "9007199254740993.0", true),
    ]

    @Test(arguments: ids) func `answers the request whose id means the same`(own: String, theirs: String, same: Bool) {
        let request = bytes(#"{"id":\#(own)}"#)
        let message = bytes(#"{"jsonrpc":"2.0","result":{},"id": \#(theirs) }"#)
        let reply = MCPReplyEnvelope.scan(message, limits: JSONLimits())
        #expect(reply.answers(6..<request.count - 1, of: request, in: message) == same)
    }

    @Test func `without an id answers nobody`() {
        for message in [
            #"{"jsonrpc":"2.0","error":{"code":1,"message":""}}"#,
            #"{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":""}}"#,
        ] {
            #expect(scan(message).isUnaddressed)
            #expect(!scan(message).answers(0..<1, of: bytes("1"), in: bytes(message)))
        }
        #expect(!scan(#"{"jsonrpc":"2.0","id":0,"result":{}}"#).isUnaddressed)
    }

    @Test func `says of which sort its result is`() {
        func type(_ members: String) -> MCPResultType {
            let message = #"{"jsonrpc":"2.0","id":1,"result":{\#(members)}}"#
            return scan(message).resultType(in: bytes(message))
        }
        #expect(type("") == .complete)
        #expect(type(#""resultType":"complete""#) == .complete)
        #expect(type(#""content":[{"resultType":"task"}],"resultType":"input_required""#) == .inputRequired)
        #expect(type(#""resultType":"task""#) == .other("task"))
        #expect(type(#""resultType":7"#) == .other(""))
    }

    @Test func `shows what an error has besides its code`() throws {
        let message = bytes(
            #"{"jsonrpc":"2.0","id":1,"error":{"data":{"supported":["2026-07-28"]},"message":"no","code":-32022}}"#)
        let reply = MCPReplyEnvelope.scan(message, limits: JSONLimits())
        #expect(reply.errorMessage?.string(in: message) == "no")
        #expect(text(message[try #require(reply.errorData).range]) == #"{"supported":["2026-07-28"]}"#)
        #expect(MCPErrorCode(rawValue: -32022)?.isAboutTheHop == true)
        #expect(MCPErrorCode(rawValue: -32602)?.isAboutTheHop == false)
    }

    @Test func `longer than its limit is garbage`() {
        let message = #"{"jsonrpc":"2.0","id":1,"result":{}}"#
        let byteCount = message.utf8.count
        #expect(MCPReplyEnvelope.scan(bytes(message), limits: JSONLimits(bytes: byteCount)).kind == .result)
        guard case .garbage = MCPReplyEnvelope.scan(bytes(message), limits: JSONLimits(bytes: byteCount - 1)).kind
        else {
            Issue.record("took a longer one")
            return
        }
    }
}

@Suite struct `A message of our own` {
    @Test func `gives the id back as it came`() {
        for id in ["7", "123456789012345678901234567890", #""a\u0062\/""#] {
            let slice = bytes("x" + id + "y").dropFirst().dropLast()
            #expect(
                text(JSONRPCWriter.error(id: slice, code: -32603, message: "a\"b"))
                    == #"{"jsonrpc":"2.0","id":\#(id),"error":{"code":-32603,"message":"a\"b"}}"#)
            #expect(
                text(JSONRPCWriter.result(id: slice, ["tools": []]))
                    == #"{"jsonrpc":"2.0","id":\#(id),"result":{"tools":[]}}"#)
            #expect(
                text(JSONRPCWriter.result(id: slice, bytes(#"{"x": 1}"#)))
                    == #"{"jsonrpc":"2.0","id":\#(id),"result":{"x": 1}}"#)
        }
    }

    @Test func `without an id says null, and has data only if there are some`() {
        #expect(
            text(JSONRPCWriter.error(id: nil, code: -32700, message: "no", data: ["a": 1]))
                == #"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no","data":{"a":1}}}"#)
    }

    @Test func `tells a person why a tool did nothing`() throws {
        let message = try JSONParser.parse(JSONRPCWriter.toolFailure(id: bytes("1")[...], text: "Try again in 5 s."))
        #expect(
            message == [
                "jsonrpc": "2.0", "id": 1,
                "result": [
                    "resultType": "complete", "content": [["type": "text", "text": "Try again in 5 s."]],
                    "isError": true,
                ],
            ])
    }
}

@Suite struct `A routing value` {
    static let values: [(String, String)] = [
        ("us-west1", "us-west1"), (" padded ", "=?base64?IHBhZGRlZCA=?="),
        ("Hello, 世界", "=?base64?SGVsbG8sIOS4lueVjA==?="),
        ("", ""), ("a b\tc", "a b\tc"), ("\ta", "=?base64?CWE=?="), ("line\nend", "=?base64?bGluZQplbmQ=?="),
        ("=?base64?YWRk?=", "=?base64?PT9iYXNlNjQ/WVdSaz89?="), ("=?BASE64?x?=", "=?BASE64?x?="),
        ("\u{7F}", "=?base64?fw==?="),
    ]

    @Test(arguments: values) func `is plain where that is safe and PaddedBase64 elsewhere`(name: String, value: String)
        throws
    {
        #expect(text(RoutingValue.encode(name)) == value)
        let post = Post(
            body: Good.body("tools/call", #""name":\#(text(JSONWriter.bytes(of: .string(name))))"#),
            headers: Good.headers("tools/call", name: value))
        #expect(post.verdict == .request)
    }
}

@Suite struct `The catalog of revisions` {
    @Test func `knows five dates and refuses to guess at others`() {
        #expect(
            RevisionCatalog.all.map(\.date.description) == [
                "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28",
            ])
        for revision in RevisionCatalog.all {
            let found = RevisionCatalog.revision(dated: bytes(revision.date.description).span)
            #expect(found == revision)
        }
        for date in ["2024-10-07", "2026-07-29", "2026-07-28 ", "", "DRAFT-2026-v1"] {
            let found = RevisionCatalog.revision(dated: bytes(date).span)
            #expect(found == nil)
        }
        #expect(RevisionCatalog.all.filter { $0.era == .stateless } == [.v2026_07_28])
    }

    @Test func `offers what is served`() {
        #expect(RevisionCatalog.servedDates == ["2026-07-28"])
    }
}
