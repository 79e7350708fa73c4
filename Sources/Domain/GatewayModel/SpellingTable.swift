/// A fixed set of short texts that is asked with bytes from the wire: no `String`, no allocation, constant time in its size.
///
/// Open addressing at half load, by the length and three letters. The texts are the operator's, so a caller cannot build
/// collisions into it.
struct SpellingTable: Sendable, Hashable {
    /// All texts in a row, and where each ends.
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    /// Text numbers plus one; zero is free. The count is a power of two.
    private var slots: [Int]

    /// The first of equal texts wins.
    init(_ texts: [String]) {
        var size = 4
        while size < texts.count * 2 { size *= 2 }
        slots = Array(repeating: 0, count: size)
        for (number, text) in texts.enumerated() {
            let start = bytes.count
            bytes.append(contentsOf: text.utf8)
            ends.append(bytes.count)
            guard find(bytes.span.extracting(start..<bytes.count), ignoringCase: false) == nil else { continue }
            var slot = hash(bytes.span.extracting(start..<bytes.count)) & (size - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = number + 1
        }
    }

    /// The number of the text that is equal to these bytes; with `ignoringCase` the texts must be in lower case.
    func find(_ wanted: Span<UInt8>, ignoringCase: Bool) -> Int? {
        let mask = slots.count - 1
        var slot = hash(wanted) & mask
        while slots[slot] != 0 {
            let number = slots[slot] - 1
            if isEqual(wanted, to: number, ignoringCase: ignoringCase) { return number }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private func isEqual(_ wanted: Span<UInt8>, to number: Int, ignoringCase: Bool) -> Bool {
        let start = number == 0 ? 0 : ends[number - 1]
        guard wanted.count == ends[number] - start else { return false }
        let text = bytes.span.extracting(start..<ends[number])
        for index in wanted.indices where wanted[index] != text[index] {
            guard ignoringCase, lowerCased(wanted[index]) == text[index] else { return false }
        }
        return true
    }

    private func hash(_ wanted: Span<UInt8>) -> Int {
        guard wanted.count > 0 else { return 0 }
        let last = wanted.count - 1
        let letters = (wanted[0], wanted[last / 2], wanted[last])
        // Folded whatever the case means: equal texts stay equal.
        var hash = UInt64(letters.0 | 0x20) | UInt64(letters.1 | 0x20) << 8 | UInt64(letters.2 | 0x20) << 16
        hash = (hash | UInt64(truncatingIfNeeded: wanted.count) << 24) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: hash >> 33)
    }
}
