/// Reads field lines up to the empty line; heads of both kinds and trailers end in such a section.
///
/// States: at the start of a line, in a name, in the blanks after the colon, in a value, before the line feed of a line,
/// before the line feed of the empty line. It stops in any of them when the bytes run out and goes on there.
///
/// 1. Each byte is looked at once, however the bytes arrive; so the verdict depends on the bytes alone, not on the pieces.
/// 2. Offsets count from the start of the bytes given, so each call must give the same bytes again, and more.
/// 3. An entry is made only for a line that is complete and correct.
struct FieldSectionParser: Sendable {
    enum Progress {
        case incomplete
        case complete
        case refused(HTTPRule)
    }

    private enum Phase: UInt8 {
        case lineStart, name, blanks, value, lineEnd, sectionEnd
    }

    /// The next byte to look at; after `complete` the first one behind the section.
    private(set) var cursor: Int
    private(set) var notes = FramingNotes()
    private var entries: [HTTPFields.Entry] = []
    private var phase = Phase.lineStart
    private var nameStart = 0
    private var nameEnd = 0
    private var valueStart = 0

    /// A section that begins at this offset.
    init(at start: Int) {
        cursor = start
    }

    /// Hands the table out; the parser needs a new section afterwards.
    mutating func takeEntries() -> [HTTPFields.Entry] {
        var taken: [HTTPFields.Entry] = []
        swap(&taken, &entries)
        return taken
    }

    /// Goes on at `cursor`, looks at nothing from `end` on, and takes at most `countMax` fields.
    mutating func parse(_ bytes: Span<UInt8>, end: Int, countMax: Int) -> Progress {
        var index = cursor
        while true {
            if phase == .lineStart {
                guard index < end else { return suspend(at: index) }
                let byte = bytes[index]
                if byte == ByteSyntax.carriageReturn {
                    index &+= 1
                    phase = .sectionEnd
                } else {
                    if ByteSyntax.isBlank(byte) { return .refused(.foldedLine) }
                    if byte == ByteSyntax.colon { return .refused(.nameEmpty) }
                    if entries.count == countMax { return .refused(.tooManyFields) }
                    nameStart = index
                    phase = .name
                }
            }
            if phase == .name {
                while true {
                    if index &+ 8 <= end {
                        let word = bytes.word(at: index)
                        let others = ~ByteWords.lettersAndHyphens(word) & ByteWords.tops
                        if others == 0 {
                            index &+= 8
                            continue
                        }
                        index &+= ByteWords.first(others)
                    }
                    guard index < end else { return suspend(at: index) }
                    let byte = bytes[index]
                    if byte == ByteSyntax.colon { break }
                    guard ByteSyntax.isToken(byte) else { return .refused(FieldSectionParser.nameRule(byte)) }
                    index &+= 1
                }
                nameEnd = index
                index &+= 1
                phase = .blanks
            }
            if phase == .blanks {
                while index < end, ByteSyntax.isBlank(bytes[index]) { index &+= 1 }
                guard index < end else { return suspend(at: index) }
                valueStart = index
                phase = .value
            }
            if phase == .value {
                while true {
                    if index &+ 8 <= end {
                        let controls = ByteWords.controls(bytes.word(at: index))
                        if controls == 0 {
                            index &+= 8
                            continue
                        }
                        index &+= ByteWords.first(controls)
                    }
                    guard index < end else { return suspend(at: index) }
                    let byte = bytes[index]
                    if byte == ByteSyntax.carriageReturn { break }
                    guard ByteSyntax.isValue(byte) else {
                        return .refused(byte == ByteSyntax.lineFeed ? .bareLineFeed : .controlByte)
                    }
                    index &+= 1
                }
                index &+= 1
                phase = .lineEnd
            }
            guard index < end else { return suspend(at: index) }
            guard bytes[index] == ByteSyntax.lineFeed else { return .refused(.bareCarriageReturn) }
            index &+= 1
            if phase == .sectionEnd {
                cursor = index
                return .complete
            }
            finishLine(bytes, valueEnd: index &- 2)
            phase = .lineStart
        }
    }

    @inline(__always)
    private mutating func suspend(at index: Int) -> Progress {
        cursor = index
        return .incomplete
    }

    private static func nameRule(_ byte: UInt8) -> HTTPRule {
        switch byte {
        case ByteSyntax.space, ByteSyntax.tab: .spaceBeforeColon
        case ByteSyntax.carriageReturn: .colonMissing
        case ByteSyntax.lineFeed: .bareLineFeed
        default: .nameByte  // Any other byte is wrong for what it is.
        }
    }

    @inline(__always)
    private mutating func finishLine(_ bytes: Span<UInt8>, valueEnd: Int) {
        var end = valueEnd
        while end > valueStart, ByteSyntax.isBlank(bytes[end &- 1]) { end &-= 1 }
        let nameCount = nameEnd &- nameStart
        if entries.isEmpty { entries.reserveCapacity(16) }
        entries.append(
            HTTPFields.Entry(
                nameStart: UInt32(truncatingIfNeeded: nameStart), nameCount: UInt32(truncatingIfNeeded: nameCount),
                valueStart: UInt32(truncatingIfNeeded: valueStart),
                valueCount: UInt32(truncatingIfNeeded: end &- valueStart)))
        switch nameCount {
        case 4, 6, 10, 14, 17: noteFraming(bytes, nameCount, value: valueStart..<end)
        default: break  // No other length is that of a field that frames or routes.
        }
    }

    /// Length, then eight bytes at a time in lower case: bit 5 changes no token byte into one of these but capital letters.
    private mutating func noteFraming(_ bytes: Span<UInt8>, _ nameCount: Int, value: Range<Int>) {
        let index = entries.count &- 1
        let first = bytes.word(at: nameStart, count: nameCount) | ByteWords.lowerCase
        switch nameCount {
        case 4:
            if first == ByteWords.word("h", "o", "s", "t", " ", " ", " ", " ") {
                FramingNotes.note(&notes.host, at: index)
            }
        case 6:
            if first == ByteWords.word("e", "x", "p", "e", "c", "t", " ", " ") {
                FramingNotes.note(&notes.expect, at: index)
            }
        case 10:
            if first == ByteWords.word("c", "o", "n", "n", "e", "c", "t", "i"),
                nameTail(bytes) == ByteWords.word("n", "n", "e", "c", "t", "i", "o", "n")
            {
                noteConnection(bytes.extracting(value))
            }
        case 14:
            if first == ByteWords.word("c", "o", "n", "t", "e", "n", "t", "-"),
                nameTail(bytes) == ByteWords.word("t", "-", "l", "e", "n", "g", "t", "h")
            {
                FramingNotes.note(&notes.contentLength, at: index)
            }
        default:
            // Seventeen bytes: the last eight and the first eight leave the byte between them.
            if first == ByteWords.word("t", "r", "a", "n", "s", "f", "e", "r"),
                nameTail(bytes) == ByteWords.word("e", "n", "c", "o", "d", "i", "n", "g"),
                bytes[nameStart &+ 8] == 0x2D
            {
                FramingNotes.note(&notes.transferEncoding, at: index)
            }
        }
    }

    @inline(__always)
    private func nameTail(_ bytes: Span<UInt8>) -> UInt64 {
        bytes.word(at: nameEnd &- 8) | ByteWords.lowerCase
    }

    private mutating func noteConnection(_ value: Span<UInt8>) {
        if value.count == 10, ByteComparison.equal(value, "keep-alive", ignoringCase: true) {
            notes.keepsAlive = true
            return
        }
        if TokenList.contains(value, "close") { notes.closes = true }
        if TokenList.contains(value, "keep-alive") { notes.keepsAlive = true }
    }
}
