/// Reads request heads, the smallest set that clients send and that can be read in one way only.
///
/// States: before the method, in the target, before the version, in the fields. Call `parse` with the bytes since the
/// start of the head; after `incomplete` call again with the same bytes and more. Each byte is looked at once (a
/// method's up to sixteen, and the version's ten, at each call until they are all there).
///
/// 1. The verdict depends on the bytes alone, not on the pieces in which they came.
/// 2. `consumed` is at most `headBytesMax`; nothing behind it was looked at.
/// 3. A head that is byte by byte the last one of the connection is not parsed again.
/// 4. After `complete` the parser is ready for the next head; after `refused` the connection is of no more use.
package struct RequestHeadParser: Sendable {
    private enum Phase: UInt8 {
        case start, method, target, version, fields
    }

    private let limits: HTTPLimits
    private var phase = Phase.start
    private var method = HTTPMethod.get
    private var minorVersion: UInt8 = 1
    private var targetStart = 0
    private var targetEnd = 0
    private var cursor = 0
    private var section = FieldSectionParser(at: 0)
    /// The last head, its bytes and how many they are: a connection mostly repeats its head, and equal bytes have an equal
    /// verdict. Three properties, because one of three parts would be copied whenever it is asked.
    private var lastHead: RequestHead?
    private var lastBytes: [UInt8] = []
    private var lastCount = 0

    /// A parser for one connection.
    package init(limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
    }

    /// Forgets a head that has begun, and the last one too.
    package mutating func reset() {
        lastHead = nil
        lastBytes = []
        lastCount = 0
        restart()
    }

    private mutating func restart() {
        phase = .start
        cursor = 0
        section.restart(at: 0)
    }

    /// Looks at what has arrived of the head that begins at the first byte.
    package mutating func parse(_ bytes: Span<UInt8>) -> HeadParse<RequestHead> {
        if phase == .start, lastCount > 0, bytes.begins(with: lastBytes.span.extracting(0..<lastCount)), let lastHead {
            return .complete(lastHead, consumed: lastCount)
        }
        let end = min(bytes.count, limits.headBytesMax)
        do {
            if phase != .fields {
                guard try parseRequestLine(bytes, end: end) else { return try incomplete(bytes) }
                section.restart(at: cursor)
            }
            switch section.parse(bytes, end: end, countMax: limits.fieldCountMax) {
            case .incomplete:
                return try incomplete(bytes)
            case .refused(let rule):
                return .refused(HTTPRefusal(rule))
            case .complete:
                let consumed = section.cursor
                let head = try makeHead(bytes.extracting(0..<consumed))
                restart()
                lastHead = head
                lastBytes = head.fields.bytes
                lastCount = consumed
                return .complete(head, consumed: consumed)
            }
        } catch {
            return .refused(HTTPRefusal(error.rule))
        }
    }

    private func incomplete(_ bytes: Span<UInt8>) throws(HTTPRuleBroken) -> HeadParse<RequestHead> {
        if bytes.count >= limits.headBytesMax { throw HTTPRuleBroken(.headTooLarge) }
        return .incomplete
    }

    /// True when the line is complete and `cursor` stands behind it.
    private mutating func parseRequestLine(_ bytes: Span<UInt8>, end: Int) throws(HTTPRuleBroken) -> Bool {
        if phase == .start {
            guard try skipEmptyLine(bytes, end: end) else { return false }
            phase = .method
        }
        if phase == .method {
            guard try parseMethod(bytes, end: end) else { return false }
            targetStart = cursor
            phase = .target
        }
        if phase == .target {
            guard try parseTarget(bytes, end: end) else { return false }
            phase = .version
        }
        guard cursor &+ 10 <= end else { return false }
        try parseVersion(bytes)
        phase = .fields
        return true
    }

    /// RFC 9112 section 2.2: one empty line before the request line is ignored; we take no second one.
    private mutating func skipEmptyLine(_ bytes: Span<UInt8>, end: Int) throws(HTTPRuleBroken) -> Bool {
        guard end > 0 else { return false }
        if bytes[0] == ByteSyntax.lineFeed { throw HTTPRuleBroken(.bareLineFeed) }
        guard bytes[0] == ByteSyntax.carriageReturn else { return true }
        guard end > 1 else { return false }
        guard bytes[1] == ByteSyntax.lineFeed else { throw HTTPRuleBroken(.bareCarriageReturn) }
        guard end > 2 else { return false }
        if bytes[2] == ByteSyntax.carriageReturn || bytes[2] == ByteSyntax.lineFeed {
            throw HTTPRuleBroken(.emptyLines)
        }
        cursor = 2
        return true
    }

    private mutating func parseMethod(_ bytes: Span<UInt8>, end: Int) throws(HTTPRuleBroken) -> Bool {
        if cursor &+ 8 <= end {
            let word = bytes.word(at: cursor)
            if word & 0xFF_FFFF_FFFF == ByteWords.word("P", "O", "S", "T", " ") {
                method = .post
                cursor &+= 5
                return true
            }
            if word & 0xFFFF_FFFF == ByteWords.word("G", "E", "T", " ") {
                method = .get
                cursor &+= 4
                return true
            }
        }
        var index = cursor
        while index < end, HTTPMethod.isAllowed(bytes[index]) {
            index &+= 1
            if index &- cursor > HTTPMethod.bytesMax { throw HTTPRuleBroken(.methodSyntax) }
        }
        guard index < end else { return false }
        guard bytes[index] == ByteSyntax.space, let parsed = HTTPMethod(bytes: bytes.extracting(cursor..<index)) else {
            throw HTTPRuleBroken(.methodSyntax)
        }
        if parsed == .connect { throw HTTPRuleBroken(.methodConnect) }
        method = parsed
        cursor = index &+ 1
        return true
    }

    private mutating func parseTarget(_ bytes: Span<UInt8>, end headEnd: Int) throws(HTTPRuleBroken) -> Bool {
        let tooFar = targetStart &+ limits.targetBytesMax &+ 1
        let end = min(headEnd, tooFar)
        var index = cursor
        while true {
            if index &+ 8 <= end {
                let marks = ByteWords.notTarget(bytes.word(at: index))
                if marks == 0 {
                    index &+= 8
                    continue
                }
                index &+= ByteWords.first(marks)
            }
            guard index < end else { break }
            let byte = bytes[index]
            if byte == ByteSyntax.space { return try finishTarget(at: index) }
            guard RequestHeadParser.isTarget(byte) else { throw HTTPRuleBroken(targetRule(byte, at: index)) }
            index &+= 1
        }
        if index == tooFar { throw HTTPRuleBroken(.targetTooLong) }
        cursor = index
        return false
    }

    private mutating func finishTarget(at index: Int) throws(HTTPRuleBroken) -> Bool {
        guard index > targetStart else { throw HTTPRuleBroken(.requestLineSpacing) }
        targetEnd = index
        cursor = index &+ 1
        return true
    }

    /// Visible ASCII without the five bytes that are never sent unencoded: `"` `#` `<` `>` and the backslash.
    private static func isTarget(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x23 && byte & ~2 != 0x3C && byte != 0x5C
    }

    private func targetRule(_ byte: UInt8, at index: Int) -> HTTPRule {
        switch byte {
        case ByteSyntax.tab: .requestLineSpacing
        case ByteSyntax.carriageReturn: index == targetStart ? .requestLineSpacing : .versionSyntax
        case ByteSyntax.lineFeed: .bareLineFeed
        default: .targetByte  // Any other byte is wrong for what it is.
        }
    }

    /// The ten bytes `HTTP/1.x` CR LF.
    private mutating func parseVersion(_ bytes: Span<UInt8>) throws(HTTPRuleBroken) {
        switch bytes.word(at: cursor) {
        case ByteWords.word("H", "T", "T", "P", "/", "1", ".", "1"): minorVersion = 1
        case ByteWords.word("H", "T", "T", "P", "/", "1", ".", "0"): minorVersion = 0
        default: throw HTTPRuleBroken(versionRule(bytes))  // The set of wrong versions is open.
        }
        switch (bytes[cursor &+ 8], bytes[cursor &+ 9]) {
        case (ByteSyntax.carriageReturn, ByteSyntax.lineFeed): cursor &+= 10
        case (ByteSyntax.carriageReturn, _): throw HTTPRuleBroken(.bareCarriageReturn)
        case (ByteSyntax.lineFeed, _): throw HTTPRuleBroken(.bareLineFeed)
        case (ByteSyntax.space, _), (ByteSyntax.tab, _): throw HTTPRuleBroken(.requestLineSpacing)
        default: throw HTTPRuleBroken(.versionSyntax)  // Anything else makes it no version.
        }
    }

    private func versionRule(_ bytes: Span<UInt8>) -> HTTPRule {
        if ByteSyntax.isBlank(bytes[cursor]) { return .requestLineSpacing }
        let version = bytes.extracting(cursor..<(cursor &+ 8))
        let isVersion =
            ByteComparison.hasPrefix(version, "HTTP/") && ByteSyntax.isDigit(version[5]) && version[6] == 0x2E
            && ByteSyntax.isDigit(version[7])
        return isVersion ? .versionUnsupported : .versionSyntax
    }

    /// Judges the head as a whole, now that it is all there.
    private mutating func makeHead(_ bytes: Span<UInt8>) throws(HTTPRuleBroken) -> RequestHead {
        let notes = section.notes
        let target = try RequestTarget(bytes, targetStart..<targetEnd, method: method)
        let host = try hostRange(bytes, notes.host, target)
        let framing = try notes.declared(bytes, section, minorVersion: minorVersion) ?? .none
        let expects = try expectsContinue(bytes, notes.expect)
        return RequestHead(
            method: method, minorVersion: minorVersion,
            fields: section.fields(of: bytes), framing: framing,
            keepsAlive: !notes.closes && (minorVersion == 1 || notes.keepsAlive),
            expectsContinue: expects && minorVersion == 1 && framing != .none && framing != .length(0),
            target: target, hostRange: host)
    }

    /// RFC 9112 section 3.2: exactly one valid Host in HTTP/1.1, and in an absolute form the same authority.
    private func hostRange(
        _ bytes: Span<UInt8>, _ place: FramingNotes.Place, _ target: RequestTarget
    ) throws(HTTPRuleBroken) -> Range<Int> {
        if place == FramingNotes.repeated { throw HTTPRuleBroken(.hostRepeated) }
        if place == FramingNotes.absent {
            if minorVersion == 1 { throw HTTPRuleBroken(.hostMissing) }
            return target.authority
        }
        let range = section[Int(place)].value
        guard HostSyntax.isValid(bytes, range) else { throw HTTPRuleBroken(.hostSyntax) }
        if !target.authority.isEmpty {
            let host = bytes.extracting(range)
            let authority = bytes.extracting(target.authority)
            guard authority.count == host.count else { throw HTTPRuleBroken(.targetAuthority) }
            for index in host.indices
            where ByteSyntax.lowerCased(host[index]) != ByteSyntax.lowerCased(authority[index]) {
                throw HTTPRuleBroken(.targetAuthority)
            }
        }
        return range
    }

    private func expectsContinue(
        _ bytes: Span<UInt8>, _ place: FramingNotes.Place
    ) throws(HTTPRuleBroken) -> Bool {
        if place == FramingNotes.absent { return false }
        guard place != FramingNotes.repeated,
            ByteComparison.equal(
                bytes.extracting(section[Int(place)].value), "100-continue", ignoringCase: true)
        else { throw HTTPRuleBroken(.expectation) }
        return true
    }
}
