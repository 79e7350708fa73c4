import JSONCoding
import Testing

/// Reads a text by the tree parser and by the scanner, which must say the same, errors included.
enum Reading {
    static let query = JSONQuery([
        JSONQuery.Member("a", slot: 0),
        JSONQuery.Member("method", slot: 1),
        JSONQuery.Member("params", slot: 2, isUnique: true, members: [JSONQuery.Member("name", slot: 3)]),
    ])
    static let nothing = JSONQuery([])

    static func agreed(_ text: [UInt8], limits: JSONLimits = JSONLimits()) throws -> Result<JSONValue, JSONError> {
        let parsed = Result { () throws(JSONError) in try JSONParser.parse(text, limits: limits) }
        let validated = Result { () throws(JSONError) in
            try JSONScanner(query: nothing, limits: limits).scan(text)
        }
        let scanned = Result { () throws(JSONError) in try JSONScanner(query: query, limits: limits).scan(text) }
        switch (parsed, validated, scanned) {
        case (.success(let value), .success(let validated), .success(let found)):
            #expect(value.kind == validated.rootKind)
            #expect(value.kind == found.rootKind)
            check(found, in: text, against: value, limits)
        case (.success, .success, .failure(let error)):
            #expect(error.fault == .duplicateMember(name: "params"))
        case (.failure(let one), .failure(let two), .failure(let three)):
            #expect(one == two)
            if three.fault != .duplicateMember(name: "params") { #expect(one == three) }
        default:
            Issue.record("the tree parser says \(parsed), the scanner \(validated) and \(scanned)")
        }
        return parsed
    }

    private static func check(
        _ findings: JSONFindings, in text: [UInt8], against value: JSONValue, _ limits: JSONLimits
    ) {
        check(findings[0], in: text, against: value["a", last: ()], limits)
        check(findings[1], in: text, against: value["method", last: ()], limits)
        check(findings[2], in: text, against: value["params", last: ()], limits)
        check(findings[3], in: text, against: value["params", last: ()]?["name", last: ()], limits)
    }

    private static func check(
        _ finding: JSONFinding?, in text: [UInt8], against value: JSONValue?, _ limits: JSONLimits
    ) {
        guard let finding, let value else {
            #expect(finding == nil && value == nil)
            return
        }
        #expect(finding.kind == value.kind)
        #expect((try? JSONParser.parse(Array(text[finding.range]), limits: limits)) == value)
        #expect(finding.string(in: text) == value.stringValue)
        #expect(finding.integer(in: text) == value.integer)
    }
}

extension JSONValue {
    fileprivate subscript(name: String, last _: Void) -> JSONValue? {
        objectValue?.members.last { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }
}

extension Result {
    /// Keeps the type of what is thrown.
    init(_ body: () throws(Failure) -> Success) {
        do { self = .success(try body()) } catch { self = .failure(error) }
    }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
