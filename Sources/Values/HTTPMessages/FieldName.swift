/// The name of a field that our code speaks of: a lower-case literal with its first sixteen and last eight bytes at hand.
///
/// Names that come from a message stay in their `HTTPFields`; only names that we write in code have this type, so a
/// misspelt one is found by the compiler and comparing costs a few integer compares for nearly all.
@usableFromInline
package struct FieldName: Sendable {
    /// The lower-case spelling.
    package let text: StaticString
    let count: Int
    let first: UInt64
    /// The second eight bytes of a name that has more than sixteen.
    let second: UInt64
    let last: UInt64
    let tag: UInt8

    /// A name from a literal of lower-case letters, digits and hyphens.
    package init(_ text: StaticString) {
        precondition(text.utf8CodeUnitCount > 0, "a field name in code has at least one byte")
        self.text = text
        count = text.utf8CodeUnitCount
        first = FieldName.word(of: text, at: 0)
        second = count > 16 ? FieldName.word(of: text, at: 8) : 0
        last = FieldName.word(of: text, at: max(0, count &- 8))
        tag = FieldTags.tag(count: count, last: text.byte(at: count &- 1))
    }

    private static func word(of text: StaticString, at offset: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<min(8, text.utf8CodeUnitCount) {
            let byte = text.byte(at: offset &+ index)
            precondition(
                byte &- 0x61 < 26 || ByteSyntax.isDigit(byte) || byte == 0x2D,
                "a field name in code has lower-case letters, digits and hyphens only")
            word |= UInt64(byte) &<< UInt64(truncatingIfNeeded: index &* 8)
        }
        return word
    }

    /// Is it the name that stands there, in whatever case? The bytes must be a checked token.
    @inline(__always)
    func equals(_ bytes: Span<UInt8>, at start: Int, count length: Int) -> Bool {
        guard length == count else { return false }
        // Bit 5 is set in all bytes of our names, and no token byte other than a capital letter changes into one of them by it.
        let fill =
            length >= 8 ? ByteWords.lowerCase : ByteWords.lowerCase &>> UInt64(truncatingIfNeeded: 64 &- length &* 8)
        guard bytes.word(at: start, count: length) | fill == first else { return false }
        if length <= 8 { return true }
        guard bytes.word(at: start &+ length &- 8) | ByteWords.lowerCase == last else { return false }
        if length <= 16 { return true }
        guard bytes.word(at: start &+ 8) | ByteWords.lowerCase == second else { return false }
        return length <= 24 || middleEquals(bytes, at: start)
    }

    private func middleEquals(_ bytes: Span<UInt8>, at start: Int) -> Bool {
        for index in 16..<(count &- 8) where bytes[start &+ index] | 0x20 != text.byte(at: index) {
            return false
        }
        return true
    }
}

extension FieldName {
    /// Whether bytes are this name, in whatever case.
    package func matches(_ name: Span<UInt8>) -> Bool {
        equals(name, at: 0, count: name.count)
    }
}

extension FieldName: CustomStringConvertible {
    /// The lower-case spelling.
    @usableFromInline
    package var description: String { text.description }
}
