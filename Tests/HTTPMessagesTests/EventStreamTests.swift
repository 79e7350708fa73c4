import HTTPMessages
import Testing

@Suite struct `An event stream parser` {
    @Test(
        arguments: [
            ("data: a\n\n", [("", "a", "")]), ("data: a\r\n\r\n", [("", "a", "")]), ("data: a\r\r", [("", "a", "")]),
            ("data:a\ndata: b\r\ndata\r\r", [("", "a\nb\n", "")]), ("\u{EF}\u{BB}\u{BF}data: a\n\n", [("", "a", "")]),
            ("\u{EF}\u{BB}data: a\n\ndata: b\n\n", [("", "b", "")]), (": hello\n\ndata: a\n\n", [("", "a", "")]),
            ("event: x\ndata: a\n\ndata: b\n\n", [("x", "a", ""), ("", "b", "")]),
            ("id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n", [("", "a", "1"), ("", "b", "1"), ("", "c", "")]),
            ("id: 1\n\ndata: a\n\n", [("", "a", "1")]), ("id: a\u{0}b\ndata: c\n\n", [("", "c", "")]),
            ("id: x\ndata:\n\n", [("", "", "x")]), ("event: x\n\n", []), ("data: a", []), ("data: a\n", []),
            ("data:  a \n\n", [("", " a ", "")]), ("Data: a\nfoo: b\ndata : c\n\n", []), ("\n\n\n", []), ("", []),
            ("data: {\"a\":\"b: c\"}\n\n", [("", "{\"a\":\"b: c\"}", "")]), ("\u{EF}", []),
            ("data: a\n\u{EF}\u{BB}\u{BF}data: b\n\n", [("", "a", "")]),
            ("event: x\nevent: y\ndata: a\n\n", [("y", "a", "")]),
        ] as [(String, [(String, String, String)])], Arrival.allCases)
    func `follows the standard, however the bytes arrive`(
        row: (text: String, events: [(String, String, String)]), arrival: Arrival
    ) {
        let expected = row.events.map { ServerSentEvent(name: $0.0, data: bytes($0.1), id: $0.2) }
        #expect(parseEvents(bytes(row.text), arrival) == .complete(expected, consumed: bytes(row.text).count))
    }

    @Test(arguments: [1000, 1017, 1018, 1019, 2041, 2042, 2043, 5000], ["\n", "\r", "\r\n"])
    func `finds the end of a long line wherever it stands`(count: Int, lineEnd: String) {
        let data = String(repeating: "x", count: count)
        let text = bytes("data: \(data)\(lineEnd)data: y\(lineEnd)\(lineEnd)")
        for arrival in [Arrival.atOnce, .inTwo, .byteByByte] {
            let expected = [ServerSentEvent(data: bytes("\(data)\ny"))]
            #expect(parseEvents(text, arrival) == .complete(expected, consumed: text.count))
        }
    }

    @Test func `remembers the last id and the reconnection time`() throws {
        var parser = EventStreamParser()
        try parser.feed(bytes("retry: 15\nid: 7\n\nretry: x\nretry: -1\nid: 8\n").span) { _ in }
        #expect(parser.retryMilliseconds == 15)
        #expect(parser.lastEventID == "7")
    }

    @Test(arguments: [("data: a\n\n", false), ("data: a\n", true), ("dat", true), (":\n", false), ("id: 1\n\n", false)])
    func `says whether the stream broke off in an event`(text: String, isCutOff: Bool) throws {
        var parser = EventStreamParser()
        try parser.feed(bytes(text).span) { _ in }
        #expect(parser.finish() == isCutOff)
    }

    @Test(
        arguments: [
            ("", ""), ("a", "a"), ("a\nb", "a\nb"), ("a\r\nb", "a\nb"), ("a\rb", "a\nb"), ("\n", "\n"), ("a\n", "a\n"),
            ("{\"x\":1}", "{\"x\":1}"), ("\r\r\n\n", "\n\n\n"),
        ], [nil, "n1-7"])
    func `reads back what the writer wrote`(row: (data: String, lines: String), id: String?) {
        var output: [UInt8] = []
        EventStreamWriter.appendComment("quiet", to: &output)
        EventStreamWriter.appendEvent(
            name: "message", data: bytes(row.data).span, id: id, retryMilliseconds: 5, to: &output)
        #expect(
            parseEvents(output)
                == .complete(
                    [ServerSentEvent(name: "message", data: bytes(row.lines), id: id ?? "")], consumed: output.count))
    }
}

@Suite struct `A chunk decoder` {
    @Test func `names the data without copying it and leaves what follows`() {
        let input = bytes("5;a=b\r\nabcde\r\n3\r\nfgh\r\n0\r\nA: b\r\n\r\nGET / HTTP/1.1\r\n")
        for arrival in Arrival.allCases {
            guard case .complete(let body, let consumed) = decodeChunks(input, arrival) else {
                Issue.record("not complete")
                return
            }
            #expect(String(decoding: body.data, as: UTF8.self) == "abcdefgh")
            #expect(body.trailers.count == 1)
            #expect(consumed == input.count - "GET / HTTP/1.1\r\n".utf8.count)
        }
    }

    @Test func `reads a chunk of any announced size without keeping it`() {
        var decoder = ChunkDecoder()
        let head = bytes("7fffffffffffffff\r\n")
        guard case .needMore(let consumed) = decoder.decode(head.span) else {
            Issue.record("not taken")
            return
        }
        #expect(consumed == head.count)
        let data = [UInt8](repeating: 0, count: 65536)
        guard case .data(0..<65536, consumed: 65536) = decoder.decode(data.span) else {
            Issue.record("not data")
            return
        }
    }
}
