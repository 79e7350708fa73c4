/// A fixed set of short texts that is asked with bytes from the wire: no `String`, no allocation, constant time in its size.
///
/// Open addressing over FNV-1a at half load. The texts are the operator's, so a caller cannot build collisions into it.
package struct SpellingTable: Sendable, Hashable {
    /// All texts in a row, and where each ends.
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    /// Text numbers plus one; zero is free. The count is a power of two.
    private var slots: [Int]

    /// The first of equal texts wins.
    package init(_ texts: [String]) {
        var size = 4
        while size < texts.count * 2 { size *= 2 }
        slots = Array(repeating: 0, count: size)
        for (number, text) in texts.enumerated() {
            let start = bytes.count
            bytes.append(contentsOf: text.utf8)
            ends.append(bytes.count)
            guard find(bytes.span.extracting(start..<bytes.count), ignoringCase: false) == nil else { continue }
            var slot = hash(bytes.span.extracting(start..<bytes.count), ignoringCase: false) & (size - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = number + 1
        }
    }

    /// The number of the text that is equal to these bytes; with `ignoringCase` the texts must be in lower case.
    package func find(_ wanted: Span<UInt8>, ignoringCase: Bool) -> Int? {
        let mask = slots.count - 1
        var slot = hash(wanted, ignoringCase: ignoringCase) & mask
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
        for index in wanted.indices {
            let byte = ignoringCase ? lowerCased(wanted[index]) : wanted[index]
            if byte != bytes[start + index] { return false }
        }
        return true
    }

    private func hash(_ wanted: Span<UInt8>, ignoringCase: Bool) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in wanted.indices {
            hash ^= UInt64(ignoringCase ? lowerCased(wanted[index]) : wanted[index])
            hash &*= 0x100_0000_01B3
        }
        return Int(truncatingIfNeeded: hash ^ hash >> 32)
    }
}
