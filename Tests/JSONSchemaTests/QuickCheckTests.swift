import JSONCoding
import JSONSchema
import Testing

@Suite struct `The check on the bytes` {
    private func answer(_ schema: String, _ value: String) throws -> Bool? {
        let message = Array("{\"params\":{\"arguments\":\(value)},\"id\":1}".utf8)
        let start = "{\"params\":{\"arguments\":".utf8.count
        return try compiled(schema).accepts(message, at: start..<start + value.utf8.count)
    }

    static let tool = #"""
        {"$schema":"http://json-schema.org/draft-07/schema#","type":"object","title":"Search","properties":{
        "query":{"type":"string","description":"What to look for","minLength":2,"maxLength":20},
        "limit":{"type":"integer","minimum":1,"exclusiveMaximum":101,"default":10},"ratio":{"type":"number"},
        "status":{"type":"string","enum":["open","closed","a state with a long name","a state with a lame name"]},
        "deep":{"type":"boolean"},"owner":{"anyOf":[{"type":"string"},{"type":"null"}]},
        "tags":{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":3},
        "place":{"$ref":"#/definitions/Place"},"pattern":{"type":"string","pattern":"^a"},"free":{}},
        "definitions":{"Place":{"type":"object","properties":{"x":{"type":"number"},"next":{"$ref":"#/definitions/Place"}},
        "required":["x"]}},"required":["query"],"additionalProperties":false}
        """#

    @Test(
        arguments: [
            (#"{"query":"cats"}"#, true), ("{\n  \"query\" : \"cats\" ,\r\n\t\"limit\" : 25 }", true), (#"{ }"#, false),
            ("{}", false),
            (#"{"query":"c"}"#, false), (#"{"query":"ää"}"#, true), (#"{"query":"🐲"}"#, false),
            (#"{"query":"cats","more":1}"#, false),
            (#"{"query":"äääääääääääääääääääää"}"#, false), (#"{"query":"ääääääääääääääääääää"}"#, true),
            (#"{"query":"a\"b"}"#, nil), (#"{"qu\u0065ry":"cats"}"#, nil), (#"{"query":null}"#, false),
            (#"{"query":["cats"]}"#, false),
            (#"{"query":"cats","limit":1}"#, true), (#"{"query":"cats","limit":0}"#, false),
            (#"{"query":"cats","limit":100}"#, true),
            (#"{"query":"cats","limit":101}"#, false), (#"{"query":"cats","limit":-5}"#, false),
            (#"{"query":"cats","limit":1.0}"#, nil),
            (#"{"query":"cats","limit":1e1}"#, nil), (#"{"query":"cats","limit":1234567890123456789}"#, nil),
            (#"{"query":"cats","limit":"5"}"#, false),
            (#"{"query":"cats","ratio":-1.5e-300}"#, true), (#"{"query":"cats","ratio":5}"#, true),
            (#"{"query":"cats","ratio":true}"#, false),
            (#"{"query":"cats","status":"open"}"#, true), (#"{"query":"cats","status":"opem"}"#, false),
            (#"{"query":"cats","status":"closed"}"#, true),
            (#"{"query":"cats","status":"a state with a long name"}"#, true),
            (#"{"query":"cats","status":"a state with a wild name"}"#, false),
            (#"{"query":"cats","status":""}"#, false), (#"{"query":"cats","deep":true}"#, true),
            (#"{"query":"cats","deep":false}"#, true),
            (#"{"query":"cats","deep":null}"#, false), (#"{"query":"cats","owner":null}"#, true),
            (#"{"query":"cats","owner":"a\nb"}"#, true),
            (#"{"query":"cats","owner":1}"#, false), (#"{"query":"cats","tags":["a","b\\"]}"#, true),
            (#"{"query":"cats","tags":[]}"#, false),
            (#"{"query":"cats","tags":["a","b","c","d"]}"#, false), (#"{"query":"cats","tags":["a",1]}"#, false),
            (#"{"query":"cats","tags":{}}"#, false),
            (#"{"query":"cats","place":{"x":1,"y":[{}, "]"]}}"#, true), (#"{"query":"cats","place":{}}"#, false),
            (#"{"query":"cats","place":{"x":1,"next":{"x":2,"next":{"x":"3"}}}}"#, false),
            (#"{"query":"cats","place":{"x":1,"next":{"x":2}}}"#, true),
            (#"{"query":"cats","pattern":"abc"}"#, nil), (#"{"query":"cats","pattern":1}"#, false),
            (#"{"query":"cats","free":[{"a":"}\""},[[]],1.5,null,{}]}"#, true),
            (#"{"free":1,"query":"cats","free":2}"#, true),
            (#"{"query":"cats","query":1}"#, false), ("[]", false), ("null", false), ("\"query\"", false), ("7", false),
        ] as [(String, Bool?)])
    func `decides on the arguments of a usual tool`(value: String, isAccepted: Bool?) throws {
        #expect(try answer(Self.tool, value) == isAccepted)
        let verdict = try compiled(Self.tool).check(try json(value))
        if let isAccepted { #expect((verdict == .valid) == isAccepted) }
    }

    @Test(
        arguments: [
            ("true", "1", true), ("false", "1", false), ("{}", "[1]", true), (#"{"const":"a"}"#, #""a""#, true),
            (#"{"const":1}"#, "1", nil),
            (#"{"const":1}"#, #""a""#, false), (#"{"enum":["a",null]}"#, "null", true),
            (#"{"enum":["a",null]}"#, #""b""#, false),
            (#"{"enum":[]}"#, "1", false), (#"{"uniqueItems":true}"#, "[1]", nil),
            (#"{"uniqueItems":true}"#, "1", true),
            (#"{"minimum":0.5}"#, "1", nil), (#"{"multipleOf":2}"#, "1", nil),
            (#"{"type":["integer","string"]}"#, "3", true),
            (#"{"type":["integer","string"]}"#, "3.5", nil), (#"{"type":["integer","string"]}"#, "true", false),
            (#"{"oneOf":[{"type":"string"},{"type":"array","items":{"type":"null"}}]}"#, "[null]", true),
            (#"{"oneOf":[{"type":"string"},{"type":"array","items":{"type":"null"}}]}"#, "[1]", false),
            (#"{"anyOf":[{"type":"integer"},{"type":"number"}]}"#, "1", nil),
            (#"{"anyOf":[{"type":"string","pattern":"a"},{"type":"null"}]}"#, "null", true),
            (#"{"allOf":[{"type":"string"}]}"#, #""a""#, true), (#"{"allOf":[{"type":"string"}]}"#, "1", false),
            (#"{"not":{}}"#, "1", nil),
            (#"{"type":"object","maxProperties":1}"#, #"{"a":1,"b":2}"#, false),
            (#"{"type":"object","additionalProperties":{"type":"integer"}}"#, #"{"a":1,"b":2}"#, true),
            (#"{"type":"object","additionalProperties":{"type":"integer"}}"#, #"{"a":1,"b":"2"}"#, false),
            (#"{"required":["x"]}"#, #"{"":0}"#, false),
            (#"{"properties":{"":{"type":"null"}}}"#, #"{"":0}"#, false),
            (#"{"patternProperties":{"a":{}}}"#, "{}", nil),
        ] as [(String, String, Bool?)])
    func `decides what it knows and leaves the rest open`(schema: String, value: String, isAccepted: Bool?) throws {
        #expect(try answer(schema, value) == isAccepted)
    }

    @Test(arguments: [64, 65]) func `knows objects of up to 64 names`(count: Int) throws {
        let names = (0..<count).map { "property-\($0)" }
        let schema = "{\"required\":[\(names.map { "\"\($0)\"" }.joined(separator: ","))]}"
        let members = names.map { "\"\($0)\":1" }
        #expect(try answer(schema, "{\(members.joined(separator: ","))}") == (count <= 64 ? true : nil))
        #expect(try answer(schema, "{\(members.dropLast().joined(separator: ","))}") == (count <= 64 ? false : nil))
    }

    @Test func `says nothing about a range that is not one value`() throws {
        let bytes = Array(#"{"a":1},2"#.utf8)
        let schema = try compiled("{}")
        #expect(schema.accepts(bytes, at: 0..<7) == true)
        for range in [0..<6, 0..<8, 0..<9, 1..<7, 7..<9, 9..<9, 0..<0] {
            #expect(schema.accepts(bytes, at: range) == nil)
        }
        #expect(schema.accepts([], at: 0..<0) == nil)
    }

    @Test(arguments: [
        "{", "[", "\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":1", "[1,", "\\", "\"\\", "}", "]", ",", ":", "-",
        "{\"a\":1,}", "\0", "{\"a\" 1}",
    ])
    func `comes to an end on what is no JSON`(text: String) throws {
        // What would be taken for a value; the caller has validated.
        let loose = ["-", "{\"a\":1,}", "{\"a\" 1}"]
        for schema in [Self.tool, "{}", #"{"items":{"type":"integer"}}"#, #"{"properties":{"a":{"type":"integer"}}}"#] {
            let bytes = Array(text.utf8)
            #expect(try compiled(schema).accepts(bytes, at: 0..<bytes.count) != true || loose.contains(text))
        }
    }

    @Test func `says what the check of the tree says, for many schemas and values`() throws {
        var generator = SchemaGenerator(seed: 0x5EED)
        var (decided, accepted) = (0, 0)
        for _ in 0..<3_000 {
            let text = generator.schema(depth: 3)
            let schema = try SchemaCompiler.compile(text)
            for _ in 0..<8 {
                let value = generator.value(depth: 3)
                let bytes = JSONWriter.bytes(of: value)
                guard let isAccepted = schema.accepts(bytes, at: 0..<bytes.count) else { continue }
                decided += 1
                accepted += isAccepted ? 1 : 0
                #expect((schema.check(value) == .valid) == isAccepted, "\(JSONWriter.bytes(of: text)) \(bytes)")
            }
        }
        #expect(decided > 12_000)
        #expect(accepted > 2_000)
    }
}

/// Schemas and values of few names and amounts, so that they meet.
struct SchemaGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    private mutating func next(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((bits ^ bits >> 31) % UInt64(bound))
    }

    private mutating func pick<Element>(_ list: [Element]) -> Element { list[next(list.count)] }

    private mutating func name() -> String {
        pick(["a", "b", "cc", "a name of many letters", "a name of more letters", "é"])
    }

    mutating func value(depth: Int) -> JSONValue {
        switch next(depth > 0 ? 10 : 6) {
        case 0: return .null
        case 1: return .bool(next(2) == 0)
        case 2: return .number(JSONNumber(next(7) - 3))
        case 3:
            return .number(JSONNumber(validated: pick(["1.0", "1.5", "-2e0", "123456789012345678901", "0.5", "-0"])))
        case 4, 5: return .string(pick([name(), "", "\"", "x\ny"]))
        case 6: return .array((0..<next(4)).map { _ in value(depth: depth - 1) })
        default:
            return .object(
                JSONObject((0..<next(5)).map { _ in JSONObject.Member(name: name(), value: value(depth: depth - 1)) }))
        }
    }

    mutating func schema(depth: Int) -> JSONValue {
        if next(12) == 0 { return .bool(next(4) > 0) }
        var schema = JSONObject()
        if next(4) > 0 {
            schema["type"] = pick([
                "object", "object", "object", "array", "string", "integer", "number", "boolean", ["string", "null"],
            ])
        }
        for _ in 0..<next(4) { add(to: &schema, depth: depth) }
        return .object(schema)
    }

    private mutating func add(to schema: inout JSONObject, depth: Int) {
        let amount = JSONValue.number(JSONNumber(next(3)))
        switch next(depth > 0 ? 20 : 9) {
        case 0: schema["enum"] = .array((0..<next(4)).map { _ in .string(name()) })
        case 1: schema["minimum"] = amount
        case 2: schema["exclusiveMaximum"] = amount
        case 3: schema["minLength"] = amount
        case 4: schema["maxLength"] = amount
        case 5: schema["required"] = .array([.string(name())])
        case 6: schema["minItems"] = amount
        case 7: schema["maxProperties"] = amount
        case 8: schema["const"] = value(depth: 1)
        case 9, 10: schema["items"] = self.schema(depth: depth - 1)
        case 11: schema["additionalProperties"] = self.schema(depth: depth - 1)
        case 12: schema["anyOf"] = [self.schema(depth: depth - 1), self.schema(depth: depth - 1)]
        case 13: schema["oneOf"] = [self.schema(depth: depth - 1), ["type": "null"]]
        case 14: schema["allOf"] = [self.schema(depth: depth - 1)]
        case 15: schema["unevaluatedProperties"] = self.schema(depth: depth - 1)
        default:
            var properties = JSONObject()
            for _ in 0..<next(4) { properties[name()] = self.schema(depth: depth - 1) }
            schema["properties"] = .object(properties)
        }
    }
}
