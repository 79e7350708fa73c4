/// One step of reading a chunked body.
package enum ChunkStep: Sendable {
    /// Body bytes are at this range of the bytes given; call again with what follows the first `consumed`.
    case data(Range<Int>, consumed: Int)
    /// All `consumed` bytes were taken and more are needed.
    case needMore(consumed: Int)
    /// The body is complete; what follows the first `consumed` bytes belongs to the next message.
    case complete(trailers: HTTPFields, consumed: Int)
    /// The body is refused; close the connection.
    case refused(HTTPRefusal)
}

/// Reads a chunked body, RFC 9112 section 7.1, with CRLF only, no blanks, and bounded extensions and trailers.
///
/// States: in a size, in an extension (before its name, in its name, before its value, in its value, in a quoted value,
/// behind a closing quote), before a size line's LF, in data, before the CR and the LF behind data,
/// in the trailer section, done.
///
/// 1. Every byte given is taken, except those behind the end: nothing has to be given twice.
/// 2. Data is never copied: it is named by its range.
/// 3. The verdict depends on the bytes alone, not on the pieces in which they came.
package struct ChunkDecoder: Sendable {
    private enum Phase: UInt8 {
        case size, extensionName, extensionNameRest, extensionValue, extensionToken, extensionQuoted
        case extensionEnd, sizeLineFeed, data, dataReturn, dataLineFeed, trailers, done
    }

    private let limits: HTTPLimits
    private let side: HTTPRefusal.Side
    private var phase = Phase.size
    private var size = 0
    private var digits = 0
    private var headBytes = 0
    private var overhead = 0
    private var trailerBytes: [UInt8] = []
    private var section = FieldSectionParser(at: 0)

    /// A decoder for one body; `side` says whose it is, for the status of a refusal.
    package init(limits: HTTPLimits = HTTPLimits(), side: HTTPRefusal.Side = .request) {
        self.limits = limits
        self.side = side
    }

    /// Takes the next bytes of the body.
    package mutating func decode(_ bytes: Span<UInt8>) -> ChunkStep {
        var index = 0
        do throws(HTTPRuleBroken) {
            while index < bytes.count {
                switch phase {
                case .data:
                    let end = index &+ min(size, bytes.count &- index)
                    size &-= end &- index
                    if size == 0 { phase = .dataReturn }
                    return .data(index..<end, consumed: end)
                case .dataReturn:
                    guard bytes[index] == ByteSyntax.carriageReturn else { throw HTTPRuleBroken(.chunkDataEnd) }
                    phase = .dataLineFeed
                    index &+= 1
                case .dataLineFeed:
                    guard bytes[index] == ByteSyntax.lineFeed else { throw HTTPRuleBroken(.chunkDataEnd) }
                    phase = .size
                    index &+= 1
                case .trailers:
                    if let trailers = try takeTrailers(bytes, &index) {
                        phase = .done
                        return .complete(trailers: trailers, consumed: index)
                    }
                case .done:
                    return .complete(trailers: HTTPFields(), consumed: 0)
                case .size, .extensionName, .extensionNameRest, .extensionValue, .extensionToken, .extensionQuoted,
                    .extensionEnd, .sizeLineFeed:
                    try takeSizeLine(bytes[index])
                    index &+= 1
                }
            }
            return .needMore(consumed: index)
        } catch {
            return .refused(HTTPRefusal(error.rule, side: side))
        }
    }

    private mutating func takeSizeLine(_ byte: UInt8) throws(HTTPRuleBroken) {
        headBytes &+= 1
        if headBytes > limits.chunkHeadBytesMax { throw HTTPRuleBroken(.chunkHeadTooLong) }
        if phase == .size {
            if let digit = ByteSyntax.hexValue(byte) {
                digits &+= 1
                if digits > 16 { throw HTTPRuleBroken(.chunkSizeSyntax) }
                if size > Int.max &>> 4 { throw HTTPRuleBroken(.chunkSizeOverflow) }
                size = size &<< 4 | Int(digit)
                return
            }
            if digits == 0 { throw HTTPRuleBroken(.chunkSizeSyntax) }
            try endOfExtension(byte, otherwise: .chunkSizeSyntax)
        } else if phase == .sizeLineFeed {
            guard byte == ByteSyntax.lineFeed else { throw HTTPRuleBroken(.chunkHeadEnd) }
            try finishSizeLine()
        } else {
            try takeExtension(byte)
        }
    }

    /// `;name`, `;name=token` or `;name="quoted"`, as RFC 9112 section 7.1.1 has it, without the blanks it suffers.
    private mutating func takeExtension(_ byte: UInt8) throws(HTTPRuleBroken) {
        switch phase {
        case .extensionName:
            guard ByteSyntax.isToken(byte) else { throw HTTPRuleBroken(.chunkExtension) }
            phase = .extensionNameRest
        case .extensionNameRest:
            if ByteSyntax.isToken(byte) { return }
            if byte == 0x3D {
                phase = .extensionValue
            } else {
                try endOfExtension(byte, otherwise: .chunkExtension)
            }
        case .extensionValue:
            guard byte == 0x22 || ByteSyntax.isToken(byte) else { throw HTTPRuleBroken(.chunkExtension) }
            phase = byte == 0x22 ? .extensionQuoted : .extensionToken
        case .extensionToken:
            if ByteSyntax.isToken(byte) { return }
            try endOfExtension(byte, otherwise: .chunkExtension)
        case .extensionQuoted:
            // A backslash would escape the next byte; some readers know that and some do not.
            guard byte >= 0x20, byte < 0x7F, byte != 0x5C else { throw HTTPRuleBroken(.chunkExtension) }
            if byte == 0x22 { phase = .extensionEnd }
        case .extensionEnd:
            try endOfExtension(byte, otherwise: .chunkExtension)
        case .size, .sizeLineFeed, .data, .dataReturn, .dataLineFeed, .trailers, .done:
            preconditionFailure("an extension is only read inside a size line")
        }
    }

    private mutating func endOfExtension(_ byte: UInt8, otherwise rule: HTTPRule) throws(HTTPRuleBroken) {
        switch byte {
        case ByteSyntax.carriageReturn: phase = .sizeLineFeed
        case 0x3B: phase = .extensionName
        case ByteSyntax.lineFeed: throw HTTPRuleBroken(.chunkHeadEnd)
        default: throw HTTPRuleBroken(rule)  // Every other byte is wrong here.
        }
    }

    private mutating func finishSizeLine() throws(HTTPRuleBroken) {
        // A chunk may bring sixteen bytes of head, and twice its data; only what exceeds that adds up.
        let (allowance, overflows) = size.addingReportingOverflow(size)
        overhead = overflows ? 0 : max(0, overhead &+ headBytes &- 16 &- min(allowance, overhead &+ headBytes))
        if overhead > limits.chunkOverheadBytesMax { throw HTTPRuleBroken(.chunkOverhead) }
        phase = size == 0 ? .trailers : .data
        digits = 0
        headBytes = 0
    }

    /// Takes bytes line by line, so that none behind the section is taken; returns the fields when it is complete.
    private mutating func takeTrailers(_ bytes: Span<UInt8>, _ index: inout Int) throws(HTTPRuleBroken) -> HTTPFields? {
        let start = index
        // Nearly all bodies end here, without a trailer.
        if trailerBytes.isEmpty, start &+ 2 <= bytes.count, bytes[start] == ByteSyntax.carriageReturn,
            bytes[start &+ 1] == ByteSyntax.lineFeed
        {
            index &+= 2
            return HTTPFields()
        }
        while index < bytes.count, bytes[index] != ByteSyntax.lineFeed { index &+= 1 }
        if index < bytes.count { index &+= 1 }
        let room = limits.trailerBytesMax &- trailerBytes.count
        trailerBytes.append(copying: bytes.extracting(start..<min(index, start &+ room)))
        let gathered = trailerBytes
        let end = gathered.count
        switch section.parse(gathered.span, end: end, countMax: limits.trailerCountMax) {
        case .incomplete:
            if end == limits.trailerBytesMax { throw HTTPRuleBroken(.trailerTooLarge) }
            return nil
        case .refused(let rule):
            throw HTTPRuleBroken(rule == .tooManyFields ? .tooManyTrailers : rule)
        case .complete:
            let trailers = section.fields(of: gathered.span)
            if TrailerNames.hasForbidden(trailers) { throw HTTPRuleBroken(.trailerForbidden) }
            return trailers
        }
    }
}

/// Fields that must not come after the body, RFC 9110 section 6.5.1: those that frame, route, authenticate, or say how
/// the body is to be read. Dropping them silently would let two readers differ, so they are refused.
enum TrailerNames {
    private static let forbidden: [FieldName] = [
        .contentLength, .transferEncoding, .host, .connection, .trailer, .transferCodings, .expect, .upgrade,
        .authorization, .proxyAuthorization, .cookie, .setCookie, .wwwAuthenticate, .contentType, .contentEncoding,
        .contentRange, .cacheControl, .location, .origin, .mcpProtocolVersion, .mcpSessionID, .mcpMethod, .mcpName,
        .keepAlive, .proxyConnection,
    ]

    static func hasForbidden(_ trailers: HTTPFields) -> Bool {
        if trailers.isEmpty { return false }
        return forbidden.contains { trailers.contains($0) }
    }
}
