import GatewayModel
import JSONCoding
import MCPWire
import Testing

@Suite struct `Claims of a session` {
    static func claims(_ capabilities: SessionClaims.Capabilities = .inline(.empty)) throws -> SessionClaims {
        SessionClaims(
            principal: "user-1/client-2", server: try ServerSlug("team-a"), revision: .v2025_06_18,
            capabilities: capabilities, clientName: "Claude", issuedAt: 1_795_000_000, nonce: Array(0..<16))
    }

    @Test func `are read as they were written`() throws {
        let inline = ClientCapabilities(neutral: try object(#"{"elicitation":{},"n":1.0}"#))
        for capabilities in [SessionClaims.Capabilities.inline(inline), .reference(Array(0..<32))] {
            for revision in RevisionCatalog.all {
                var claims = try Self.claims(capabilities)
                claims.revision = revision
                #expect(try SessionClaims(decoding: try #require(claims.encoded)) == claims)
                claims.clientName = nil
                #expect(try SessionClaims(decoding: try #require(claims.encoded)) == claims)
            }
        }
    }

    @Test func `are refused when a byte is missing, or one is too many`() throws {
        let bytes = try #require(try Self.claims().encoded)
        for count in bytes.indices {
            #expect(throws: ClaimFault.self) { try SessionClaims(decoding: Array(bytes.prefix(count))) }
        }
        #expect(throws: ClaimFault.trailingBytes) { try SessionClaims(decoding: bytes + [0]) }
        #expect(throws: ClaimFault.wrongKind) { try SessionClaims(decoding: [2] + bytes.dropFirst()) }
    }

    @Test func `have one spelling of each number`() throws {
        let bytes = try #require(try Self.claims().encoded)
        // The first number is the principal's length; the same in two bytes is another spelling.
        #expect(throws: ClaimFault.wrongNumber) {
            try SessionClaims(decoding: [bytes[0], bytes[1] | 0x80, 0] + bytes.dropFirst(2))
        }
    }

    /// Rulings 4.5: a sealed id below 2 KiB, that is 1,500 bytes and 33 of sealing in PaddedBase64.
    @Test func `fit into an id, or say that they do not`() throws {
        func encoded(_ padding: Int) throws -> [UInt8]? {
            let text = String(repeating: "x", count: padding)
            let capabilities = ClientCapabilities(neutral: ["experimental": ["x": .string(text)]])
            return try Self.claims(.inline(capabilities)).encoded
        }
        let overhead = try #require(try encoded(1_000)).count - 1_000
        let room = SessionClaims.bytesMax - overhead
        #expect(try encoded(room)?.count == 1_500)
        #expect(try encoded(room + 1) == nil)
        #expect((SessionClaims.bytesMax + 33) * 4 / 3 < 2_048)
        #expect(throws: ClaimFault.tooLong(limit: 1_500)) {
            try SessionClaims(decoding: [UInt8](repeating: 1, count: 1_501))
        }
    }

    @Test func `cut a client's name between characters, and refuse a principal that is too long`() throws {
        var claims = try Self.claims()
        claims = SessionClaims(
            principal: "p", server: .default, revision: .v2024_11_05, capabilities: .inline(.empty),
            clientName: String(repeating: "é", count: 32) + "x", issuedAt: 0, nonce: claims.nonce)
        #expect(claims.clientName == String(repeating: "é", count: 32))
        claims.principal = String(repeating: "p", count: 256)
        #expect(claims.encoded != nil)
        claims.principal += "p"
        #expect(claims.encoded == nil)
    }
}

@Suite struct `Claims of a request state` {
    static let targets: [RequestStateClaims.Target] = [
        .parked(id: .max, node: "n1"), .parked(id: 0, node: ""), .relayed(upstream: "u", state: "opaque ☃"),
        .relayed(upstream: "u", state: ""), .relayed(upstream: "u", state: nil), .again(upstream: "u"),
    ]

    static func claims(_ target: RequestStateClaims.Target) -> RequestStateClaims {
        RequestStateClaims(
            target: target, principal: "p", digest: Array(repeating: 7, count: 32), expiresAt: 1_795_000_600, round: 3)
    }

    @Test(arguments: targets) func `are read as they were written, and not otherwise`(target: RequestStateClaims.Target)
        throws
    {
        let claims = Self.claims(target)
        let bytes = try #require(claims.encoded)
        #expect(try RequestStateClaims(decoding: bytes) == claims)
        for count in bytes.indices {
            #expect(throws: ClaimFault.self) { try RequestStateClaims(decoding: Array(bytes.prefix(count))) }
        }
        #expect(throws: ClaimFault.trailingBytes) { try RequestStateClaims(decoding: bytes + [0]) }
        #expect(throws: ClaimFault.wrongKind) { try TaskClaims(decoding: bytes) }
    }

    @Test func `hold an upstream's state of up to 256 KiB`() throws {
        func encoded(_ count: Int) -> [UInt8]? {
            Self.claims(.relayed(upstream: "u", state: String(repeating: "s", count: count))).encoded
        }
        let room = RequestStateClaims.bytesMax - (try #require(encoded(200_000)).count - 200_000)
        #expect(encoded(room)?.count == 262_144)
        #expect(encoded(room + 1) == nil)
        #expect(encoded(room).flatMap { try? RequestStateClaims(decoding: $0) } != nil)
    }

    @Test func `belong to a call whatever of it a retry changes`() throws {
        let first = CanonicalJSON.callIdentity(
            method: "tools/call",
            params: try object(#"{"name":"a","arguments":{"y":1,"x":2},"_meta":{"progressToken":1}}"#))
        let retry = CanonicalJSON.callIdentity(
            method: "tools/call",
            params: try object(
                #"{"_meta":{"progressToken":2},"arguments":{"x":2,"y":1},"requestState":"s","inputResponses":{},"name":"a"}"#
            ))
        #expect(first == retry)
        let others = [
            ("tools/call", #"{"name":"b","arguments":{"y":1,"x":2}}"#),
            ("prompts/get", #"{"name":"a","arguments":{"y":1,"x":2}}"#),
            ("tools/call", #"{"name":"a","arguments":{"y":1,"x":3}}"#),
        ]
        for (method, params) in others {
            #expect(CanonicalJSON.callIdentity(method: method, params: try object(params)) != first)
        }
    }
}

@Suite struct `Claims of a task` {
    static let slug = ServerSlug.default

    static let tasks: [TaskClaims] = [
        TaskClaims(
            upstream: "u", taskID: "786512e2", form: .tasksExtension, server: slug, principal: "p", expiresAt: nil),
        TaskClaims(upstream: "", taskID: "", form: .core, server: slug, principal: "", expiresAt: .max),
        TaskClaims(
            upstream: "u", taskID: String(repeating: "t", count: 1_024), form: .core, server: slug, principal: "p",
            interactive: [.formElicitation, .roots], expiresAt: 0),
    ]

    @Test(arguments: tasks) func `are read as they were written, and not otherwise`(claims: TaskClaims) throws {
        let bytes = try #require(claims.encoded)
        #expect(try TaskClaims(decoding: bytes) == claims)
        for count in bytes.indices {
            #expect(throws: ClaimFault.self) { try TaskClaims(decoding: Array(bytes.prefix(count))) }
        }
        #expect(throws: ClaimFault.trailingBytes) { try TaskClaims(decoding: bytes + [0]) }
    }

    @Test func `refuse an id of more than 1,024 bytes`() {
        let taskID = String(repeating: "t", count: 1_025)
        #expect(
            TaskClaims(
                upstream: "u", taskID: taskID, form: .core, server: Self.slug, principal: "p", expiresAt: 0
            ).encoded == nil)
    }
}

@Suite struct `An event id` {
    static let ids: [(EventID, String)] = [
        (EventID(node: "n-1", stream: 0, sequence: 0), "n-1.0.0"),
        (EventID(node: "", stream: 26, sequence: .max), ".1a.ffffffffffffffff"),
    ]

    @Test(arguments: ids) func `is read as it was written`(id: EventID, text: String) {
        #expect(id.description == text)
        #expect(EventID(text) == id)
    }

    @Test(arguments: [
        "", ".", "..", "n.1", "n.1.2.3", "n.01.2", "n.1.+2", "n.1.-2", "n.1A.2", "n.1.10000000000000000", "n 1.1.1",
        "n.1.", "ü.1.1",
    ])
    func `is none of ours otherwise`(text: String) {
        #expect(EventID(text) == nil)
    }

    @Test func `names a node of at most 64 bytes`() {
        #expect(EventID(String(repeating: "n", count: 64) + ".1.1") != nil)
        #expect(EventID(String(repeating: "n", count: 65) + ".1.1") == nil)
    }
}
