/// A fixed set of names that a stretch of text is looked up in, without making a `String` of it.
///
/// A name is known by its length, its first and its last eight bytes, which together are all of it up to sixteen bytes; only
/// the middle of a longer one is compared besides. The names stand in a table by a hash of these bytes, less than half full.
package struct JSONNames: Sendable {
    /// The tables of all groups, one behind the other.
    private let slots: [Slot]
    /// The bytes of all names, eight in a word, each name from a word of its own on.
    let words: [UInt64]
    private let whole: Group

    /// Fixes the set; the index of a name is its place in this list.
    package init(_ names: [String]) {
        var builder = JSONNamesBuilder(names)
        let whole = builder.addGroup(0..<names.count)
        self.init(builder, whole: whole)
    }

    init(_ builder: JSONNamesBuilder, whole: Group) {
        slots = builder.slots
        words = builder.words
        self.whole = whole
    }

    /// The index of the name that the bytes spell.
    package func index(of name: Span<UInt8>) -> Int? {
        JSONText.reading(name) { index(of: 0..<$0.count, in: $0) }
    }

    /// The index of the name that the range spells.
    @inline(__always)
    func index(of range: Range<Int>, in text: JSONText) -> Int? {
        index(of: range, in: text, of: whole)
    }

    /// The index of the name that the range spells, if it is one of a group.
    @inline(__always)
    func index(of range: Range<Int>, in text: JSONText, of group: Group) -> Int? {
        let key = Key(text, range)
        var place = group.place(of: key)
        while true {
            let slot = slots[place]
            if slot.key == key, key.length <= 16 || hasSameMiddle(slot, range, text) { return slot.index }
            guard slot.index >= 0 else { return nil }
            place &+= 1
        }
    }

    /// Compares word by word from the second one on; the last word was compared before.
    private func hasSameMiddle(_ slot: Slot, _ range: Range<Int>, _ text: JSONText) -> Bool {
        var offset = 8
        while offset < slot.key.length &- 8 {
            guard let word = text.word(at: range.lowerBound &+ offset), word == words[slot.words &+ offset / 8] else {
                return false
            }
            offset &+= 8
        }
        return true
    }
}

extension JSONNames {
    /// What of a name is compared first.
    struct Key: Sendable, Equatable {
        let length: Int
        let first: UInt64
        let last: UInt64

        static let none = Key(length: -1, first: 0, last: 0)

        private init(length: Int, first: UInt64, last: UInt64) {
            self.length = length
            self.first = first
            self.last = last
        }

        @inline(__always)
        init(_ text: JSONText, _ range: Range<Int>) {
            let place = range.lowerBound
            length = range.upperBound &- place
            if length >= 8, let head = text.word(at: place), let tail = text.word(at: range.upperBound &- 8) {
                (first, last) = (head, tail)
            } else if let word = text.word(at: place) {
                first = word & (1 &<< UInt64(truncatingIfNeeded: length &* 8) &- 1)
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

    /// A name in a table, or an empty place, which has no key and a negative index.
    struct Slot: Sendable {
        var key = Key.none
        var index = -1
        /// Where the name begins in `words`.
        var words = 0
    }

    /// Names that are looked up together: a table of a power of two, with empty places behind it.
    struct Group: Sendable {
        let start: Int
        let shift: UInt64
        let multiplier: UInt64

        @inline(__always)
        func place(of key: Key) -> Int {
            start &+ Int(truncatingIfNeeded: ((key.first &+ key.last) &* multiplier) &>> shift)
        }
    }
}

/// Lays out the tables of `JSONNames`.
struct JSONNamesBuilder {
    private(set) var slots: [JSONNames.Slot] = []
    private(set) var words: [UInt64] = []
    private let names: [String]
    private var named: [JSONNames.Slot] = []

    init(_ names: [String]) {
        self.names = names
        named = names.enumerated().map { index, name in
            let bytes = Array(name.utf8)
            let start = words.count
            words += stride(from: 0, to: bytes.count, by: 8).map { place in
                bytes[place...].prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
            }
            let key = JSONText.reading(bytes.span) { JSONNames.Key($0, 0..<$0.count) }
            return JSONNames.Slot(key: key, index: index, words: start)
        }
    }

    /// Adds a table of the names of a range, hashed by the multiplier that makes the fewest of them collide.
    mutating func addGroup(_ range: Range<Int>) -> JSONNames.Group {
        precondition(Set(names[range].map { Array($0.utf8) }).count == range.count, "a name that stands twice")
        var bits = 1
        while 1 << bits < range.count * 2 { bits += 1 }
        let start = slots.count
        let candidates = (1...64).map { attempt in
            JSONNames.Group(
                start: start, shift: UInt64(64 - bits), multiplier: UInt64(attempt) &* 0x9E37_79B9_7F4A_7C15 | 1)
        }
        let group = candidates.max { Set(places(range, $0)).count < Set(places(range, $1)).count } ?? candidates[0]
        slots += [JSONNames.Slot](repeating: JSONNames.Slot(), count: 1 << bits + range.count + 1)
        for slot in named[range] {
            var place = group.place(of: slot.key)
            while slots[place].index >= 0 { place += 1 }
            slots[place] = slot
        }
        return group
    }

    private func places(_ range: Range<Int>, _ group: JSONNames.Group) -> [Int] {
        named[range].map { group.place(of: $0.key) }
    }
}
