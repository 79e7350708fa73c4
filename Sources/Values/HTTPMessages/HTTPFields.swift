/// The fields of a message in their order, names and values as bytes: offsets into one array.
///
/// What a parser read has its offsets behind the bytes in the same array, so that a head is one allocation; what is
/// appended later has them in an array of their own.
///
/// Nothing invalid can get in: names are tokens, values have no control byte but the tab and no blank around them, so
/// whatever is written out again cannot break a line. Bytes above 0x7F (`obs-text`) are kept as they are.
@usableFromInline
package struct HTTPFields: Sendable {
    /// Where one field stands in `bytes`.
    struct Entry: Sendable, BitwiseCopyable {
        var nameStart: UInt32
        var nameCount: UInt32
        var valueStart: UInt32
        var valueCount: UInt32

        @inline(__always)
        var name: Range<Int> { Int(nameStart)..<(Int(nameStart) &+ Int(nameCount)) }

        @inline(__always)
        var value: Range<Int> { Int(valueStart)..<(Int(valueStart) &+ Int(valueCount)) }
    }

    @usableFromInline
    private(set) var bytes: [UInt8]
    /// Number of entries that stand in `bytes` themselves, from `tableStart` on.
    private var parsedCount: UInt32
    private var tableStart: UInt32
    /// Absent in most: an empty array would be counted wherever fields are passed on.
    private var added: [Entry]?
    private var tags: FieldTags
    /// True while `bytes` is nothing but the lines that are to be written: appended fields, none of them the writer's own.
    private(set) var isVerbatim: Bool

    /// No fields.
    package init() {
        bytes = []
        parsedCount = 0
        tableStart = 0
        added = nil
        tags = FieldTags()
        isVerbatim = true
    }

    /// Fields that a parser has read from these bytes.
    init(copying source: Span<UInt8>, table: Span<Entry>, tags: FieldTags) {
        bytes = [UInt8](copying: source, table: table)
        parsedCount = UInt32(truncatingIfNeeded: table.count)
        tableStart = UInt32(truncatingIfNeeded: source.count)
        added = nil
        self.tags = tags
        isVerbatim = false
    }

    /// Number of fields, repeated names counted each.
    package var count: Int { Int(parsedCount) &+ (added?.count ?? 0) }

    /// Whether there is no field.
    package var isEmpty: Bool { count == 0 }

    /// One field's place, by its position in the order.
    @inline(__always)
    func entry(_ index: Int) -> Entry {
        let parsed = Int(parsedCount)
        if index < parsed { return bytes.entry(at: Int(tableStart) &+ index &* 16) }
        guard let added else { preconditionFailure("an index below the count") }
        return added[index &- parsed]
    }

    /// The index of the first field of this name from `start` on, or a negative number.
    @inline(__always)
    func index(of name: FieldName, from start: Int = 0) -> Int {
        var (low, high) = tags.marks(name.tag)
        if start > 0 {
            low = start < 8 ? low & (~0 &<< UInt64(truncatingIfNeeded: start &* 8)) : 0
            if start > 8 { high = start < 16 ? high & (~0 &<< UInt64(truncatingIfNeeded: (start &- 8) &* 8)) : 0 }
        }
        while low != 0 {
            let index = ByteWords.first(low)
            if isNamed(entry(index), name) { return index }
            low &= low &- 1
        }
        while high != 0 {
            let index = 8 &+ ByteWords.first(high)
            if isNamed(entry(index), name) { return index }
            high &= high &- 1
        }
        return count > FieldTags.countMax ? lateIndex(of: name, from: max(start, FieldTags.countMax)) : -1
    }

    /// The same among the fields that have no tags.
    @inline(never)
    private func lateIndex(of name: FieldName, from start: Int) -> Int {
        var index = start
        while index < count {
            if isNamed(entry(index), name) { return index }
            index &+= 1
        }
        return -1
    }

    /// Whether more than one field may have this name: the tags say no in nearly all messages.
    @inline(__always)
    func mayStandTwice(_ name: FieldName) -> Bool {
        let (low, high) = tags.marks(name.tag)
        return low & (low &- 1) != 0 || high & (high &- 1) != 0 || low != 0 && high != 0 || count > FieldTags.countMax
    }

    /// Makes room for so many fields and bytes, to append without growing.
    package mutating func reserve(fields: Int, bytes byteCount: Int) {
        added = added ?? []
        added?.reserveCapacity(fields)
        bytes.reserveCapacity(byteCount)
    }

    /// Appends a field; `false`, and nothing is appended, when the value has a control byte. Blanks around it are cut.
    package mutating func append(_ name: FieldName, _ value: String) -> Bool {
        var value = value
        return value.withUTF8 { append(name, bytes: $0.span) }
    }

    /// Appends a field from bytes; `false`, and nothing is appended, when the value has a control byte.
    package mutating func append(_ name: FieldName, bytes value: Span<UInt8>) -> Bool {
        guard let range = HTTPFields.checkedValue(value) else { return false }
        let valueStart = beginLine(name)
        bytes.append(copying: value.extracting(range))
        endLine(nameCount: name.count, valueStart: valueStart)
        return true
    }

    /// Appends a field whose value stands in our code.
    package mutating func append(_ name: FieldName, literal value: StaticString) {
        let valueStart = beginLine(name)
        bytes.append(literal: value)
        precondition(
            HTTPFields.checkedValue(bytes.span.extracting(valueStart..<bytes.count))?.count == bytes.count - valueStart,
            "a field value in code has neither control bytes nor blanks around it")
        endLine(nameCount: name.count, valueStart: valueStart)
    }

    /// Appends a field whose value is a number.
    package mutating func append(_ name: FieldName, number value: Int) {
        let valueStart = beginLine(name)
        Decimal.append(value, to: &bytes)
        endLine(nameCount: name.count, valueStart: valueStart)
    }

    /// Appends a field whose name comes from elsewhere; `false` when name or value is invalid.
    package mutating func append(nameBytes name: Span<UInt8>, bytes value: Span<UInt8>) -> Bool {
        guard !name.isEmpty, let range = HTTPFields.checkedValue(value) else { return false }
        for index in name.indices where !ByteSyntax.isToken(name[index]) { return false }
        append(nameChecked: name, value.extracting(range))
        return true
    }

    /// Appends all fields of the other that the filter wants.
    package mutating func append(
        contentsOf other: HTTPFields, where wanted: (_ name: Span<UInt8>, _ value: Span<UInt8>) -> Bool
    ) {
        other.forEach { name, value in
            if wanted(name, value) { append(nameChecked: name, value) }
        }
    }

    /// Removes every field of this name.
    package mutating func removeAll(_ name: FieldName) {
        removeAll { name.equals($0, at: 0, count: $0.count) }
    }

    /// Removes every field whose name the closure picks.
    mutating func removeAll(where isPicked: (_ name: Span<UInt8>) -> Bool) {
        var kept: [Entry] = []
        for index in 0..<count where !isPicked(bytes.span.extracting(entry(index).name)) { kept.append(entry(index)) }
        if kept.count == count { return }
        added = kept
        parsedCount = 0
        isVerbatim = false
        tags = FieldTags()
        for index in kept.indices {
            let last = bytes[kept[index].name.upperBound - 1]
            tags.note(FieldTags.tag(count: Int(kept[index].nameCount), last: last), at: index)
        }
    }

    private mutating func append(nameChecked name: Span<UInt8>, _ value: Span<UInt8>) {
        bytes.append(copying: name)
        bytes.append(literal: ": ")
        let valueStart = bytes.count
        bytes.append(copying: value)
        endLine(nameCount: name.count, valueStart: valueStart)
    }

    /// Fields are kept as the lines that they will be written as.
    private mutating func beginLine(_ name: FieldName) -> Int {
        bytes.append(literal: name.text)
        bytes.append(literal: ": ")
        return bytes.count
    }

    private mutating func endLine(nameCount: Int, valueStart: Int) {
        precondition(bytes.count <= Int(UInt32.max), "the fields of one message stay far below 4 GiB")
        let entry = Entry(
            nameStart: UInt32(valueStart - 2 - nameCount), nameCount: UInt32(nameCount),
            valueStart: UInt32(valueStart), valueCount: UInt32(bytes.count - valueStart))
        tags.note(FieldTags.tag(count: nameCount, last: bytes[valueStart - 3]), at: count)
        if HTTPFields.isWritersOwn(bytes.span, entry) { isVerbatim = false }
        if added == nil { added = [] }
        added?.append(entry)
        bytes.append(literal: "\r\n")
    }

    /// The value without the blanks around it; `nil` when it has a control byte.
    private static func checkedValue(_ value: Span<UInt8>) -> Range<Int>? {
        var start = 0
        var end = value.count
        for index in 0..<end where !ByteSyntax.isValue(value[index]) { return nil }
        while start < end, ByteSyntax.isBlank(value[start]) { start += 1 }
        while end > start, ByteSyntax.isBlank(value[end - 1]) { end -= 1 }
        return start..<end
    }
}
