import JSONCoding
import Testing

/// A small generator with a seed, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Random values with everything in them that has broken a writer before.
struct RandomTree {
    var generator: SeededGenerator

    mutating func value(depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &generator) {
        case 0: .null
        case 1: .bool(.random(using: &generator))
        case 2: .number(JSONNumber(Int.random(in: .min ... .max, using: &generator)))
        case 3: .number(number())
        case 4, 5: .string(string())
        case 6: .array((0..<Int.random(in: 0..<5, using: &generator)).map { _ in value(depth: depth - 1) })
        default:
            .object(
                JSONObject(
                    (0..<Int.random(in: 0..<5, using: &generator)).map { _ in
                        JSONObject.Member(name: string(), value: value(depth: depth - 1))
                    }))
        }
    }

    mutating func number() -> JSONNumber {
        let double = Double(bitPattern: generator.next())
        return JSONNumber(double) ?? JSONNumber(0)
    }

    mutating func string() -> String {
        let names = ["a", "method", "params", "name"]
        if Int.random(in: 0..<4, using: &generator) == 0, let name = names.randomElement(using: &generator) {
            return name
        }
        var string = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<24, using: &generator) {
            let ranges: [ClosedRange<UInt32>] = [
                0x20...0x7E, 0x20...0x7E, 0...0x1F, 0x22...0x22, 0x5C...0x5C, 0x7F...0x7FF, 0x800...0xD7FF,
                0x10000...0x10FFFF,
            ]
            let range = ranges.randomElement(using: &generator) ?? 0...0
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &generator)) { string.append(scalar) }
        }
        return String(string)
    }
}

@Suite struct `A JSON value` {
    @Test(arguments: 0..<400) func `is read as it was written`(seed: Int) throws {
        var tree = RandomTree(generator: SeededGenerator(state: UInt64(seed)))
        let value = tree.value(depth: 6)
        let text = JSONWriter.bytes(of: value)
        #expect(try Reading.agreed(text) == .success(value))
        #expect(JSONWriter.bytes(of: try JSONParser.parse(text)) == text)
    }

    @Test(arguments: 0..<400) func `with one byte changed is read alike by parser and scanner`(seed: Int) throws {
        var tree = RandomTree(generator: SeededGenerator(state: UInt64(seed)))
        var text = JSONWriter.bytes(of: [tree.value(depth: 5), tree.value(depth: 5)])
        for _ in 0..<50 {
            let place = Int.random(in: 0..<text.count, using: &tree.generator)
            let replacement = [UInt8](#"{}[]",:\u0e-+. "#.utf8) + [0, 0x80, 0xE2, 0xFF]
            text[place] = replacement.randomElement(using: &tree.generator) ?? 0
            _ = try Reading.agreed(text)
        }
    }

    @Test func `is equal by its bytes, not by how it looks`() throws {
        #expect(JSONValue.string("\u{E9}") != JSONValue.string("e\u{301}"))
        #expect(JSONValue.object(["\u{E9}": 1])["e\u{301}"] == nil)
        #expect(Set<JSONValue>(["\u{E9}", "e\u{301}", "\u{E9}"]).count == 2)
    }

    @Test func `can be taken apart and changed`() {
        var value: JSONValue = ["a": 1, "b": [true, .null, 2.5], "c": "text"]
        #expect(value["a"]?.integer == 1)
        #expect(value["b"]?.arrayValue?[0].boolValue == true)
        #expect(value["b"]?.arrayValue?[1].isNull == true)
        #expect(value["b"]?.arrayValue?[2].double == 2.5)
        #expect(value["c"]?.stringValue == "text")
        #expect(value["d"] == nil)
        value["a"] = nil
        value["c"] = ["d": "e"]
        value["f"] = .null
        #expect(
            String(decoding: JSONWriter.bytes(of: value), as: UTF8.self)
                == #"{"b":[true,null,2.5],"c":{"d":"e"},"f":null}"#)
    }
}

@Suite struct `A JSON number` {
    static let integers: [(String, Int?)] = [
        ("0", 0), ("-0", 0), ("42", 42), ("42.0", 42), ("4.2e1", 42), ("420e-1", 42), ("42.5", nil), ("1e-1", nil),
        ("1e18", 1_000_000_000_000_000_000), ("1e19", nil), ("0e999999999999999999999", 0),
        ("1e999999999999999999999", nil),
        ("1e-999999999999999999999", nil), ("9223372036854775807", .max), ("9223372036854775808", nil),
        ("-9223372036854775808", .min), ("-9223372036854775809", nil), ("-9223372036854775808.0", .min),
        ("9223372036854775807.0", .max), ("9007199254740993", 9_007_199_254_740_993), ("1E+2", 100), ("0.00", 0),
        ("100e-2", 1), ("-1.20e1", -12), ("123123123123123123123", nil),
    ]

    @Test(arguments: integers) func `is an integer if its amount is one`(spelling: String, integer: Int?) throws {
        let number = try #require(JSONNumber(spelling: spelling))
        #expect(number.integer == integer)
    }

    @Test(arguments: ["", "-", "01", "1.", ".5", "1e", "+1", "NaN", "Infinity", "0x1", "1 ", " 1", "1,", "--1", "1.e1"])
    func `has no other spelling than JSON's`(spelling: String) {
        #expect(JSONNumber(spelling: spelling) == nil)
    }

    @Test func `is a double if it is finite`() {
        #expect(JSONNumber(validated: "1e400").double == nil)
        #expect(JSONNumber(validated: "1.5e3").double == 1500)
        #expect(JSONNumber(Double.infinity) == nil)
        #expect(JSONNumber(Double.nan) == nil)
        for double in [0.1, 1e20, Double.leastNonzeroMagnitude, -1.7976931348623157e308, -0.0] {
            #expect(JSONNumber(double).flatMap { JSONNumber(spelling: $0.text) }?.double == double)
        }
    }
}
