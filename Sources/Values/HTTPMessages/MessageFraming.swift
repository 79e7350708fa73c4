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

    /// What the two framing fields say; `nil` when neither is there.
    func declared(_ bytes: Span<UInt8>, _ entries: [HTTPFields.Entry], minorVersion: UInt8) throws(HTTPRuleBroken)
        -> BodyFraming?
    {
        if transferEncoding != FramingNotes.absent {
            if contentLength != FramingNotes.absent { throw HTTPRuleBroken(.lengthAndCoding) }
            if transferEncoding == FramingNotes.repeated { throw HTTPRuleBroken(.codingRepeated) }
            if minorVersion == 0 { throw HTTPRuleBroken(.codingInOldVersion) }
            let value = bytes.extracting(FramingNotes.value(entries, transferEncoding))
            guard ByteComparison.equal(value, "chunked", ignoringCase: true) else {
                throw HTTPRuleBroken(.codingUnsupported)
            }
            return .chunked
        }
        guard contentLength != FramingNotes.absent else { return nil }
        if contentLength == FramingNotes.repeated { throw HTTPRuleBroken(.lengthRepeated) }
        switch Decimal.parse(bytes.extracting(FramingNotes.value(entries, contentLength))) {
        case .value(let length): return .length(length)
        case .malformed: throw HTTPRuleBroken(.lengthSyntax)
        case .tooLarge: throw HTTPRuleBroken(.lengthOverflow)
        }
    }

    @inline(__always)
    static func value(_ entries: [HTTPFields.Entry], _ place: Place) -> Range<Int> {
        let entry = entries[Int(place)]
        return Int(entry.valueStart)..<(Int(entry.valueStart) &+ Int(entry.valueCount))
    }
}

/// A broken rule on its way to the parser that knows whose message it is.
struct HTTPRuleBroken: Error {
    let rule: HTTPRule

    init(_ rule: HTTPRule) {
        self.rule = rule
    }
}
