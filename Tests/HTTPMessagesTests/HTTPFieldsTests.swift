import HTTPMessages
import Testing

@Suite struct `A set of fields` {
    private func sample() -> HTTPFields {
        var fields = HTTPFields()
        fields.append(.accept, literal: "application/json, text/event-stream;q=0.9")
        add("2026-07-28", as: .mcpProtocolVersion, to: &fields)
        #expect(appended("Access-Control-Request-Headers", " a,b\t", to: &fields))
        add("*/*", as: .accept, to: &fields)
        fields.append(.retryAfter, number: 1234567890)
        return fields
    }

    @Test func `keeps order and repeated names`() {
        let fields = sample()
        #expect(fields.count == 5)
        #expect(fields.count(.accept) == 2)
        #expect(fields.values(.accept) == ["application/json, text/event-stream;q=0.9", "*/*"])
        #expect(fields.first(.accept) == "application/json, text/event-stream;q=0.9")
        #expect(fields.first(.retryAfter) == "1234567890")
        #expect(fields.first(.host) == nil)
        #expect(fields.firstBytes(.mcpProtocolVersion) == bytes("2026-07-28"))
        var names: [String] = []
        fields.forEach { name, _ in names.append(String(decoding: copy(name), as: UTF8.self)) }
        #expect(
            names == ["accept", "mcp-protocol-version", "Access-Control-Request-Headers", "accept", "retry-after"])
    }

    @Test func `finds names in any case, long ones too`() {
        let fields = sample()
        #expect(fields.first(.accessControlRequestHeaders) == "a,b")
        #expect(!fields.contains(.accessControlRequestMethod))
        let shouted = fields.firstBytes(named: bytes("ACCEPT").span)
        let misspelt = fields.firstBytes(named: bytes("accepz").span)
        #expect(shouted == fields.firstBytes(.accept))
        #expect(misspelt == nil)
    }

    @Test(arguments: [
        "accept\u{00}", "mcp-protocol-versiom", "access-control-requesT-headerz", "access.control-request-headers",
    ])
    func `does not find what only resembles a name`(name: String) {
        var fields = HTTPFields()
        _ = appended(name, "x", to: &fields)
        for known in [FieldName.accept, .mcpProtocolVersion, .accessControlRequestHeaders] {
            #expect(!fields.contains(known))
        }
    }

    @Test(arguments: ["a\r\nb: c", "a\n", "\u{0}", "a\u{7F}"])
    func `takes no value that could break a line`(value: String) {
        var fields = HTTPFields()
        let asText = fields.append(.accept, value)
        let asBytes = appended("accept", value, to: &fields)
        #expect(!asText && !asBytes)
        #expect(fields.isEmpty)
    }

    @Test(arguments: ["", "a b", "a:", "a\r", "\u{E9}"])
    func `takes no name that is not a token`(name: String) {
        var fields = HTTPFields()
        #expect(!appended(name, "x", to: &fields))
        #expect(fields.isEmpty)
    }

    @Test func `compares a value only when it is the only one`() {
        var fields = sample()
        #expect(fields.valueEquals(.mcpProtocolVersion, "2026-07-28"))
        #expect(!fields.valueEquals(.mcpProtocolVersion, "2026-07-2"))
        #expect(!fields.valueEquals(.host, "a"))
        #expect(!fields.valueEquals(.accept, "*/*"))
        fields.append(.connection, literal: "Close")
        #expect(fields.valueEquals(.connection, "close", ignoringCase: true))
        #expect(!fields.valueEquals(.connection, "close"))
    }

    @Test func `finds a member of a list without its parameters`() {
        let fields = sample()
        #expect(fields.listContains(.accept, "text/event-stream"))
        #expect(fields.listContains(.accept, "APPLICATION/json"))
        #expect(fields.listContains(.accept, "*/*"))
        #expect(!fields.listContains(.accept, "text/event"))
        #expect(!fields.listContains(.accept, "q=0.9"))
    }

    @Test func `removes all of a name and nothing else`() {
        var fields = sample()
        fields.removeAll(.accept)
        #expect(fields.count == 3)
        #expect(!fields.contains(.accept))
        #expect(fields.first(.mcpProtocolVersion) == "2026-07-28")
    }

    @Test func `removes what concerns one connection only, and what Connection lists`() {
        var fields = HTTPFields()
        for name in ["Keep-Alive", "TE", "Trailer", "Upgrade", "Proxy-Connection", "X-Mine", "X-Yours", "Accept"] {
            #expect(appended(name, "x", to: &fields))
        }
        add("close, x-MINE", as: .connection, to: &fields)
        fields.removeHopByHop()
        #expect(fields.debugDescription == "X-Yours, Accept")
    }

    @Test func `takes over what a filter wants`() {
        var fields = HTTPFields()
        fields.append(contentsOf: sample()) { name, _ in name.count == 6 }
        #expect(fields.values(.accept).count == 2)
        #expect(fields.count == 2)
    }

    @Test func `shows no values in a debugger, because one may be a credential`() {
        var fields = HTTPFields()
        add("Bearer secret", as: .authorization, to: &fields)
        #expect(fields.debugDescription == "authorization")
    }
}

private func add(_ value: String, as name: FieldName, to fields: inout HTTPFields) {
    let isAppended = fields.append(name, value)
    #expect(isAppended)
}

/// Appends a field whose name comes from elsewhere; tells whether it was valid.
func appended(_ name: String, _ value: String, to fields: inout HTTPFields) -> Bool {
    fields.append(nameBytes: bytes(name).span, bytes: bytes(value).span)
}

/// The bytes of a span that is only lent.
func copy(_ span: Span<UInt8>) -> [UInt8] {
    var copied: [UInt8] = []
    for index in span.indices { copied.append(span[index]) }
    return copied
}
