/// Reads response heads of upstreams as strictly as request heads, by the rules of its own part of the list.
///
/// States: in the first twelve bytes of the status line, in the reason phrase, in the fields. The calling rules and the
/// invariants are those of `RequestHeadParser`. A head below 200 is returned as a head of its own; `reset` is not needed
/// between it and the next.
package struct ResponseHeadParser: Sendable {
    private enum Phase: UInt8 {
        case statusLine, reason, reasonEnd, fields
    }

    private let limits: HTTPLimits
    private var requestMethod: HTTPMethod
    private var phase = Phase.statusLine
    private var minorVersion: UInt8 = 1
    private var status = 0
    private var cursor = 0
    private var section = FieldSectionParser(at: 0)
    /// The last head, its bytes and how many they are, and the method that it answered: equal bytes have an equal verdict.
    private var lastHead: ResponseHead?
    private var lastBytes: [UInt8] = []
    private var lastCount = 0
    private var lastMethod = HTTPMethod.get

    /// A parser for the answer to a request of this method, which decides whether there is a body.
    package init(limits: HTTPLimits = HTTPLimits(), requestMethod: HTTPMethod) {
        self.limits = limits
        self.requestMethod = requestMethod
    }

    /// Gets ready for the answer to the next request.
    package mutating func reset(requestMethod: HTTPMethod) {
        self.requestMethod = requestMethod
        restart()
    }

    /// Looks at what has arrived of the head that begins at the first byte.
    package mutating func parse(_ bytes: Span<UInt8>) -> HeadParse<ResponseHead> {
        if phase == .statusLine, lastCount > 0, lastMethod == requestMethod,
            bytes.begins(with: lastBytes.span.extracting(0..<lastCount)), let lastHead
        {
            return .complete(lastHead, consumed: lastCount)
        }
        let end = min(bytes.count, limits.headBytesMax)
        do {
            if phase != .fields {
                guard try parseStatusLine(bytes, end: end) else { return try incomplete(bytes) }
                section.restart(at: cursor)
            }
            switch section.parse(bytes, end: end, countMax: limits.fieldCountMax) {
            case .incomplete:
                return try incomplete(bytes)
            case .refused(let rule):
                return .refused(HTTPRefusal(rule, side: .response))
            case .complete:
                let consumed = section.cursor
                let head = try makeHead(bytes.extracting(0..<consumed))
                restart()
                lastHead = head
                lastBytes = head.fields.bytes
                lastCount = consumed
                lastMethod = requestMethod
                return .complete(head, consumed: consumed)
            }
        } catch {
            return .refused(HTTPRefusal(error.rule, side: .response))
        }
    }

    private mutating func restart() {
        phase = .statusLine
        cursor = 0
        section.restart(at: 0)
    }

    private func incomplete(_ bytes: Span<UInt8>) throws(HTTPRuleBroken) -> HeadParse<ResponseHead> {
        if bytes.count >= limits.headBytesMax { throw HTTPRuleBroken(.headTooLarge) }
        return .incomplete
    }

    /// `HTTP/1.1 200 reason` CR LF; the space after the status may be missing when there is no reason.
    private mutating func parseStatusLine(_ bytes: Span<UInt8>, end: Int) throws(HTTPRuleBroken) -> Bool {
        if phase == .statusLine {
            guard end >= 13 else { return false }
            try parseStatus(bytes)
        }
        if phase == .reason {
            while cursor < end, ByteSyntax.isValue(bytes[cursor]) { cursor &+= 1 }
            guard cursor < end else { return false }
            try expectCarriageReturn(bytes[cursor])
        }
        guard cursor < end else { return false }
        guard bytes[cursor] == ByteSyntax.lineFeed else { throw HTTPRuleBroken(.bareCarriageReturn) }
        cursor &+= 1
        phase = .fields
        return true
    }

    private mutating func parseStatus(_ bytes: Span<UInt8>) throws(HTTPRuleBroken) {
        switch bytes.word(at: 0) {
        case ByteWords.word("H", "T", "T", "P", "/", "1", ".", "1"): minorVersion = 1
        case ByteWords.word("H", "T", "T", "P", "/", "1", ".", "0"): minorVersion = 0
        default: throw HTTPRuleBroken(.statusLineSyntax)  // The set of other first lines is open.
        }
        guard bytes[8] == ByteSyntax.space, ByteSyntax.isDigit(bytes[9]), ByteSyntax.isDigit(bytes[10]),
            ByteSyntax.isDigit(bytes[11])
        else { throw HTTPRuleBroken(.statusLineSyntax) }
        status = Int(bytes[9] &- 0x30) &* 100 &+ Int(bytes[10] &- 0x30) &* 10 &+ Int(bytes[11] &- 0x30)
        guard 100...599 ~= status else { throw HTTPRuleBroken(.statusRange) }
        if status == 101 { throw HTTPRuleBroken(.statusSwitching) }
        cursor = 12
        if bytes[12] == ByteSyntax.space {
            cursor = 13
            phase = .reason
        } else {
            guard bytes[12] == ByteSyntax.carriageReturn || bytes[12] == ByteSyntax.lineFeed else {
                throw HTTPRuleBroken(.statusLineSyntax)
            }
            try expectCarriageReturn(bytes[12])
        }
    }

    private mutating func expectCarriageReturn(_ byte: UInt8) throws(HTTPRuleBroken) {
        if byte == ByteSyntax.lineFeed { throw HTTPRuleBroken(.bareLineFeed) }
        guard byte == ByteSyntax.carriageReturn else { throw HTTPRuleBroken(.controlByte) }
        cursor &+= 1
        phase = .reasonEnd
    }

    private mutating func makeHead(_ bytes: Span<UInt8>) throws(HTTPRuleBroken) -> ResponseHead {
        let notes = section.notes
        let declared = try notes.declared(bytes, section, minorVersion: minorVersion)
        let framing = try framing(declared)
        return ResponseHead(
            status: status, minorVersion: minorVersion,
            fields: section.fields(of: bytes), framing: framing,
            keepsAlive: framing != .untilClose && !notes.closes && (minorVersion == 1 || notes.keepsAlive))
    }

    /// RFC 9112 section 6.3: what has no body whatever it announces, then what is announced, then the end of the connection.
    private func framing(_ declared: BodyFraming?) throws(HTTPRuleBroken) -> BodyFraming {
        if status < 200 || status == 204 {
            // RFC 9110 section 8.6 forbids announcing a body here; an announced nothing is harmless and common.
            guard declared == nil || declared == .length(0) else { throw HTTPRuleBroken(.bodyForbidden) }
            return .none
        }
        if requestMethod == .head || status == 304 { return .none }
        return declared ?? .untilClose
    }
}
