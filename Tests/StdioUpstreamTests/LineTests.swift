import Testing

@testable import UpstreamClients

/// All lines of a text that comes in pieces of a size.
private func lines(_ text: String, pieces: Int, bytesMax: Int) -> [LineSplitter.Line] {
    var splitter = LineSplitter(bytesMax: bytesMax)
    var found: [LineSplitter.Line] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: pieces) {
        splitter.take(Array(bytes[start..<min(bytes.count, start + pieces)]))
        while let line = splitter.next() { found.append(line) }
    }
    if let last = splitter.finish() { found.append(last) }
    return found
}

@Suite struct `A splitter of lines` {
    @Test(arguments: [1, 2, 3, 5, 100]) func `finds the same lines however they come`(pieces: Int) {
        let found = lines("first\n\nthird\r\nlast", pieces: pieces, bytesMax: 100)
        #expect(found == ["first", "", "third\r", "last"].map { .whole(Array($0.utf8)) })
    }

    @Test func `gives no line behind the last line end`() {
        #expect(lines("a\n", pieces: 10, bytesMax: 10) == [.whole([0x61])])
        #expect(lines("", pieces: 10, bytesMax: 10) == [])
    }

    @Test(arguments: [1, 7, 4_096]) func `takes a line of the limit and of one byte more keeps the ends`(pieces: Int) {
        let limit = 3_000
        let line = "<" + String(repeating: "x", count: limit - 2) + ">"
        #expect(
            lines("\(line)\nnext\n", pieces: pieces, bytesMax: limit) == [
                .whole(Array(line.utf8)), .whole(Array("next".utf8)),
            ])
        let head = Array(("<" + String(repeating: "x", count: LineSplitter.endBytesMax - 1)).utf8)
        let tail = Array((String(repeating: "x", count: LineSplitter.endBytesMax - 2) + "y>").utf8)
        let longer = line.dropLast() + "y>"
        #expect(
            lines("\(longer)\nnext\n", pieces: pieces, bytesMax: limit)
                == [.tooLong(head: head, tail: tail), .whole(Array("next".utf8))])
    }
}

@Suite struct `The id of a message that is too long` {
    struct Row: Sendable, CustomTestStringConvertible {
        var head: String
        var tail: String
        var id: Int?
        var testDescription: String { "\(head)…\(tail)" }
    }

    static let rows = [
        Row(head: #"{"jsonrpc":"2.0","id":17,"result":{"content":[{"id":5"#, tail: #"xxx"}]}}"#, id: 17),
        Row(head: #" { "jsonrpc" : "2.0" , "id" : 17 , "result" : {"#, tail: #"xxx"}]}}"#, id: 17),
        Row(head: #"{"result":{"id":5,"content":[{"#, tail: #"xxx"}]},"jsonrpc":"2.0","id":17}"#, id: 17),
        Row(head: #"{"result":{"id":5,"content":[{"#, tail: "xxx\"}]},\"jsonrpc\": \"2.0\", \"id\" : 17 }\r", id: 17),
        Row(head: #"{"jsonrpc":"2.0","result":{"id":5"#, tail: #"xxx","id":6}}"#, id: nil),
        Row(head: #"{"jsonrpc":"2.0","result":{"id":5"#, tail: #"xxx","\"id":6}"#, id: nil),
        Row(head: #"{"jsonrpc":"2.0","id":"17","result":{"id":5"#, tail: #"xxx"}}"#, id: nil),
        Row(head: #"{"jsonrpc":"2.0","id":17.5,"result":{"id":5"#, tail: #"xxx"}}"#, id: nil),
        Row(head: #"{"json\"rpc":"2.\\","id":17,"result":{"id":5"#, tail: #"xxx"}}"#, id: 17),
        Row(head: #"{"a":true,"b":null,"c":-1.5,"id":17}"#, tail: "", id: 17),
        Row(head: "xxxxxxxx", tail: "xxxxxxxx", id: nil),
        Row(head: #"{"jsonrpc""#, tail: "", id: nil),
        Row(head: #"{"jsonrpc"#, tail: "}", id: nil),
        Row(head: "", tail: #""id":5}"#, id: nil),
        Row(head: #"{"id":"#, tail: #"99999999999999999999}"#, id: nil),
    ]

    @Test(arguments: rows) func `is found at either end`(row: Row) {
        #expect(LongMessage.id(head: Array(row.head.utf8), tail: Array(row.tail.utf8)) == row.id)
    }
}
