import JSONCoding
import Testing

@Suite struct `The limits on a JSON text` {
    private func outcome(_ text: String, _ limits: JSONLimits) throws -> JSONFault? {
        if case .failure(let error) = try Reading.agreed(bytes(text), limits: limits) { error.fault } else { nil }
    }

    @Test(arguments: [1, 2, 128, 512]) func `hold for the depth`(depth: Int) throws {
        let limits = JSONLimits(depth: depth)
        func arrays(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        func objects(_ depth: Int) -> String {
            String(repeating: #"{"params":"#, count: depth) + "1" + String(repeating: "}", count: depth)
        }
        for nested in [arrays, objects] {
            #expect(try outcome(nested(depth), limits) == nil)
            #expect(try outcome(nested(depth + 1), limits) == .tooDeep(limit: depth))
        }
    }

    @Test(arguments: ["[", #"{"a":"#, #"{"params":"#, #"[{"a":["#])
    func `stand a text that is 100,000 levels deep`(opening: String) throws {
        let text = String(repeating: opening, count: 100_000)
        #expect(try outcome(text, JSONLimits()) == .tooDeep(limit: 128))
    }

    @Test func `hold for the length of the text`() throws {
        #expect(try outcome("[1234]", JSONLimits(bytes: 6)) == nil)
        #expect(try outcome("[1234] ", JSONLimits(bytes: 6)) == .textTooLong(limit: 6))
    }

    @Test(arguments: [0, 1, 7, 8, 9, 40]) func `hold for the length of a string`(length: Int) throws {
        let limits = JSONLimits(stringBytes: length)
        let string = String(repeating: "x", count: length)
        #expect(try outcome("\"\(string)\"", limits) == nil)
        #expect(try outcome("\"\(string)x\"", limits) == .stringTooLong(limit: length))
        #expect(try outcome("{\"\(string)\":0}", limits) == nil)
        #expect(try outcome("{\"\(string)x\":0}         ", limits) == .stringTooLong(limit: length))
    }

    @Test func `hold for the length of a number`() throws {
        #expect(try outcome("[-12.5e7]", JSONLimits(numberBytes: 7)) == nil)
        #expect(try outcome("[-12.5e70]", JSONLimits(numberBytes: 7)) == .numberTooLong(limit: 7))
    }

    @Test func `hold for the number of values of a tree`() throws {
        let limits = JSONLimits(values: 5)
        #expect(throws: Never.self) { try JSONParser.parse(bytes(#"{"a":[1,2,3]}"#), limits: limits) }
        #expect { try JSONParser.parse(bytes(#"{"a":[1,2,3,4]}"#), limits: limits) } throws: {
            ($0 as? JSONError)?.fault == .tooManyValues(limit: 5)
        }
    }
}
