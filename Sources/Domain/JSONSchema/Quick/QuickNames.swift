/// Fixed sets of names that a stretch of a message is looked up in, all in one table, so that no set is counted or copied.
///
/// A name is known by its length, its first and its last eight bytes, which are all of it up to sixteen; only the middle of a
/// longer one is compared besides. (`JSONNames` does the same behind the border of its module, where it is not put into its
/// caller: that cost as much again as the look-up.)
struct QuickNames: Sendable {
    private struct Slot {
        var first: UInt64 = 0
        var last: UInt64 = 0
        var length = -1
        var index = -1
        /// Where the words of the name begin.
        var words = 0
    }

    /// One set: where it is in the table, and how a hash becomes a place in it.
    struct Group: Sendable {
        let start: Int
        let shift: UInt64
    }

    /// For each set a power of two of places, less than half full, and as many empty ones behind it as there are names.
    private var slots: [Slot] = []
    private var words: [UInt64] = []

    private static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// Adds a set; the index of a name is its place in this list, in which each stands once.
    mutating func add(_ names: [String]) -> Group {
        var bits: UInt64 = 1
        while 1 << bits < names.count * 2 { bits += 1 }
        let group = Group(start: slots.count, shift: 64 - bits)
        slots += [Slot](repeating: Slot(), count: 1 << bits + names.count + 1)
        for (index, name) in names.enumerated() {
            let bytes = Array(name.utf8)
            var slot = Slot(
                first: Self.word(bytes.prefix(8)), last: Self.word(bytes.suffix(8)), length: bytes.count,
                index: index, words: words.count)
            if bytes.count < 8 { slot.last = slot.first }
            words += stride(from: 0, to: bytes.count, by: 8).map { Self.word(bytes[$0...].prefix(8)) }
            var place = home(slot.first, slot.last, group)
            while slots[place].index >= 0 { place += 1 }
            slots[place] = slot
        }
        return group
    }

    private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    @inline(__always)
    private func home(_ first: UInt64, _ last: UInt64, _ group: Group) -> Int {
        group.start &+ Int(truncatingIfNeeded: ((first &+ last) &* Self.multiplier) &>> group.shift)
    }

    /// The index of the name of a set that the range spells.
    @inline(__always)
    func index(of range: Range<Int>, in text: QuickText, of group: Group) -> Int? {
        let length = range.upperBound &- range.lowerBound
        let first: UInt64
        let last: UInt64
        if let word = text.word(at: range.lowerBound) {
            if length >= 8 {
                first = word
                last = text.word(at: range.upperBound &- 8) ?? 0
            } else {
                first = word & (1 &<< UInt64(truncatingIfNeeded: length &* 8) &- 1)
                last = first
            }
        } else {
            first = Self.lastWord(text, range)
            last = first
        }
        var place = home(first, last, group)
        while true {
            let slot = slots[place]
            if slot.first == first, slot.last == last, slot.length == length,
                length <= 16 || hasSameMiddle(slot, range, text)
            {
                return slot.index
            }
            guard slot.index >= 0 else { return nil }
            place &+= 1
        }
    }

    /// The bytes of a name of at most seven that stands at the very end of a text.
    @inline(never)
    private static func lastWord(_ text: QuickText, _ range: Range<Int>) -> UInt64 {
        range.reversed().reduce(0) { $0 << 8 | UInt64(text[$1]) }
    }

    /// Compares word by word from the second one on; the last word was compared before.
    @inline(never)
    private func hasSameMiddle(_ slot: Slot, _ range: Range<Int>, _ text: QuickText) -> Bool {
        var offset = 8
        while offset < slot.length &- 8 {
            guard text.word(at: range.lowerBound &+ offset) == words[slot.words &+ offset / 8] else { return false }
            offset &+= 8
        }
        return true
    }
}
