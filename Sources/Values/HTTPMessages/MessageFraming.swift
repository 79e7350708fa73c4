/// How the end of a message's body is found, RFC 9112 section 6.3.
package enum BodyFraming: Sendable, Equatable {
    /// No body follows the head.
    case none
    /// Exactly so many bytes follow.
    case length(Int)
    /// Chunks follow, to be read by `ChunkDecoder`.
    case chunked
    /// Everything until the connection ends is the body; responses only.
    case untilClose
}

/// What a parser made of the bytes that have arrived so far.
package enum HeadParse<Head: Sendable>: Sendable {
    /// The head is not all there; call again with the same bytes and more.
    case incomplete
    /// The head is there; `consumed` bytes from the start belong to it.
    case complete(Head, consumed: Int)
    /// The message is refused; close the connection after the answer.
    case refused(HTTPRefusal)
}

/// What the one pass over the fields remembers of those that frame and route a message: where they stand.
struct FramingNotes: Sendable {
    /// An entry's index, -1 when the name is absent, -2 when it is repeated.
    typealias Place = Int32
    static let absent: Place = -1
    static let repeated: Place = -2

    var host = FramingNotes.absent
    var contentLength = FramingNotes.absent
    var transferEncoding = FramingNotes.absent
    var expect = FramingNotes.absent
    var closes = false
    var keepsAlive = false

    @inline(__always)
    static func note(_ place: inout Place, at index: Int) {
        place = place == absent ? Place(truncatingIfNeeded: index) : repeated
    }

    /// Whether a name of this length can be one of those noted: Host, Expect, Connection, Content-Length, Transfer-Encoding.
    @inline(__always)
    static func isLengthOfNoted(_ count: Int) -> Bool {
        count <= 17 && (0b10_0100_0100_0101_0000 &>> count) & 1 == 1
    }

    /// Notes a field: its name by length, then eight bytes at a time in lower case. Bit 5 changes no token byte into one of
    /// these but a capital letter.
    mutating func note(_ bytes: Span<UInt8>, name: Int, count: Int, value: Int, _ valueEnd: Int, at index: Int) {
        let first = bytes.word(at: name, count: count) | ByteWords.lowerCase
        switch count {
        case 4:
            if first == ByteWords.word("h", "o", "s", "t", " ", " ", " ", " ") { FramingNotes.note(&host, at: index) }
        case 6:
            if first == ByteWords.word("e", "x", "p", "e", "c", "t", " ", " ") { FramingNotes.note(&expect, at: index) }
        case 10:
            if first == ByteWords.word("c", "o", "n", "n", "e", "c", "t", "i"),
                tail(bytes, name &+ 10) == ByteWords.word("n", "n", "e", "c", "t", "i", "o", "n")
            {
                noteConnection(bytes.extracting(value..<valueEnd))
            }
        case 14:
            if first == ByteWords.word("c", "o", "n", "t", "e", "n", "t", "-"),
                tail(bytes, name &+ 14) == ByteWords.word("t", "-", "l", "e", "n", "g", "t", "h")
            {
                FramingNotes.note(&contentLength, at: index)
            }
        case 17:
            // The first eight bytes and the last eight leave one between them.
            if first == ByteWords.word("t", "r", "a", "n", "s", "f", "e", "r"), bytes[name &+ 8] == 0x2D,
                tail(bytes, name &+ 17) == ByteWords.word("e", "n", "c", "o", "d", "i", "n", "g")
            {
                FramingNotes.note(&transferEncoding, at: index)
            }
        default: break  // No other length is noted.
        }
    }

    @inline(__always)
    private func tail(_ bytes: Span<UInt8>, _ end: Int) -> UInt64 {
        bytes.word(at: end &- 8) | ByteWords.lowerCase
    }

    private mutating func noteConnection(_ value: Span<UInt8>) {
        if value.count == 10, value.word(at: 0) == ByteWords.word("k", "e", "e", "p", "-", "a", "l", "i"),
            value[8] == 0x76, value[9] == 0x65
        {
            keepsAlive = true
            return
        }
        if TokenList.contains(value, "close") { closes = true }
        if TokenList.contains(value, "keep-alive") { keepsAlive = true }
    }

    /// What the two framing fields say; `nil` when neither is there.
    func declared(_ bytes: Span<UInt8>, _ section: borrowing FieldSectionParser, minorVersion: UInt8)
        throws(HTTPRuleBroken) -> BodyFraming?
    {
        if transferEncoding != FramingNotes.absent {
            if contentLength != FramingNotes.absent { throw HTTPRuleBroken(.lengthAndCoding) }
            if transferEncoding == FramingNotes.repeated { throw HTTPRuleBroken(.codingRepeated) }
            if minorVersion == 0 { throw HTTPRuleBroken(.codingInOldVersion) }
            let value = bytes.extracting(section[Int(transferEncoding)].value)
            guard ByteComparison.equal(value, "chunked", ignoringCase: true) else {
                throw HTTPRuleBroken(.codingUnsupported)
            }
            return .chunked
        }
        guard contentLength != FramingNotes.absent else { return nil }
        if contentLength == FramingNotes.repeated { throw HTTPRuleBroken(.lengthRepeated) }
        switch Decimal.parse(bytes.extracting(section[Int(contentLength)].value)) {
        case .value(let length): return .length(length)
        case .malformed: throw HTTPRuleBroken(.lengthSyntax)
        case .tooLarge: throw HTTPRuleBroken(.lengthOverflow)
        }
    }
}

/// A broken rule on its way to the parser that knows whose message it is.
struct HTTPRuleBroken: Error {
    let rule: HTTPRule

    init(_ rule: HTTPRule) {
        self.rule = rule
    }
}
