import JSONCoding
import JSONSchema
import Testing

/// A schema, a value, and the sentences about it.
struct Complaint: CustomTestStringConvertible, Sendable {
    let schema: String
    let value: String
    let sentences: [String]

    var testDescription: String { "\(value) against \(schema)" }

    init(_ schema: String, _ value: String, _ sentences: String...) {
        (self.schema, self.value, self.sentences) = (schema, value, sentences)
    }

    static let all: [Complaint] = scalars + containers + forms

    private static let scalars: [Complaint] = [
        Complaint(#"{"type":"integer"}"#, #""abc""#, #"the value must be an integer, but is the string "abc""#),
        Complaint(#"{"type":"integer"}"#, "1.5", "the value must be an integer, but is the number 1.5"),
        Complaint(#"{"type":["string","null"]}"#, "[]", "the value must be a string or null, but is an empty array"),
        Complaint(
            #"{"type":["array","object","boolean"]}"#, "null",
            "the value must be a boolean, an array or an object, but is null"),
        Complaint(#"{"type":"number"}"#, #"{"a":1}"#, "the value must be a number, but is an object with 1 field"),
        Complaint(
            #"{"enum":["a","b",3]}"#, #""c""#, #"the value must be one of: "a", "b", 3, but is "c""#),
        Complaint(#"{"const":true}"#, "false", "the value must be true, but is false"),
        Complaint(#"{"minimum":3}"#, "2", "the value must be at least 3, but is 2"),
        Complaint(#"{"maximum":0.05}"#, "1e2", "the value must be at most 0.05, but is 1e2"),
        Complaint(#"{"exclusiveMinimum":-100}"#, "-100", "the value must be greater than -100, but is -100"),
        Complaint(#"{"exclusiveMaximum":1e40}"#, "1e40", "the value must be less than 1e40, but is 1e40"),
        Complaint(#"{"multipleOf":0.01}"#, "0.015", "the value must be a multiple of 0.01, but is 0.015"),
        Complaint(#"{"minLength":1}"#, #""""#, "the value must have at least 1 character, but has 0"),
        Complaint(#"{"maxLength":2}"#, #""ä🐲é""#, "the value must have at most 2 characters, but has 3"),
        Complaint(
            #"{"pattern":"^[a-z]+$"}"#, #""A\n""#, #"the value must match the pattern ^[a-z]+$, but is "A\n""#),
    ]

    private static let containers: [Complaint] = [
        Complaint(
            #"{"properties":{"items":{"items":{"properties":{"name":{"type":"string"}}}}}}"#,
            #"{"items":[{},{},{"name":7}]}"#, "items[2].name must be a string, but is the number 7"),
        Complaint(
            #"{"properties":{"odd name":{"items":{"minimum":1}}}}"#, #"{"odd name":[0]}"#,
            #"["odd name"][0] must be at least 1, but is 0"#),
        Complaint(#"{"required":["a","b"]}"#, #"{"c":1}"#, "a is required", "b is required"),
        Complaint(
            #"{"properties":{"a":true,"b":true},"additionalProperties":false}"#, #"{"c":1}"#,
            "c is not allowed; known here: a, b"),
        Complaint(#"{"additionalProperties":{"type":"null"}}"#, #"{"c":1}"#, "c must be null, but is the number 1"),
        Complaint(#"{"properties":{"a":false}}"#, #"{"a":1}"#, "a is not allowed"),
        Complaint(#"{"unevaluatedProperties":false}"#, #"{"a":1}"#, "a is not allowed"),
        Complaint(#"{"propertyNames":{"maxLength":1}}"#, #"{"ab":1}"#, "ab is not an allowed name"),
        Complaint(#"{"dependentRequired":{"a":["b"]}}"#, #"{"a":1}"#, "b is required when a is given"),
        Complaint(#"{"minProperties":1}"#, "{}", "the value must have at least 1 field, but has 0"),
        Complaint(#"{"maxProperties":1}"#, #"{"a":1,"b":2}"#, "the value must have at most 1 field, but has 2"),
        Complaint(#"{"minItems":2}"#, "[1]", "the value must have at least 2 items, but has 1"),
        Complaint(#"{"maxItems":0}"#, "[1]", "the value must have at most 0 items, but has 1"),
        Complaint(
            #"{"uniqueItems":true}"#, #"[1,"1",{"a":1,"b":2},{"b":2.0,"a":1e0}]"#,
            "the value must not have an item twice, but [2] and [3] are equal"),
        Complaint(
            #"{"contains":{"type":"null"}}"#, "[1]",
            "the value must contain at least 1 matching item, but has 0"),
    ]

    private static let forms: [Complaint] = [
        Complaint(
            #"{"anyOf":[{"type":"string"},{"type":"null"}]}"#, "5",
            "the value must be a string or null, but is the number 5"),
        Complaint(
            ##"{"anyOf":[{"$ref":"#/$defs/text"},{"type":"null"}],"$defs":{"text":{"type":"string","minLength":2}}}"##,
            #""a""#, "the value must have at least 2 characters, but has 1"),
        Complaint(
            #"{"oneOf":[{"properties":{"kind":{"const":"a"}}},{"properties":{"kind":{"const":"b"},"size":{"minimum":1}}}]}"#,
            #"{"kind":"b","size":0}"#, "the value has none of the 2 allowed forms; for the closest one:",
            #"kind must be "a", but is "b""#),
        Complaint(
            #"{"oneOf":[{"minimum":1},{"minimum":2}]}"#, "3",
            "the value must have exactly one of 2 forms, but has 2 of them"),
        Complaint(
            #"{"not":{"type":"string"}}"#, #""a""#, "the value must not be as it is: the schema forbids it (not)"),
        Complaint(
            #"{"if":{"required":["a"]},"then":{"required":["b"]},"else":{"required":["c"]}}"#, #"{"a":1}"#,
            "b is required"),
        Complaint("false", "1", "the value is not allowed"),
    ]
}

@Suite struct `A violation of a schema` {
    @Test(arguments: Complaint.all) func `says where it is and what is wrong`(example: Complaint) throws {
        #expect(try compiled(example.schema).complaints(about: example.value) == example.sentences)
    }

    @Test func `calls the value what the caller calls it`() throws {
        guard case .invalid(let violations) = try compiled(#"{"type":"object"}"#).check(.array([])) else {
            Issue.record("accepted")
            return
        }
        #expect(violations.first?.sentence(whole: "arguments") == "arguments must be an object, but is an empty array")
        #expect(violations.first?.path == "")
    }

    @Test(arguments: [4, 5, 6, 50]) func `comes with at most four others`(count: Int) throws {
        let value = JSONValue.array([JSONValue](repeating: .string("x"), count: count))
        guard case .invalid(let violations) = try compiled(#"{"items":{"type":"null"}}"#).check(value) else {
            Issue.record("accepted")
            return
        }
        #expect(SchemaVerdict.violationsMax == 5)
        #expect(violations.count == min(count, 5))
    }

    @Test func `shortens what is long`() throws {
        let long = String(repeating: "x", count: 10_000)
        let names = (0..<100).map { "\"n\($0)\"" }.joined(separator: ",")
        for (schema, value) in [
            ("{\"enum\":[\(names)]}", "\"\(long)\""), ("{\"const\":\"\(long)\"}", "1"),
            ("{\"properties\":{\"\(long)\":false}}", "{\"\(long)\":1}"), ("{\"required\":[\"\(long)\"]}", "{}"),
            ("{\"pattern\":\"\(long.prefix(4000))\"}", "\"\""),
            (#"{"minimum":3}"#, "-" + "1" + String(repeating: "0", count: 999)),
        ] {
            let complaints = try compiled(schema).complaints(about: value)
            #expect(complaints.count == 1)
            #expect(complaints.allSatisfy { $0.utf8.count < 300 }, "\(complaints)")
        }
    }
}
