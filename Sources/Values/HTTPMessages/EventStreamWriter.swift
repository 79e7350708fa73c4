/// Writes events and comments of an event stream, so that our parser and a browser's read them back as they were.
package enum EventStreamWriter {
    /// Appends an event; each line of the data (LF, CR or CRLF) becomes a `data` line. Name and id must have no line end.
    package static func appendEvent(
        name: StaticString = "", data: Span<UInt8>, id: String? = nil, retryMilliseconds: Int? = nil,
        to output: inout [UInt8]
    ) {
        if name.utf8CodeUnitCount > 0 {
            output.append(literal: "event: ")
            output.append(literal: name)
            output.append(ByteSyntax.lineFeed)
        }
        if let id {
            precondition(
                id.utf8.allSatisfy { $0 != 0 && $0 != ByteSyntax.lineFeed && $0 != ByteSyntax.carriageReturn },
                "an event id is made by us and has no line end and no NUL")
            output.append(literal: "id: ")
            output.append(contentsOf: id.utf8)
            output.append(ByteSyntax.lineFeed)
        }
        if let retryMilliseconds {
            output.append(literal: "retry: ")
            Decimal.append(retryMilliseconds, to: &output)
            output.append(ByteSyntax.lineFeed)
        }
        appendData(data, to: &output)
        output.append(ByteSyntax.lineFeed)
    }

    /// Appends a comment, which keeps a quiet stream alive on its way; nobody reads it.
    package static func appendComment(_ text: StaticString = "", to output: inout [UInt8]) {
        output.append(ByteSyntax.colon)
        output.append(literal: text)
        output.append(literal: "\n\n")
    }

    private static func appendData(_ data: Span<UInt8>, to output: inout [UInt8]) {
        output.reserveCapacity(output.count + data.count + 16)
        var start = 0
        while true {
            let end = data.lineEnd(from: start)
            output.append(literal: "data: ")
            output.append(copying: data.extracting(start..<end))
            output.append(ByteSyntax.lineFeed)
            if end == data.count { return }
            start = end &+ 1
            if data[end] == ByteSyntax.carriageReturn, start < data.count, data[start] == ByteSyntax.lineFeed {
                start &+= 1
            }
        }
    }
}
