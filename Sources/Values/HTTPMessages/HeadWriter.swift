/// Writes heads afresh, so that no message leaves with framing that somebody else chose.
///
/// 1. Host, Content-Length, Transfer-Encoding, Connection and Date are written from the arguments only; fields of these
///    names among the given ones are left out. So are the other fields of one hop after `removeHopByHop`.
/// 2. What is written is accepted by our own parsers, and means the same there.
package enum HeadWriter {
    /// Appends a request head of HTTP/1.1; target and host are trusted to be valid, as a checked URL's parts are. Of the
    /// `relayed` fields, which are another message's, those go along whose names the filter wants.
    package static func appendRequest(
        method: HTTPMethod, target: Span<UInt8>, host: Span<UInt8>, fields: HTTPFields, relayed: HTTPFields? = nil,
        where wanted: (Span<UInt8>) -> Bool = { _ in false }, framing: BodyFraming, keepsAlive: Bool = true,
        to output: inout [UInt8]
    ) {
        let bytesMax =
            fixedBytesMax + target.count + host.count + fields.writtenBytesMax + (relayed?.writtenBytesMax ?? 0)
        output.appendHead(bytesMax: bytesMax) { sink in
            method.write(to: &sink)
            sink.write(byte: ByteSyntax.space)
            sink.write(target)
            sink.write(" HTTP/1.1\r\nhost: ")
            sink.write(host)
            sink.write("\r\n")
            fields.write(to: &sink)
            if let relayed { relayed.write(to: &sink, where: wanted) }
            finish(framing, connection: keepsAlive ? nil : "connection: close\r\n", to: &sink)
        }
    }

    /// Appends a response head; `date` is the value of Date, left out when empty; `minorVersion` is that of the request.
    package static func appendResponse(
        status: Int, fields: HTTPFields, framing: BodyFraming, keepsAlive: Bool, date: Span<UInt8>,
        minorVersion: UInt8 = 1, to output: inout [UInt8]
    ) {
        output.appendHead(bytesMax: fixedBytesMax + date.count + fields.writtenBytesMax) { sink in
            StatusLine.write(status, to: &sink)
            if !date.isEmpty {
                sink.write("date: ")
                sink.write(date)
                sink.write("\r\n")
            }
            fields.write(to: &sink)
            let connection: StaticString? =
                switch (keepsAlive, minorVersion) {
                case (false, _): "connection: close\r\n"
                case (true, 0): "connection: keep-alive\r\n"
                case (true, _): nil
                }
            finish(framing, connection: connection, to: &sink)
        }
    }

    /// Appends an interim `100 Continue`.
    package static func appendContinue(to output: inout [UInt8]) {
        output.append(literal: "HTTP/1.1 100 Continue\r\n\r\n")
    }

    /// More than all that is not given by the caller: start line, names, numbers, line ends.
    private static let fixedBytesMax = 256

    private static func finish(_ framing: BodyFraming, connection: StaticString?, to sink: inout HeadSink) {
        switch framing {
        case .none, .untilClose: break
        case .chunked: sink.write("transfer-encoding: chunked\r\n")
        case .length(let length):
            sink.write("content-length: ")
            Decimal.write(length, to: &sink)
            sink.write("\r\n")
        }
        if let connection { sink.write(connection) }
        sink.write("\r\n")
    }
}

extension HTTPFields {
    /// No less than the fields take when written.
    var writtenBytesMax: Int { bytes.count + 4 * count }

    /// Writes the lines of the fields that are not the writer's own. Lines that stand in `bytes` as they are to be written,
    /// one after the other, are copied together; nearly all do.
    func write(to sink: inout HeadSink) {
        let source = bytes.span
        if isVerbatim {
            sink.write(source)
            return
        }
        var run = 0..<0
        for index in 0..<count {
            let entry = entry(index)
            if HTTPFields.isWritersOwn(source, entry) { continue }
            let line = Int(entry.nameStart)..<(entry.value.upperBound &+ 2)
            if !isWrittenAsIs(source, entry) {
                sink.write(source, run)
                run = 0..<0
                sink.write(source, entry.name)
                sink.write(": ")
                sink.write(source, entry.value)
                sink.write("\r\n")
            } else if line.lowerBound == run.upperBound {
                run = run.lowerBound..<line.upperBound
            } else {
                sink.write(source, run)
                run = line
            }
        }
        sink.write(source, run)
    }

    /// Writes the lines of the fields whose names the filter wants, less the writer's own.
    func write(to sink: inout HeadSink, where wanted: (Span<UInt8>) -> Bool) {
        let source = bytes.span
        for index in 0..<count {
            let entry = entry(index)
            guard wanted(source.extracting(entry.name)), !HTTPFields.isWritersOwn(source, entry) else { continue }
            if isWrittenAsIs(source, entry) {
                sink.write(source, Int(entry.nameStart)..<(entry.value.upperBound &+ 2))
                continue
            }
            sink.write(source, entry.name)
            sink.write(": ")
            sink.write(source, entry.value)
            sink.write("\r\n")
        }
    }

    /// Whether the field stands there as name, colon, space, value, CRLF.
    private func isWrittenAsIs(_ source: Span<UInt8>, _ entry: Entry) -> Bool {
        let colon = entry.name.upperBound
        let end = entry.value.upperBound
        return Int(entry.valueStart) == colon &+ 2 && end &+ 2 <= source.count
            && source[colon] == ByteSyntax.colon && source[colon &+ 1] == ByteSyntax.space
            && source[end] == ByteSyntax.carriageReturn && source[end &+ 1] == ByteSyntax.lineFeed
    }

    @inline(__always)
    static func isWritersOwn(_ source: Span<UInt8>, _ entry: Entry) -> Bool {
        let count = Int(entry.nameCount)
        guard FramingNotes.isLengthOfNoted(count) else { return false }
        return isWritersOwn(source, name: Int(entry.nameStart), count: count)
    }

    private static func isWritersOwn(_ source: Span<UInt8>, name: Int, count: Int) -> Bool {
        switch count {
        case 4: FieldName.host.equals(source, at: name, count: 4) || FieldName.date.equals(source, at: name, count: 4)
        case 10: FieldName.connection.equals(source, at: name, count: 10)
        case 14: FieldName.contentLength.equals(source, at: name, count: 14)
        case 17: FieldName.transferEncoding.equals(source, at: name, count: 17)
        default: false  // No other length is that of a name that the writer writes.
        }
    }
}
