/// Writes heads afresh, so that no message leaves with framing that somebody else chose.
///
/// 1. Host, Content-Length, Transfer-Encoding, Connection and Date are written from the arguments only; fields of these
///    names among the given ones are left out. So are the other fields of one hop, if `dropsHopByHop` was called first.
/// 2. What is written is accepted by our own parsers, and means the same there.
package enum HeadWriter {
    /// Appends a request head of HTTP/1.1; target and host are trusted to be valid, as a checked URL's parts are.
    package static func appendRequest(
        method: HTTPMethod, target: Span<UInt8>, host: Span<UInt8>, fields: HTTPFields, framing: BodyFraming,
        keepsAlive: Bool = true, to output: inout [UInt8]
    ) {
        output.reserveCapacity(output.count + target.count + host.count + fields.bytes.count + 4 * fields.count + 128)
        method.append(to: &output)
        output.append(ByteSyntax.space)
        output.append(copying: target)
        output.append(literal: " HTTP/1.1\r\nhost: ")
        output.append(copying: host)
        output.append(literal: "\r\n")
        append(fields, to: &output)
        finish(framing, connection: keepsAlive ? nil : "connection: close\r\n", to: &output)
    }

    /// Appends a response head; `date` is the value of Date, left out when empty; `minorVersion` is that of the request.
    package static func appendResponse(
        status: Int, fields: HTTPFields, framing: BodyFraming, keepsAlive: Bool, date: Span<UInt8>,
        minorVersion: UInt8 = 1, to output: inout [UInt8]
    ) {
        output.reserveCapacity(output.count + fields.bytes.count + 4 * fields.count + 192)
        StatusLine.append(status, to: &output)
        if !date.isEmpty {
            output.append(literal: "date: ")
            output.append(copying: date)
            output.append(literal: "\r\n")
        }
        append(fields, to: &output)
        let connection: StaticString? =
            switch (keepsAlive, minorVersion) {
            case (false, _): "connection: close\r\n"
            case (true, 0): "connection: keep-alive\r\n"
            case (true, _): nil
            }
        finish(framing, connection: connection, to: &output)
    }

    /// Appends an interim `100 Continue`.
    package static func appendContinue(to output: inout [UInt8]) {
        output.append(literal: "HTTP/1.1 100 Continue\r\n\r\n")
    }

    /// Appends one chunk; nothing for no bytes, because an empty chunk would end the body.
    package static func appendChunk(_ data: Span<UInt8>, to output: inout [UInt8]) {
        if data.isEmpty { return }
        appendChunkHead(count: data.count, to: &output)
        output.append(copying: data)
        output.append(literal: "\r\n")
    }

    /// Appends a chunk's size line; the caller sends `count` bytes and a CRLF after it.
    package static func appendChunkHead(count: Int, to output: inout [UInt8]) {
        precondition(count > 0, "the chunk of no bytes is the last one")
        var shift = (Int.bitWidth - 1 - count.leadingZeroBitCount) & ~3
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: count &>> shift) & 0xF
            output.append(digit < 10 ? 0x30 &+ digit : 0x57 &+ digit)
            shift &-= 4
        }
        output.append(literal: "\r\n")
    }

    /// Appends the end of a chunked body.
    package static func appendLastChunk(trailers: HTTPFields = HTTPFields(), to output: inout [UInt8]) {
        output.append(literal: "0\r\n")
        append(trailers, to: &output)
        output.append(literal: "\r\n")
    }

    private static func append(_ fields: HTTPFields, to output: inout [UInt8]) {
        let source = fields.bytes.span
        for entry in fields.entries where !isOurs(source, entry) {
            output.append(copying: source.extracting(fields.nameRange(entry)))
            output.append(literal: ": ")
            output.append(copying: source.extracting(fields.valueRange(entry)))
            output.append(literal: "\r\n")
        }
    }

    private static func isOurs(_ source: Span<UInt8>, _ entry: HTTPFields.Entry) -> Bool {
        let name = Int(entry.nameStart)
        return switch entry.nameCount {
        case 4: FieldName.host.equals(source, at: name, count: 4) || FieldName.date.equals(source, at: name, count: 4)
        case 10: FieldName.connection.equals(source, at: name, count: 10)
        case 14: FieldName.contentLength.equals(source, at: name, count: 14)
        case 17: FieldName.transferEncoding.equals(source, at: name, count: 17)
        default: false  // No other length is that of a name that is ours to write.
        }
    }

    private static func finish(_ framing: BodyFraming, connection: StaticString?, to output: inout [UInt8]) {
        switch framing {
        case .none, .untilClose: break
        case .chunked: output.append(literal: "transfer-encoding: chunked\r\n")
        case .length(let length):
            output.append(literal: "content-length: ")
            Decimal.append(length, to: &output)
            output.append(literal: "\r\n")
        }
        if let connection { output.append(literal: connection) }
        output.append(literal: "\r\n")
    }
}
