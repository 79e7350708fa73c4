/// Reads field lines up to the empty line; heads of both kinds and trailers end in such a section.
///
/// States: at the start of a line, in a name, in the blanks after the colon, in a value, before the line feed of a line,
/// before the line feed of the empty line. It stops in any of them when the bytes run out and goes on there.
///
/// 1. Each byte is looked at once, however the bytes arrive; so the verdict depends on the bytes alone, not on the pieces.
/// 2. Offsets count from the start of the bytes given, so each call must give the same bytes again, and more.
/// 3. An entry is made only for a line that is complete and correct.
///
/// Why this file is unsafe, and why that is sound: the loads are not checked against the span. `scan` begins with a check
/// that the cursor is not negative and `end` not behind the span; from there the index only grows, and directly before
/// each load it is compared with `end`. Half of the instructions of a head were such checks, made twice.
struct FieldSectionParser: Sendable {
    enum Progress {
        case incomplete
        case complete
        case refused(HTTPRule)
    }

    private enum Phase: UInt8 {
        case lineStart, name, blanks, value, lineEnd, sectionEnd
    }

    /// What one scan ended with; a full table is grown, and the scan goes on.
    private enum Scan {
        case incomplete
        case complete
        case tableFull
        case refused(HTTPRule)
    }

    private struct State {
        var cursor: Int
        var phase = Phase.lineStart
        var nameStart = 0
        var nameEnd = 0
        var valueStart = 0
        var count = 0
        var notes = FramingNotes()
        var tags = FieldTags()
    }

    private var state: State
    /// Entries of the section so far, the first `count` of them; kept from head to head so that it is made once.
    private var table: [HTTPFields.Entry] = []

    private static let tableCountKept = 16
    private static let emptyEntry = HTTPFields.Entry(nameStart: 0, nameCount: 0, valueStart: 0, valueCount: 0)

    /// A section that begins at this offset.
    init(at start: Int) {
        state = State(cursor: start)
    }

    /// The next byte to look at; after `complete` the first one behind the section.
    var cursor: Int { state.cursor }
    /// Where the fields stand that frame and route the message.
    var notes: FramingNotes { state.notes }
    /// Number of fields read.
    var count: Int { state.count }

    /// One of the fields read.
    @inline(__always)
    subscript(index: Int) -> HTTPFields.Entry { table[index] }

    /// The fields read, with the bytes that they stand in.
    func fields(of bytes: Span<UInt8>) -> HTTPFields {
        HTTPFields(copying: bytes, table: table.span.extracting(0..<state.count), tags: state.tags)
    }

    /// Begins another section; a table that a message of many fields has grown is not kept.
    @inline(__always)
    mutating func restart(at start: Int) {
        state = State(cursor: start)
        if table.count > FieldSectionParser.tableCountKept { table = [] }
    }

    /// Goes on at `cursor`, looks at nothing from `end` on, and takes at most `countMax` fields.
    mutating func parse(_ bytes: Span<UInt8>, end: Int, countMax: Int) -> Progress {
        while true {
            switch scan(bytes, end: end, countMax: countMax) {
            case .incomplete: return .incomplete
            case .complete: return .complete
            case .refused(let rule): return .refused(rule)
            case .tableFull: growTable()
            }
        }
    }

    private mutating func scan(_ bytes: Span<UInt8>, end: Int, countMax: Int) -> Scan {
        // Taken out for the time of the scan, so that table and state are two things to the compiler.
        var table: [HTTPFields.Entry] = []
        swap(&table, &self.table)
        defer { swap(&table, &self.table) }
        var entries = table.mutableSpan
        return FieldSectionParser.scan(bytes, end: end, countMax: countMax, &state, &entries)
    }

    private mutating func growTable() {
        let added = max(FieldSectionParser.tableCountKept, table.count)
        table.append(contentsOf: repeatElement(FieldSectionParser.emptyEntry, count: added))
    }

    private static func scan(
        _ bytes: Span<UInt8>, end: Int, countMax: Int, _ state: inout State,
        _ table: inout MutableSpan<HTTPFields.Entry>
    ) -> Scan {
        precondition(state.cursor >= 0 && end <= bytes.count, "the scan stays inside the bytes given")
        // The state in registers; it is written back where the bytes run out.
        var index = state.cursor
        var phase = state.phase
        var nameStart = state.nameStart
        var nameEnd = state.nameEnd
        var valueStart = state.valueStart
        while true {
            if phase == .lineStart {
                guard index < end else { break }
                let byte = bytes[unchecked: index]
                if byte <= ByteSyntax.space {
                    guard byte == ByteSyntax.carriageReturn else { return .refused(nameRule(byte, isFirst: true)) }
                    index &+= 1
                    phase = .sectionEnd
                } else {
                    if byte == ByteSyntax.colon { return .refused(.nameEmpty) }
                    if state.count == countMax { return .refused(.tooManyFields) }
                    if state.count == table.count {
                        state.cursor = index
                        state.phase = .lineStart
                        return .tableFull
                    }
                    nameStart = index
                    phase = .name
                }
            }
            if phase == .name {
                while true {
                    if index &+ 16 <= end {
                        let stops = bytes.nameStops(unchecked: index)
                        if stops == 0 {
                            index &+= 16
                            continue
                        }
                        index &+= stops.trailingZeroBitCount
                    } else if index &+ 8 <= end {
                        let others = ByteWords.notLettersNorHyphens(bytes.word(unchecked: index))
                        if others == 0 {
                            index &+= 8
                            continue
                        }
                        index &+= ByteWords.first(others)
                    }
                    guard index < end else { break }
                    let byte = bytes[unchecked: index]
                    if byte == ByteSyntax.colon {
                        nameEnd = index
                        index &+= 1
                        phase = .blanks
                        break
                    }
                    guard ByteSyntax.isToken(byte) else { return .refused(nameRule(byte, isFirst: false)) }
                    index &+= 1
                }
                guard phase == .blanks else { break }
            }
            if phase == .blanks {
                while index < end, bytes[unchecked: index] == ByteSyntax.space { index &+= 1 }
                guard index < end else { break }
                if bytes[unchecked: index] == ByteSyntax.tab { return .refused(.tabAroundValue) }
                valueStart = index
                phase = .value
            }
            if phase == .value {
                while true {
                    if index &+ 16 <= end {
                        let stops = bytes.valueStops(unchecked: index)
                        if stops == 0 {
                            index &+= 16
                            continue
                        }
                        index &+= stops.trailingZeroBitCount
                    } else if index &+ 8 <= end {
                        let controls = ByteWords.controls(bytes.word(unchecked: index))
                        if controls == 0 {
                            index &+= 8
                            continue
                        }
                        index &+= ByteWords.first(controls)
                    }
                    guard index < end else { break }
                    let byte = bytes[unchecked: index]
                    if byte == ByteSyntax.carriageReturn {
                        index &+= 1
                        phase = .lineEnd
                        break
                    }
                    guard ByteSyntax.isValue(byte) else {
                        return .refused(byte == ByteSyntax.lineFeed ? .bareLineFeed : .controlByte)
                    }
                    index &+= 1
                }
                guard phase == .lineEnd else { break }
            }
            guard index < end else { break }
            guard bytes[unchecked: index] == ByteSyntax.lineFeed else { return .refused(.bareCarriageReturn) }
            index &+= 1
            if phase == .sectionEnd {
                state.cursor = index
                return .complete
            }
            var valueEnd = index &- 2
            while valueEnd > valueStart, bytes[unchecked: valueEnd &- 1] == ByteSyntax.space { valueEnd &-= 1 }
            if bytes[unchecked: valueEnd &- 1] == ByteSyntax.tab { return .refused(.tabAroundValue) }
            let nameCount = nameEnd &- nameStart
            table[state.count] = HTTPFields.Entry(
                nameStart: UInt32(truncatingIfNeeded: nameStart), nameCount: UInt32(truncatingIfNeeded: nameCount),
                valueStart: UInt32(truncatingIfNeeded: valueStart),
                valueCount: UInt32(truncatingIfNeeded: valueEnd &- valueStart))
            state.tags.note(FieldTags.tag(count: nameCount, last: bytes[unchecked: nameEnd &- 1]), at: state.count)
            if FramingNotes.isLengthOfNoted(nameCount) {
                state.notes.note(bytes, name: nameStart, count: nameCount, value: valueStart, valueEnd, at: state.count)
            }
            state.count &+= 1
            phase = .lineStart
        }
        state.cursor = index
        state.phase = phase
        state.nameStart = nameStart
        state.nameEnd = nameEnd
        state.valueStart = valueStart
        return .incomplete
    }

    private static func nameRule(_ byte: UInt8, isFirst: Bool) -> HTTPRule {
        switch byte {
        case ByteSyntax.space, ByteSyntax.tab: isFirst ? .foldedLine : .spaceBeforeColon
        case ByteSyntax.carriageReturn: .colonMissing
        case ByteSyntax.lineFeed: .bareLineFeed
        default: .nameByte  // Any other byte is wrong for what it is.
        }
    }
}
