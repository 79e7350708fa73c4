/// Writes compact JSON into bytes: whole values, or a message member by member, with the commas put in by itself.
///
/// Nothing checks that the calls make one whole value; what is written by hand has a test that parses it.
package struct JSONWriter: Sendable {
    /// What was written so far.
    package private(set) var bytes: [UInt8]
    /// Whether the next name or element must be parted from what stands before it.
    private var needsComma = false

    /// Begins an empty text, or one behind bytes that are there already, such as the head of a response.
    package init(appendingTo bytes: consuming [UInt8] = []) {
        self.bytes = bytes
    }

    /// Makes room, so that a message of a known size costs one allocation.
    package mutating func reserve(_ byteCount: Int) {
        bytes.reserveCapacity(bytes.count + byteCount)
    }

    /// Opens an object, as a value of its own or behind a name.
    package mutating func beginObject() { begin(UInt8(ascii: "{")) }
    /// Closes the innermost object.
    package mutating func endObject() { end(UInt8(ascii: "}")) }
    /// Opens an array.
    package mutating func beginArray() { begin(UInt8(ascii: "[")) }
    /// Closes the innermost array.
    package mutating func endArray() { end(UInt8(ascii: "]")) }

    /// Writes the name of the member whose value is written next.
    package mutating func key(_ name: StaticString) {
        part()
        Self.appendString(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a name that is not known when the program is compiled.
    package mutating func key(named name: String) {
        part()
        Self.appendString(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a string, escaped.
    package mutating func string(_ text: String) {
        part()
        Self.appendString(text, to: &bytes)
        needsComma = true
    }

    /// Writes a string of the program's own, without making a `String` of it.
    package mutating func constant(_ text: StaticString) {
        part()
        Self.appendString(text, to: &bytes)
        needsComma = true
    }

    /// Writes an integer in decimal digits.
    package mutating func integer(_ integer: Int) {
        part()
        Self.appendInteger(integer, to: &bytes)
        needsComma = true
    }

    /// Writes `true` or `false`.
    package mutating func bool(_ bool: Bool) { raw(bool ? "true" : "false") }

    /// Writes `null`.
    package mutating func null() { raw("null") }

    /// Writes a whole value.
    package mutating func value(_ value: JSONValue) {
        part()
        Self.append(value, to: &bytes)
        needsComma = true
    }

    /// Passes on bytes that are one JSON value already, such as one that a scan found.
    package mutating func raw(_ value: some Sequence<UInt8>) {
        part()
        bytes.append(contentsOf: value)
        needsComma = true
    }

    /// Passes on a JSON value that the program itself has as a text.
    package mutating func raw(_ value: StaticString) {
        part()
        Self.appendRaw(value, to: &bytes)
        needsComma = true
    }

    private mutating func begin(_ bracket: UInt8) {
        part()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func part() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }
}
