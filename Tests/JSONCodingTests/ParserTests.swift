import JSONCoding
import Testing

@Suite struct `A JSON parser` {
    @Test func `makes a value of each sort`() throws {
        let text = bytes(#" {"n":null,"b":[true,false],"s":"a\"\\\/\b\f\n\r\té€😀A","x":-1.5e+3,"o":{}} "#)
        #expect(
            try JSONParser.parse(text) == [
                "n": .null, "b": [true, false], "s": "a\"\\/\u{8}\u{C}\n\r\té€😀A",
                "x": .number(JSONNumber(validated: "-1.5e+3")), "o": [:],
            ])
    }

    @Test func `keeps duplicates in order`() throws {
        let value = try JSONParser.parse(bytes(#"{"a":1,"b":2,"a":3}"#))
        #expect(value.objectValue?.members.map(\.name) == ["a", "b", "a"])
        #expect(value["a"] == 1)
    }

    static let faults: [(String, JSONFault, Int)] = [
        ("", .unexpectedEnd(expected: .value), 0),
        ("  ", .unexpectedEnd(expected: .value), 2),
        ("[1", .unexpectedEnd(expected: .commaOrEndOfArray), 2),
        ("[1 2]", .unexpectedByte(0x32, expected: .commaOrEndOfArray), 3),
        ("[1,]", .unexpectedByte(0x5D, expected: .value), 3),
        ("{", .unexpectedEnd(expected: .nameOrEndOfObject), 1),
        (#"{"a""#, .unexpectedEnd(expected: .colon), 4),
        (#"{"a":1,}"#, .unexpectedByte(0x7D, expected: .name), 7),
        (#"{"a":1]"#, .unexpectedByte(0x5D, expected: .commaOrEndOfObject), 6),
        ("nul", .unexpectedEnd(expected: .literal), 3),
        ("trUe", .unexpectedByte(0x55, expected: .literal), 2),
        ("-", .unexpectedEnd(expected: .digit), 1),
        ("01", .unexpectedByte(0x31, expected: .endOfText), 1),
        ("1.", .unexpectedEnd(expected: .digit), 2),
        ("1e+x", .unexpectedByte(0x78, expected: .digit), 3),
        ("+1", .unexpectedByte(0x2B, expected: .value), 0),
        ("\"abc", .unexpectedEnd(expected: .closingQuote), 4),
        ("\"abc\\", .unexpectedEnd(expected: .closingQuote), 5),
        ("\"a\u{1}\"", .controlCharacter(1), 2),
        ("\"12345678\u{1F}\"", .controlCharacter(0x1F), 9),
        ("\"a\u{0}\"", .controlCharacter(0), 2),
        ("[\u{0}]", .unexpectedByte(0, expected: .value), 1),
        ("1\u{0}", .unexpectedByte(0, expected: .endOfText), 1),
        (#""\x""#, .invalidEscape, 1),
        (#""\u12G4""#, .unexpectedByte(0x47, expected: .hexadecimalDigit), 5),
        (#""\uD800""#, .loneSurrogate, 1),
        (#""\uDC00""#, .loneSurrogate, 1),
        (#""\uD800A""#, .loneSurrogate, 1),
        (#""\uD800\uD800""#, .loneSurrogate, 1),
        ("\u{FEFF}{}", .byteOrderMark, 0),
        ("{} {}", .unexpectedByte(0x7B, expected: .endOfText), 3),
    ]

    @Test(arguments: faults) func `names the first fault and its place`(text: String, fault: JSONFault, offset: Int)
        throws
    {
        #expect(try Reading.agreed(bytes(text)) == .failure(JSONError(fault: fault, offset: offset)))
    }

    @Test func `gives its reasons as sentences`() {
        let reasons = [
            ("[1", "The JSON text ends at byte 2, where ',' or ']' was expected."),
            ("[\u{7F}]", "The JSON text has 0x7F at byte 1, where a value was expected."),
            ("[x]", "The JSON text has 'x' at byte 1, where a value was expected."),
            ("\"\t\"", "A JSON string has the control character 0x09 at byte 1; write it as an escape."),
            (
                #""\uD800""#,
                "A JSON string has one half of a surrogate pair at byte 1; send both halves or the character itself."
            ),
        ]
        for (text, reason) in reasons {
            #expect { try JSONParser.parse(bytes(text)) } throws: { ($0 as? JSONError)?.reason == reason }
        }
    }

    static let invalidUTF8: [[UInt8]] = [
        [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
        [0xE1, 0x80], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
        [0xF1, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFF],
    ]

    @Test(arguments: invalidUTF8, [0, 3, 9])
    func `refuses what is not UTF-8`(sequence: [UInt8], paddingCount: Int) throws {
        let padding = [UInt8](repeating: 0x61, count: paddingCount)
        let text = [0x22] + padding + sequence + padding + [0x22]
        let refusal = JSONError(fault: .invalidUTF8, offset: 1 + paddingCount)
        #expect(try Reading.agreed(text) == .failure(refusal))
    }

    @Test func `takes the ends of each length of UTF-8`() throws {
        for scalar in "\u{80}\u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFF}\u{10000}\u{10FFFF}".unicodeScalars {
            let string = "x\(Character(scalar))y"
            #expect(try Reading.agreed(bytes("\"\(string)\"")) == .success(.string(string)))
        }
    }

    /// Every scalar of Unicode, in runs as they stand in texts, and with each byte of a run spoilt.
    @Test func `takes all scalars in runs, and no run with a wrong byte`() throws {
        for range in [0x80...0x7FF, 0x800...0xFFFF, 0x10000...0x10FFFF] as [ClosedRange<UInt32>] {
            var start = range.lowerBound
            while start <= range.upperBound {
                let scalars = (start...min(start + 999, range.upperBound)).compactMap(Unicode.Scalar.init)
                var run = String.UnicodeScalarView()
                run.append(contentsOf: scalars)
                let string = String(run)
                #expect(try Reading.agreed(bytes("\"\(string)\"")) == .success(.string(string)))
                start += 1000
            }
        }
        var tree = RandomTree(generator: SeededGenerator(state: 7))
        for run in ["жжжжжжжж", "語語語語語語", "ЖöЖ語語😀語", "\u{7FF}\u{800}\u{FFFF}\u{10000}"] {
            let text = bytes("\"ab\(run)cdefghijk\"")
            for place in 3..<3 + run.utf8.count {
                for _ in 0..<20 {
                    var spoilt = text
                    spoilt[place] = .random(in: 0x80...0xFF, using: &tree.generator)
                    let isUTF8 = String(validating: spoilt, as: UTF8.self) != nil
                    if case .success = try Reading.agreed(spoilt) {
                        #expect(isUTF8)
                    } else {
                        #expect(!isUTF8)
                    }
                }
            }
        }
    }

    @Test func `reports the left one of two faults in a string`() throws {
        let broken: [UInt8] = [0x22, 0x61, 0xFF, 0x62]
        for rest in [[0x01, 0x22], [0x5C, 0x78, 0x22], [], bytes(#"\ud800""#), [0x22]] as [[UInt8]] {
            #expect(try Reading.agreed(broken + rest) == .failure(JSONError(fault: .invalidUTF8, offset: 2)))
        }
        #expect(
            try Reading.agreed([0x22, 0x01, 0xFF, 0x22]) == .failure(JSONError(fault: .controlCharacter(1), offset: 1)))
    }

    @Test func `decodes each escape of the basic plane`() throws {
        for unit in UInt32(0)...0xFFFF where Unicode.Scalar(unit) != nil {
            let digits = String(unit, radix: 16, uppercase: unit % 2 == 0)
            let text = bytes("\"\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits + "\"")
            let value = try JSONParser.parse(text)
            #expect(value.stringValue?.unicodeScalars.map(\.value) == [unit])
        }
    }

    @Test func `refuses a text that is cut at any byte, without reading behind it`() throws {
        let text = bytes(
            #"{"method":"tools/call","id":-1.5e3,"params":{"name":"é\n😀\uD83D\uDE00","x":[true,false,null,{}]}}"#)
        for count in 0..<text.count {
            guard case .failure = try Reading.agreed(Array(text[..<count])) else {
                Issue.record("accepted \(count) bytes")
                continue
            }
        }
        #expect(throws: Never.self) { try JSONParser.parse(text) }
    }

    @Test func `reads a part of an array as it reads the whole`() throws {
        let text = bytes("xx[1,2]yy")
        let value = try JSONParser.parse(text.span.extracting(2..<7))
        #expect(value == [1, 2])
    }
}
