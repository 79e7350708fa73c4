import JSONCoding
import Testing

@Suite struct `A JSON scanner` {
    enum Slot {
        static let method = 0
        static let params = 1
        static let name = 2
        static let meta = 3
        static let version = 4
        static let capabilities = 5
        static let cursor = 6
    }

    static let scanner = JSONScanner(
        query: JSONQuery([
            JSONQuery.Member("method", slot: Slot.method, isUnique: true),
            JSONQuery.Member(
                "params", slot: Slot.params, isUnique: true,
                members: [
                    JSONQuery.Member("name", slot: Slot.name, isUnique: true),
                    JSONQuery.Member("cursor", slot: Slot.cursor),
                    JSONQuery.Member(
                        "_meta", slot: Slot.meta, isUnique: true,
                        members: [
                            JSONQuery.Member(
                                "io.modelcontextprotocol/protocolVersion", slot: Slot.version, isUnique: true),
                            JSONQuery.Member("io.modelcontextprotocol/clientCapabilities", slot: Slot.capabilities),
                        ]),
                ]),
        ]))

    private func find(_ slot: Int, in text: String) throws -> String? {
        try Self.scanner.scan(bytes(text))[slot].map { String(decoding: bytes(text)[$0.range], as: UTF8.self) }
    }

    @Test func `finds the wanted members and nothing else`() throws {
        let text = #"""
            { "other" : { "method" : 1 }, "params" : { "_meta" : { "io.modelcontextprotocol/protocolVersion" : "2026-07-28" ,
            "io.modelcontextprotocol/clientCapabilities":{"a":[1]}, "io.modelcontextprotocol/clientCapabilitiez":2 },
            "name" : "é\n", "cursor": null, "params":{"name":1} } , "method" : "tools/call" }
            """#
        #expect(try find(Slot.method, in: text) == #""tools/call""#)
        #expect(try find(Slot.name, in: text) == #""é\n""#)
        #expect(try find(Slot.cursor, in: text) == "null")
        #expect(try find(Slot.version, in: text) == #""2026-07-28""#)
        #expect(try find(Slot.capabilities, in: text) == #"{"a":[1]}"#)
        let findings = try Self.scanner.scan(bytes(text))
        #expect(findings[Slot.params]?.kind == .object)
        #expect(findings[Slot.name]?.hasEscape == true)
        #expect(findings[Slot.name]?.string(in: bytes(text)) == "é\n")
        #expect(findings[Slot.method]?.hasEscape == false)
    }

    @Test(arguments: [
        ("{}", JSONKind.object), ("[]", .array), (#""method""#, .string), ("-1", .number), ("true", .bool),
        ("null", .null),
    ]) func `says what the message is`(text: String, kind: JSONKind) throws {
        let findings = try Self.scanner.scan(bytes(text))
        #expect(findings.rootKind == kind)
        #expect(findings[Slot.method] == nil)
    }

    @Test func `wants nothing inside of arrays`() throws {
        let text = #"[{"method":"a"}]"#
        #expect(try find(Slot.method, in: text) == nil)
        #expect(try find(Slot.name, in: #"{"params":[{"name":"a"}]}"#) == nil)
    }

    @Test(arguments: [#"m\u0065thod"#, #"\u006d\u0065\u0074\u0068\u006f\u0064"#, #"metho\u0064"#])
    func `reads escaped names as any other reader will`(name: String) throws {
        #expect(try find(Slot.method, in: #"{"\#(name)":"x"}"#) == #""x""#)
    }

    @Test(arguments: [
        (#"{"method":"a","method":"b"}"#, "method", 14), (#"{"method":"a","m\u0065thod":"b"}"#, "method", 14),
        (#"{"m\u0065thod":"a","method":"b"}"#, "method", 19), (#"{"params":{},"params":{}}"#, "params", 13),
        (#"{"params":{"name":1,"\u006eame":1}}"#, "name", 20), (#"{"params":1,"params":2}"#, "params", 12),
    ]) func `refuses a unique member that stands twice`(text: String, name: String, offset: Int) {
        let refusal = JSONError(fault: .duplicateMember(name: name), offset: offset)
        #expect(throws: refusal) { try Self.scanner.scan(bytes(text)) }
    }

    @Test func `takes the last of another member and leaves unwanted duplicates alone`() throws {
        #expect(try find(Slot.cursor, in: #"{"params":{"cursor":1,"cursor":2,"x":1,"x":2}}"#) == "2")
        #expect(try find(Slot.method, in: #"{"method":"a","x":{"method":1,"method":2}}"#) == #""a""#)
    }

    @Test func `finds a name that ends the text's last eight bytes`() throws {
        let scanner = JSONScanner(query: JSONQuery([JSONQuery.Member("a", slot: 23), JSONQuery.Member("", slot: 0)]))
        #expect(try scanner.scan(bytes(#"{"a":1}"#))[23]?.range == 5..<6)
        #expect(try scanner.scan(bytes(#"{"":1}"#))[0]?.range == 4..<5)
        #expect(try scanner.scan(bytes(#"{"b":1}"#))[23] == nil)
    }

    @Test func `tells long names apart by their middles`() throws {
        let names = (0..<3).map { "a-long-beginning-\($0)-a-long-end" }
        let query = JSONQuery(names.enumerated().map { JSONQuery.Member($0.element, slot: $0.offset) })
        for (slot, name) in names.enumerated() {
            let findings = try JSONScanner(query: query).scan(bytes("{\"\(name)\":0}"))
            #expect((0..<3).filter { findings[$0] != nil } == [slot])
        }
    }

    @Test func `compares what it found without decoding it`() throws {
        let text = bytes(#"{"method":"tools/call","params":{"name":"tools\/call"}}"#)
        let findings = try Self.scanner.scan(text)
        for slot in [Slot.method, Slot.name] {
            let finding = try #require(findings[slot])
            #expect(finding.isString("tools/call", in: text))
            #expect(!finding.isString("tools/list", in: text))
            #expect(!finding.isString("tools/cal", in: text))
            let isSame = finding.isString(bytes("tools/call").span, in: text.span)
            #expect(isSame)
            let names = JSONNames(["ping", "tools/call"])
            #expect(finding.index(in: names, message: text) == 1)
        }
        #expect(findings[Slot.params]?.isString("", in: text) == false)
    }

    @Test func `keeps the limits of its findings to itself when they are used with another message`() throws {
        let text = bytes(#"{"method":"tools\/call"}"#)
        let finding = try #require(try Self.scanner.scan(text)[Slot.method])
        for other in [[], bytes(#"{"method":"tools\"#), bytes(#"{"method":"tools\u00"#)] {
            _ = finding.string(in: other)
            #expect(!finding.isString("tools/call", in: other))
        }
    }
}

@Suite struct `A set of names` {
    @Test func `finds each of its own by its bytes`() {
        let spellings = [
            "", "a", "ab", "sevenby", "eightbyt", "ninebytes", "sixteen-bytes-xx", "seventeen-bytes-x", "é",
        ]
        let names = JSONNames(spellings)
        for (index, spelling) in spellings.enumerated() {
            let own = names.index(of: bytes(spelling).span)
            let longer = names.index(of: bytes(spelling + "x").span)
            #expect(own == index)
            #expect(longer == nil)
        }
    }
}
