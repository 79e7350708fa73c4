import Glibc
import HTTPMessages
import Testing

@Suite struct `The strictness list` {
    @Test(arguments: allRows, Arrival.allCases)
    func `refuses by the rule of the row, however the bytes arrive`(row: StrictnessRow, arrival: Arrival) {
        for text in row.refused {
            let (rule, status) = refusal(of: text, row, arrival)
            #expect(rule == row.rule, "\(text.debugDescription)")
            #expect(status.map { (400...505).contains($0) } == true)
        }
    }

    @Test(arguments: allRows, Arrival.allCases)
    func `accepts the neighbours of what it refuses`(row: StrictnessRow, arrival: Arrival) {
        for text in row.accepted {
            #expect(isComplete(text, row, arrival), "\(text.debugDescription)")
        }
    }

    @Test func `has a row for each rule that a parser applies`() {
        let appliedElsewhere: Set<HTTPRule> = [.bodyTooLarge]
        #expect(Set(allRows.map(\.rule)).union(appliedElsewhere) == Set(HTTPRule.allCases))
    }

    @Test func `is written down rule by rule`() throws {
        let document = try text(ofFile: "docs/http-strictness.md")
        for rule in HTTPRule.allCases {
            #expect(document.contains("\n| \(rule.rawValue) | `\(rule)` | "), "rule \(rule.rawValue) has no row")
        }
    }

    @Test func `answers with a status that says whose fault it is`() {
        #expect(HTTPRefusal(.foldedLine).status == 400)
        #expect(HTTPRefusal(.foldedLine, side: .response).status == 502)
        #expect(HTTPRefusal(.headTooLarge).status == 431)
        #expect(HTTPRefusal(.targetTooLong).status == 414)
        #expect(HTTPRefusal(.expectation).status == 417)
        #expect(HTTPRefusal(.bodyTooLarge).status == 413)
        #expect(HTTPRefusal(.versionUnsupported).status == 505)
        #expect(HTTPRefusal(.methodConnect).status == 501)
    }

    private func refusal(of text: String, _ row: StrictnessRow, _ arrival: Arrival) -> (HTTPRule?, Int?) {
        let input = bytes(text)
        switch row.reader {
        case .request: return facts(parseRequest(input, arrival, limits: row.limits))
        case .response: return facts(parseResponse(input, arrival, limits: row.limits))
        case .responseToHead: return facts(parseResponse(input, arrival, method: .head, limits: row.limits))
        case .chunks: return facts(decodeChunks(input, arrival, limits: row.limits))
        case .events: return facts(parseEvents(input, arrival, limits: row.limits))
        }
    }

    private func facts<Value>(_ outcome: Outcome<Value>) -> (HTTPRule?, Int?) {
        if case .refused(let refusal) = outcome { (refusal.rule, refusal.status) } else { (nil, nil) }
    }

    private func isComplete(_ text: String, _ row: StrictnessRow, _ arrival: Arrival) -> Bool {
        let input = bytes(text)
        return switch row.reader {
        case .request: parseRequest(input, arrival, limits: row.limits).isComplete
        case .response: parseResponse(input, arrival, limits: row.limits).isComplete
        case .responseToHead: parseResponse(input, arrival, method: .head, limits: row.limits).isComplete
        case .chunks: decodeChunks(input, arrival, limits: row.limits).isComplete
        case .events: parseEvents(input, arrival, limits: row.limits).isComplete
        }
    }
}

private struct FileMissing: Error {
    var path: String
}

/// A file of the package, found from this file.
func text(ofFile relative: String, from file: String = #filePath) throws -> String {
    var root = file
    for _ in 0..<3 { root = String(root[..<(root.lastIndex(of: "/") ?? root.startIndex)]) }
    let path = root + "/" + relative
    guard let stream = fopen(path, "r") else { throw FileMissing(path: path) }
    defer { fclose(stream) }
    var contents: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 { contents += buffer[..<count] }
    return String(decoding: contents, as: UTF8.self)
}
