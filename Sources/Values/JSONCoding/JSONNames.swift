/// A fixed set of names that a stretch of text is looked up in, without making a `String` of it.
///
/// A name is compared by its length, its first and its last eight bytes, which together are all of it up to sixteen bytes;
/// only the middle of a longer one is compared byte by byte.
package struct JSONNames: Sendable {
    private let keys: [Key]
    private let bytes: [UInt8]

    /// Fixes the set; the index of a name is its place in this list.
    package init(_ names: [String]) {
        var bytes: [UInt8] = []
        keys = names.map { name in
            let start = bytes.count
            bytes += name.utf8
            return JSONText.reading(bytes.span) { Key($0, start..<$0.count) }
        }
        self.bytes = bytes
    }

    struct Key: Sendable {
        let first: UInt64
        let last: UInt64
        let length: Int
        let start: Int

        @inline(__always)
        init(_ text: JSONText, _ range: Range<Int>) {
            length = range.count
            start = range.lowerBound
            if length >= 8, let head = text.word(at: start), let tail = text.word(at: start + length - 8) {
                (first, last) = (head, tail)
            } else if let word = text.word(at: start) {
                first = word & (1 << UInt64(truncatingIfNeeded: length &* 8) &- 1)
                last = first
            } else {
                first = Self.shortWord(text, range)
                last = first
            }
        }

        /// The bytes of a name of at most seven that stands at the very end of a text.
        @inline(never)
        private static func shortWord(_ text: JSONText, _ range: Range<Int>) -> UInt64 {
            range.reversed().reduce(0) { $0 << 8 | UInt64(text[$1]) }
        }
    }

    var all: Range<Int> { 0..<keys.count }

    /// The index, among those from `candidates`, of the name that the range spells.
    @inline(__always)
    func index(of range: Range<Int>, in text: JSONText, among candidates: Range<Int>) -> Int? {
        let wanted = Key(text, range)
        for index in candidates {
            let key = keys[index]
            guard key.length == wanted.length, key.first == wanted.first, key.last == wanted.last else { continue }
            if key.length <= 16 || hasSameMiddle(key, range, text) { return index }
        }
        return nil
    }

    @inline(never)
    private func hasSameMiddle(_ key: Key, _ range: Range<Int>, _ text: JSONText) -> Bool {
        for offset in 8..<key.length - 8 where bytes[key.start + offset] != text[range.lowerBound + offset] {
            return false
        }
        return true
    }

    /// The index of the name that the bytes spell.
    package func index(of name: Span<UInt8>) -> Int? {
        JSONText.reading(name) { index(of: 0..<$0.count, in: $0, among: all) }
    }
}
