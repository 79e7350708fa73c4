/// Writes a chunked body: any number of chunks, then the last one.
package enum ChunkWriter {
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
        if !trailers.isEmpty {
            output.appendHead(bytesMax: trailers.writtenBytesMax) { trailers.write(to: &$0) }
        }
        output.append(literal: "\r\n")
    }
}
