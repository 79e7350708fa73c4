import JSONCoding
import JSONSchema
import Testing

@Suite struct `The limits of a schema` {
    private func nested(_ depth: Int) -> JSONValue {
        (0..<depth).reduce(into: JSONValue.object([:])) { schema, _ in schema = ["items": schema] }
    }

    @Test(arguments: [5, 128]) func `hold for subschemas inside each other`(depth: Int) throws {
        let small = limits { $0.depth = depth }
        #expect(throws: Never.self) { try SchemaCompiler.compile(nested(depth - 1), limits: small) }
        #expect {
            try SchemaCompiler.compile(nested(depth), limits: small)
        } throws: {
            if case .tooDeep(_, depth) = $0 as? SchemaFault { true } else { false }
        }
    }

    @Test func `stand a schema that is 10,000 levels deep`() {
        for word in ["items", "not", "additionalProperties"] {
            let schema = (0..<10_000).reduce(into: JSONValue.bool(true)) { schema, _ in
                schema = .object(JSONObject([JSONObject.Member(name: word, value: schema)]))
            }
            #expect {
                try SchemaCompiler.compile(schema)
            } throws: {
                if case .tooDeep(_, 128) = $0 as? SchemaFault { true } else { false }
            }
        }
    }

    @Test func `hold for the depth of the values of an enum`() throws {
        func nested(_ depth: Int) -> JSONValue { (0..<depth).reduce(into: 1) { value, _ in value = [value] } }
        #expect(throws: Never.self) { try SchemaCompiler.compile(["const": nested(127)]) }
        #expect(throws: SchemaFault.tooDeep(place: "/const", limit: 128)) {
            try SchemaCompiler.compile(["const": nested(128)])
        }
    }

    @Test func `hold for the number of subschemas`() throws {
        let small = limits { $0.subschemas = 4 }
        #expect(throws: Never.self) { try compiled(#"{"anyOf":[true,true,true]}"#, small) }
        #expect(throws: SchemaFault.tooManySubschemas(place: "/anyOf/3", limit: 4)) {
            try compiled(#"{"anyOf":[true,true,true,true]}"#, small)
        }
    }

    @Test func `stand a list of 100,000 subschemas`() {
        #expect(throws: SchemaFault.tooManySubschemas(place: "/allOf/9999", limit: 10_000)) {
            try SchemaCompiler.compile(["allOf": .array([JSONValue](repeating: true, count: 100_000))])
        }
    }

    @Test func `stand a chain of references`() throws {
        let count = 9_000
        var defs = JSONObject()
        for index in 0..<count {
            defs.members.append(
                JSONObject.Member(name: "d\(index)", value: ["$ref": .string("#/$defs/d\(index + 1)")]))
        }
        defs.members.append(JSONObject.Member(name: "d\(count)", value: ["type": "null"]))
        let schema = try SchemaCompiler.compile(["$defs": .object(defs), "$ref": "#/$defs/d0"])
        #expect(schema.check(.null) == .undecided(.tooDeep(limit: 256)))
        #expect(schema.accepts(Array("null".utf8), at: 0..<4) == nil)
    }

    @Test func `hold for the number of remarks`() throws {
        for count in [100, 101] {
            let schemas = [JSONValue](repeating: ["pattern": "(?=a)"], count: count)
            #expect(try SchemaCompiler.compile(["allOf": .array(schemas)]).remarks.count == SchemaRemark.countMax)
        }
    }

    @Test func `stand a remark below a long name`() throws {
        let name = String(repeating: "n", count: 1 << 20)
        let schema: JSONValue = .object(
            JSONObject([
                JSONObject.Member(
                    name: "properties",
                    value: .object(
                        JSONObject([
                            JSONObject.Member(name: name, value: ["pattern": "("])
                        ])))
            ]))
        let remarks = try SchemaCompiler.compile(schema).remarks
        #expect(remarks.count == 1)
        #expect(remarks.allSatisfy { $0.place.utf8.count < 200 })
    }

    @Test func `stand many long names on one path`() throws {
        let name = String(repeating: "n", count: 1 << 20)
        let leaves = JSONObject((0..<5_000).map { JSONObject.Member(name: "l\($0)", value: true) })
        let schema: JSONValue = [
            "properties": .object(JSONObject([JSONObject.Member(name: name, value: ["properties": .object(leaves)])]))
        ]
        #expect(try SchemaCompiler.compile(schema).check([:]) == .valid)
    }
}

@Suite struct `The limits of a check` {
    @Test func `hold for the steps`() throws {
        let schema = try compiled(#"{"items":{"type":"null"}}"#)
        let value = JSONValue.array([.null, .null, .null])
        #expect(schema.check(value, limits: limits { $0.steps = 4 }) == .valid)
        #expect(schema.check(value, limits: limits { $0.steps = 3 }) == .undecided(.tooManySteps(limit: 3)))
    }

    @Test func `hold for subschemas inside each other`() throws {
        let schema = try compiled(#"{"items":{"items":{}}}"#)
        #expect(schema.check([[1]], limits: limits { $0.checkDepth = 3 }) == .valid)
        #expect(schema.check([[1]], limits: limits { $0.checkDepth = 2 }) == .undecided(.tooDeep(limit: 2)))
    }

    @Test(arguments: [
        ##"{"$ref":"#"}"##, ##"{"allOf":[{"$ref":"#"}]}"##, ##"{"anyOf":[{"$ref":"#"}]}"##, ##"{"not":{"$ref":"#"}}"##,
        ##"{"if":{"$ref":"#"}}"##,
        ##"{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a"}"##,
        ##"{"$dynamicAnchor":"a","$dynamicRef":"#a"}"##, ##"{"dependentSchemas":{"a":{"$ref":"#"}}}"##,
    ])
    func `stop a schema that refers to itself without end`(text: String) throws {
        let schema = try compiled(text)
        #expect(schema.check(["a": 1]) == .undecided(.tooDeep(limit: 256)))
        #expect(schema.accepts(Array(#"{"a":1}"#.utf8), at: 0..<7) == nil)
    }

    @Test(arguments: ["allOf", "anyOf", "oneOf"]) func `stop a schema that doubles with each level`(word: String) throws
    {
        // Each level refers to the next one twice: 2^40 ways to the last.
        var defs = JSONObject()
        for index in 0..<40 {
            let next: JSONValue = ["$ref": .string("#/$defs/d\(index + 1)")]
            defs.members.append(JSONObject.Member(name: "d\(index)", value: [word: [next, next]]))
        }
        defs.members.append(JSONObject.Member(name: "d40", value: word == "allOf" ? true : false))
        let schema = try SchemaCompiler.compile(["$defs": .object(defs), "$ref": "#/$defs/d0"])
        #expect(schema.check(1) == .undecided(.tooManySteps(limit: 500_000)))
    }

    @Test func `do not turn a verdict into a doubt while it is explained`() throws {
        // Deciding stops at the first item that is wrong; saying why looks at all forms, and has not the steps for it.
        let forms = (0..<300).map { "{\"properties\":{\"a\":{\"const\":\($0)}},\"required\":[\"b\"]}" }.joined(
            separator: ",")
        let schema = try compiled("{\"anyOf\":[\(forms)]}")
        let value = try json(#"{"a":-1}"#)
        var (low, steps) = (0, 100_000)
        while steps - low > 1 {
            let middle = (low + steps) / 2
            let isEnough =
                schema.check(value, limits: limits { $0.steps = middle }) != .undecided(.tooManySteps(limit: middle))
            if isEnough { steps = middle } else { low = middle }
        }
        guard case .invalid(let violations) = schema.check(value, limits: limits { $0.steps = steps }) else {
            Issue.record("not decided")
            return
        }
        #expect(violations.count > 0)
    }

    @Test func `leave room for a large value`() throws {
        let schema = try compiled(
            #"{"items":{"properties":{"a":{"type":"integer"}},"required":["a"]},"uniqueItems":true}"#)
        let value = JSONValue.array((0..<80_000).map { ["a": .number(JSONNumber($0))] })
        #expect(schema.check(value) == .valid)
    }

    @Test func `stand a value that is nested deeper than a parser would let it be`() throws {
        let value = (0..<5_000).reduce(into: JSONValue.null) { value, _ in value = [value] }
        #expect(try compiled(##"{"items":{"$ref":"#"}}"##).check(value) == .undecided(.tooDeep(limit: 256)))
        #expect(try compiled(#"{"const":1}"#).check(value) == .undecided(.tooDeep(limit: 256)))
        #expect(try compiled(#"{"uniqueItems":true}"#).check([value]) == .undecided(.tooDeep(limit: 256)))
        #expect(try compiled(#"{"type":"array"}"#).check(value) == .valid)
    }

    @Test func `stand a number with as many digits as the parser takes, many times`() throws {
        let schema = try compiled(#"{"items":{"multipleOf":7,"minimum":0}}"#)
        let number = "7" + String(repeating: "0", count: 1_000)
        let value = try json("[" + [String](repeating: number, count: 1_000).joined(separator: ",") + "]")
        #expect(schema.check(value) == .valid)
    }

    @Test func `are told in sentences`() {
        for doubt in [SchemaDoubt.tooManySteps(limit: 3), .tooDeep(limit: 3)] { #expect(doubt.reason.hasSuffix(".")) }
    }
}

@Suite struct `The steps of a check` {
    /// What is done once for each member, element or name must be paid for, or a large schema and a large value multiply.
    @Test(arguments: [
        ("many names", #"{"items":{"properties":{NAMES}}}"#, "[OBJECTS]"),
        ("many open patterns", #"{"patternProperties":{PATTERNS}}"#, "{MEMBERS}"),
        ("many marks", #"{"allOf":[EMPTY],"unevaluatedProperties":true}"#, "{MEMBERS}"),
    ])
    func `are counted where two large things meet`(name: String, schema: String, value: String) throws {
        func joined(_ count: Int, _ text: (Int) -> String) -> String { (0..<count).map(text).joined(separator: ",") }
        var texts = [schema, value]
        for (word, replacement) in [
            ("NAMES", joined(9_000) { "\"n\($0)\":true" }), ("PATTERNS", joined(5_000) { "\"(?=\($0))\":true" }),
            ("EMPTY", joined(5_000) { _ in "{}" }),
            ("OBJECTS", joined(20_000) { _ in "{\"m\":0}" }), ("MEMBERS", joined(20_000) { "\"m\($0)\":0" }),
        ] {
            texts = texts.map {
                $0.split(separator: word, omittingEmptySubsequences: false).joined(separator: replacement)
            }
        }
        let verdict = try compiled(texts[0]).check(try json(texts[1]))
        #expect(verdict == .undecided(.tooManySteps(limit: 500_000)), "\(name)")
    }
}
