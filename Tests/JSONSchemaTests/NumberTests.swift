import JSONSchema
import Testing

@Suite struct `A number under a schema` {
    static let huge = String(repeating: "9", count: 1000)

    @Test(arguments: [
        ("1.0", true), ("1e3", true), ("-0", true), ("10e-1", true), ("0.0", true), ("1.5", false), ("1e-1", false),
        ("12345678901234567890123456789.0", true), ("12345678901234567890123456789.5", false), ("1e400", true),
        ("1e-400", false), ("0e-400", true), (huge, true), ("1E999999999999999999999", true),
    ])
    func `is an integer if it is whole, whatever its spelling`(number: String, isInteger: Bool) throws {
        #expect(try compiled(#"{"type":"integer"}"#).complaints(about: number).isEmpty == isInteger)
    }

    @Test(arguments: [
        ("0.1", "0.3", true), ("0.01", "4.35", true), ("0.01", "4.351", false), ("0.0001", "0.0075", true),
        ("1e-8", "12345.67890123", true), ("1e-8", "12345.678901234", false), ("3", "1e300", false),
        ("8", "1e300", true), ("7", "7e300", true), ("0.3", "3e1000", true), ("0.3", "1e1000", false),
        ("1e10", "1e9", false), ("2.5", "0", true),
        ("123456789012345678901234567890", "246913578024691357802469135780", true),
        ("123456789012345678901234567890", "246913578024691357802469135781", false),
        ("340282366920938463463374607431768211", "340282366920938463463374607431768211", true),
        ("1125899906842624", "1e50", true), ("2251799813685248", "1e50", false), ("1", huge, true), ("10", huge, false),
        ("9", huge, true),
    ])
    func `is a multiple exactly`(divisor: String, number: String, isMultiple: Bool) throws {
        #expect(try compiled("{\"multipleOf\":\(divisor)}").complaints(about: number).isEmpty == isMultiple)
        #expect(try compiled("{\"multipleOf\":\(divisor)}").complaints(about: "-" + number).isEmpty == isMultiple)
    }

    @Test(arguments: [
        ("0.1", "0.1"), ("-0.1", "0"), ("9007199254740992", "9007199254740993"), ("1e2", "100.0"), ("-1e3", "-999"),
        ("1e400", "1.0000000001e400"), ("0", "1e-400"), ("-1e-400", "0"), ("-2", "-1"), ("9", "10"), ("0.9", "1"),
        (huge, huge), (huge, "1e1000"), ("123", "123.000001"),
    ])
    func `is compared exactly`(least: String, number: String) throws {
        #expect(try compiled("{\"minimum\":\(least)}").complaints(about: number).isEmpty)
        #expect(try compiled("{\"maximum\":\(number)}").complaints(about: least).isEmpty)
        let areEqual = try compiled("{\"const\":\(least)}").complaints(about: number).isEmpty
        #expect(try compiled("{\"exclusiveMinimum\":\(least)}").complaints(about: number).isEmpty != areEqual)
        #expect(try compiled("{\"minimum\":\(number)}").complaints(about: least).isEmpty == areEqual)
    }

    @Test func `has a divisor of at most 36 digits`() throws {
        let digits = String(repeating: "7", count: 36)
        #expect(try compiled("{\"multipleOf\":\(digits)}").complaints(about: digits + "1").count == 1)
        #expect(try compiled("{\"multipleOf\":\(digits)7}").complaints(about: digits + "1").isEmpty)
    }

    @Test(arguments: [
        (#"{"const":1}"#, "1.0"), (#"{"const":1e2}"#, "100"), (#"{"enum":[[1,{"a":2}]]}"#, #"[1.0,{"a":20e-1}]"#),
        (#"{"const":{"a":1,"b":2}}"#, #"{"b":2,"a":1}"#), (#"{"const":-0}"#, "0"),
    ])
    func `is equal by amount`(schema: String, value: String) throws {
        #expect(try compiled(schema).complaints(about: value).isEmpty)
    }

    @Test(arguments: [
        (#"{"const":1}"#, "true"), (#"{"const":0}"#, "false"), (#"{"const":"1"}"#, "1"), (#"{"const":[1]}"#, "[1,1]"),
        (#"{"const":["a","b"]}"#, #"["a\"1:b"]"#), (#"{"const":{"a":1}}"#, "{}"), (#"{"const":null}"#, "0"),
        (#"{"const":"\u00e9"}"#, #""e\u0301""#),
    ])
    func `and other values are equal only to their kind`(schema: String, value: String) throws {
        #expect(try compiled(schema).complaints(about: value).count == 1)
    }
}
