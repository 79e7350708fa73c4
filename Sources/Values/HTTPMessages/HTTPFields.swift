/// The fields of a message in their order, names and values as bytes: one array of bytes and one of offsets.
///
/// Nothing invalid can get in: names are tokens, values have no control byte but the tab and no blank around them, so
/// whatever is written out again cannot break a line. Bytes above 0x7F (`obs-text`) are kept as they are.
package struct HTTPFields: Sendable {
    /// Where one field stands in `bytes`.
    struct Entry: Sendable {
        var nameStart: UInt32
        var nameCount: UInt32
        var valueStart: UInt32
        var valueCount: UInt32
    }

    var bytes: [UInt8]
    var entries: [Entry]

    /// No fields.
    package init() {
        bytes = []
        entries = []
    }

    init(bytes: [UInt8], entries: [Entry]) {
        self.bytes = bytes
        self.entries = entries
    }

    /// Number of fields, repeated names counted each.
    package var count: Int { entries.count }

    /// Whether there is no field.
    package var isEmpty: Bool { entries.isEmpty }

    /// Makes room for so many fields and bytes, to append without growing.
    package mutating func reserve(fields: Int, bytes byteCount: Int) {
        entries.reserveCapacity(fields)
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
        let nameStart = bytes.count
        bytes.append(literal: name.text)
        appendValue(value.extracting(range), nameStart: nameStart)
        return true
    }

    /// Appends a field whose value stands in our code.
    package mutating func append(_ name: FieldName, literal value: StaticString) {
        let nameStart = bytes.count
        bytes.append(literal: name.text)
        let valueStart = bytes.count
        bytes.append(literal: value)
        precondition(
            HTTPFields.checkedValue(bytes.span.extracting(valueStart..<bytes.count))?.count == bytes.count - valueStart,
            "a field value in code has neither control bytes nor blanks around it")
        appendEntry(nameStart: nameStart, valueStart: valueStart)
    }

    /// Appends a field whose value is a number.
    package mutating func append(_ name: FieldName, number value: Int) {
        let nameStart = bytes.count
        bytes.append(literal: name.text)
        let valueStart = bytes.count
        Decimal.append(value, to: &bytes)
        appendEntry(nameStart: nameStart, valueStart: valueStart)
    }

    /// Appends a field whose name comes from elsewhere; `false` when name or value is invalid.
    package mutating func append(nameBytes name: Span<UInt8>, bytes value: Span<UInt8>) -> Bool {
        guard !name.isEmpty, let range = HTTPFields.checkedValue(value) else { return false }
        for index in name.indices where !ByteSyntax.isToken(name[index]) { return false }
        let nameStart = bytes.count
        bytes.append(copying: name)
        appendValue(value.extracting(range), nameStart: nameStart)
        return true
    }

    /// Appends all fields of the other that the filter wants.
    package mutating func append(
        contentsOf other: HTTPFields, where wanted: (_ name: Span<UInt8>, _ value: Span<UInt8>) -> Bool
    ) {
        other.forEach { name, value in
            guard wanted(name, value) else { return }
            let nameStart = bytes.count
            bytes.append(copying: name)
            appendValue(value, nameStart: nameStart)
        }
    }

    /// Removes every field of this name.
    package mutating func removeAll(_ name: FieldName) {
        let bytes = self.bytes
        entries.removeAll { name.equals(bytes.span, at: Int($0.nameStart), count: Int($0.nameCount)) }
    }

    private mutating func appendValue(_ value: Span<UInt8>, nameStart: Int) {
        let valueStart = bytes.count
        bytes.append(copying: value)
        appendEntry(nameStart: nameStart, valueStart: valueStart)
    }

    private mutating func appendEntry(nameStart: Int, valueStart: Int) {
        precondition(bytes.count <= Int(UInt32.max), "the fields of one message stay far below 4 GiB")
        entries.append(
            Entry(
                nameStart: UInt32(nameStart), nameCount: UInt32(valueStart - nameStart),
                valueStart: UInt32(valueStart), valueCount: UInt32(bytes.count - valueStart)))
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
