import JSONCoding
import JSONSchema
import Testing

@Suite struct `The schema compiler` {
    @Test(arguments: [
        ("3", "", "a schema: an object, true or false"),
        (#"{"properties":{"a/b":{"items":3}}}"#, "/properties/a~1b/items", "a schema: an object, true or false"),
        (
            #"{"type":"text"}"#, "/type",
            #"one of "string", "number", "integer", "boolean", "array", "object", "null", or an array of them"#
        ),
        (
            #"{"allOf":[{},{"type":[]}]}"#, "/allOf/1/type",
            #"one of "string", "number", "integer", "boolean", "array", "object", "null", or an array of them"#
        ),
        (#"{"enum":"a"}"#, "/enum", "an array of the allowed values"),
        (#"{"minimum":"3"}"#, "/minimum", "a number"),
        (#"{"exclusiveMinimum":true}"#, "/exclusiveMinimum", "a number"),
        (#"{"multipleOf":0}"#, "/multipleOf", "a number above 0"),
        (#"{"multipleOf":-1}"#, "/multipleOf", "a number above 0"),
        (#"{"minLength":-1}"#, "/minLength", "a whole number of 0 or more"),
        (#"{"maxItems":1.5}"#, "/maxItems", "a whole number of 0 or more"),
        (#"{"minContains":"1"}"#, "/minContains", "a whole number of 0 or more"),
        (#"{"pattern":1}"#, "/pattern", "a string with a regular expression"),
        (#"{"required":"a"}"#, "/required", "an array of names"),
        (#"{"required":[1]}"#, "/required", "an array of names"),
        (#"{"dependentRequired":{"a":"b"}}"#, "/dependentRequired/a", "an array of names"),
        (#"{"dependencies":[]}"#, "/dependencies", "an object whose members are arrays of names"),
        (#"{"properties":[]}"#, "/properties", "an object whose members are schemas"),
        (#"{"allOf":[]}"#, "/allOf", "an array of at least one schema"),
        (#"{"anyOf":{}}"#, "/anyOf", "an array of at least one schema"),
        (#"{"uniqueItems":1}"#, "/uniqueItems", "true or false"),
        (#"{"$ref":1}"#, "/$ref", "a string with a URI reference"),
        (#"{"$id":1}"#, "/$id", "a string with a URI"),
        (#"{"$anchor":1}"#, "/$anchor", "a string with a name"),
        (#"{"$schema":1}"#, "/$schema", "a string with the URI of a metaschema"),
        (
            #"{"$defs":{"unused":{"type":1}}}"#, "/$defs/unused/type",
            #"one of "string", "number", "integer", "boolean", "array", "object", "null", or an array of them"#
        ),
    ])
    func `says where a schema is wrong and what to write instead`(
        schema: String, place: String, expected: String
    ) throws {
        #expect(throws: SchemaFault.wrongValue(place: place, expected: expected)) { try compiled(schema) }
    }

    @Test(arguments: ["#/nowhere", "#/$defs/b", "#name", "#/allOf/7", "#/allOf/x", "#%", "#/type/0"])
    func `refuses a reference to nothing`(reference: String) throws {
        let schema = #"{"$ref":"\#(reference)","type":"object","allOf":[{}],"$defs":{"a":{}}}"#
        #expect(throws: SchemaFault.unresolvedReference(place: "/$ref", reference: reference)) { try compiled(schema) }
    }

    @Test(arguments: [
        (
            #"{"properties":{"a":{"$ref":"https://example.com/a.json#/b"}}}"#, "/properties/a/$ref",
            SchemaFault.Obstacle.remoteReference("https://example.com/a.json")
        ),
        (#"{"items":{"$ref":"other.json"}}"#, "/items/$ref", .remoteReference("other.json")),
        (#"{"$dynamicRef":"other.json#a"}"#, "/$dynamicRef", .remoteReference("other.json")),
        (
            #"{"$schema":"http://json-schema.org/draft-04/schema#"}"#, "/$schema",
            .unknownDialect("http://json-schema.org/draft-04/schema#")
        ),
        (#"{"items":{"$id":"a","$schema":"urn:x"}}"#, "/items/$schema", .unknownDialect("urn:x")),
    ])
    func `says that a schema cannot be checked when part of it is elsewhere`(
        schema: String, place: String, obstacle: SchemaFault.Obstacle
    ) throws {
        #expect(throws: SchemaFault.cannotBeChecked(place: place, obstacle: obstacle)) { try compiled(schema) }
    }

    @Test(arguments: [
        (#"{"pattern":"^(?=a)b"}"#, "/pattern", SchemaRemark.Kind.undecidedPattern("^(?=a)b", .lookAround)),
        (
            #"{"patternProperties":{"(a)\\1":{}}}"#, #"/patternProperties/(a)\1"#,
            .undecidedPattern(#"(a)\1"#, .backReference)
        ),
        (#"{"multipleOf":1234567890123456789012345678901234567}"#, "/multipleOf", .undecidedDivisor(digitsMax: 36)),
        (
            #"{"$defs":{"a":{"$ref":"https://example.com/"}}}"#, "/$defs/a/$ref",
            .remoteReference("https://example.com/")
        ),
        (#"{"$defs":{"a":{"$id":"b","$schema":"urn:x"}}}"#, "/$defs/a/$schema", .unknownDialect("urn:x")),
        (#"{"items":[{},{}]}"#, "/items", .olderForm(keyword: "items", newer: "prefixItems")),
    ])
    func `remarks on what works differently, and goes on`(
        schema: String, place: String, kind: SchemaRemark.Kind
    ) throws {
        let remarks = try compiled(schema).remarks
        #expect(remarks.map(\.place) == [place])
        #expect(remarks.map(\.kind) == [kind])
        for remark in remarks { #expect(remark.reason.hasSuffix(".") && remark.reason.contains(place)) }
    }

    @Test func `has nothing to remark on an ordinary schema`() throws {
        #expect(try compiled(#"{"type":"object","format":"x","title":"t","x-own":[1]}"#).remarks.isEmpty)
    }

    @Test(arguments: [
        ("", true), (#""$schema":"https://json-schema.org/draft/2020-12/schema","#, true),
        (#""$schema":"http://json-schema.org/schema#","#, true),
        (#""$schema":"http://json-schema.org/draft-07/schema#","#, false),
        (#""$schema":"http://json-schema.org/draft-07/schema","#, false),
        (#""$schema":"https://json-schema.org/draft-06/schema#","#, false),
    ])
    func `reads a schema by the dialect that it names, or by the newest`(word: String, isNewest: Bool) throws {
        let schema = try compiled("{\(word)\"dependentRequired\":{\"a\":[\"b\"]}}")
        #expect(try schema.complaints(about: #"{"a":1}"#).isEmpty == !isNewest)
    }

    /// RFC 3986 section 5.4: from the base `http://a/b/c/d;p?q`.
    @Test(arguments: [
        ("g:h", "g:h"), ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"),
        ("/g", "http://a/g"), ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
        ("g#s", "http://a/b/c/g"), (";x", "http://a/b/c/;x"), (".", "http://a/b/c/"), ("./", "http://a/b/c/"),
        ("..", "http://a/b/"), ("../", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"),
        ("../../g", "http://a/g"), ("../../../g", "http://a/g"), ("/./g", "http://a/g"), ("/../g", "http://a/g"),
        ("g.", "http://a/b/c/g."), ("..g", "http://a/b/c/..g"), ("./../g", "http://a/b/g"),
        ("g/./h", "http://a/b/c/g/h"),
        ("g/../h", "http://a/b/c/h"), ("g?y/../x", "http://a/b/c/g?y/../x"),
    ])
    func `resolves references as RFC 3986 has it`(reference: String, uri: String) throws {
        let schema = #"{"$id":"http://a/b/c/d;p?q","$ref":"\#(reference)"}"#
        let document = try json(#"{"type":"null","$anchor":"s"}"#)
        let compiled = try SchemaCompiler.compile(try json(schema), documents: [uri: document])
        #expect(compiled.check(.null) == .valid)
        #expect(compiled.check(.bool(true)) != .valid)
    }

    @Test func `gives faults that are sentences`() {
        let faults: [SchemaFault] = [
            .wrongValue(place: "/type", expected: "x"), .unresolvedReference(place: "", reference: "#a"),
            .cannotBeChecked(place: "/$ref", obstacle: .remoteReference("u")),
            .cannotBeChecked(place: "/$schema", obstacle: .unknownDialect("u")), .tooDeep(place: "/a", limit: 3),
            .tooManySubschemas(place: "/a", limit: 3),
        ]
        for fault in faults {
            #expect(fault.reason.hasPrefix("The schema") && fault.reason.hasSuffix("."))
            #expect(fault.reason.contains(fault.place))
        }
    }
}
