import JSONCoding
import Testing

/// The quick way must find what the tree parser finds and refuse nothing by itself; `Reading` compares the two.
@Suite struct `A quick scan` {
    private static let messages = [
        #"{"a":1,"method":"tools/call","params":{"name":"weather","x":{"city":"Bünde","days":[3,-0.5e+2,true,null]}}}"#,
        #"{ "params" : { "name" : "a\nb" } , "b" : [ [ ] , { } , false ] , "method" : "\u00e9\"" , "a" : { "a" : "b" } }  "#,
        "{\n    \"a\": [\n        \"a line of more than sixteen bytes\",\n        12\n    ],\n    \"method\": \"x\"\n}\n",
    ]

    @Test(arguments: messages) func `agrees about each message that is cut off or has one byte changed`(
        text: String
    ) throws {
        let message = bytes(text)
        #expect(try Reading.agreed(message).get().kind == .object)
        for place in message.indices {
            _ = try Reading.agreed(Array(message[..<place]))
            for byte in bytes("\"\\{}[]:, \n\t0-.eu") + [0x00, 0x1F, 0x7F, 0x80, 0xC3, 0xFF] {
                var changed = message
                changed[place] = byte
                _ = try Reading.agreed(changed)
            }
        }
    }

    @Test(arguments: 0..<40) func `finds strings of every length, wherever they end`(length: Int) throws {
        let value = String(repeating: "x", count: length)
        for tail in ["", " ", "          ", "                    "] {
            let text = bytes(#"{"\#(value)":"\#(value)","a":"\#(value)"}"# + tail)
            let findings = try JSONScanner(query: Reading.query).scan(text)
            #expect(findings[0]?.string(in: text) == value)
            #expect(try Reading.agreed(text).get().objectValue?.members.last?.value == .string(value))
        }
    }

    @Test(arguments: [63, 64, 65, 127, 128, 129]) func `leaves deep texts to the grammar`(depth: Int) throws {
        let text = bytes(
            #"{"b":"# + String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1) + "}")
        let refusal = JSONError(fault: .tooDeep(limit: 128), offset: 5 + 127)
        switch try Reading.agreed(text) {
        case .success: #expect(depth <= 128)
        case .failure(let error): #expect(depth > 128 && error == refusal)
        }
    }

    @Test func `holds the limits of numbers and texts at n and n + 1`() throws {
        let text = bytes(#"{"a":1234567890,"b":"12345"}"#)
        for limits in [JSONLimits(numberBytes: 10), JSONLimits(bytes: text.count), JSONLimits(stringBytes: 5)] {
            #expect(throws: Never.self) { try Reading.agreed(text, limits: limits).get() }
        }
        for limits in [JSONLimits(numberBytes: 9), JSONLimits(bytes: text.count - 1), JSONLimits(stringBytes: 4)] {
            #expect(throws: JSONError.self) { try Reading.agreed(text, limits: limits).get() }
        }
    }
}
