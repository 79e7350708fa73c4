/// Names of upstreams' things, found by bytes from the wire: no `String`, no allocation, constant time in how many there are.
///
/// Open addressing at half load, eight bytes a step, from a seed that nobody outside knows: the names are the upstreams', and
/// one that means ill must not be able to choose names that collide.
struct NameTable: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    /// Numbers of names plus one; zero is free. The count is a power of two.
    private var slots: [Int32]
    private let seed = UInt64.random(in: .min ... .max)

    /// The first of equal names wins.
    init(_ names: [String]) {
        var size = 4
        while size < names.count * 2 { size *= 2 }
        slots = Array(repeating: Int32(0), count: size)
        for (number, name) in names.enumerated() {
            bytes.append(contentsOf: name.utf8)
            ends.append(bytes.count)
            if let slot = freeSlot(Array(name.utf8)) { slots[slot] = Int32(number + 1) }
        }
    }

    /// Where a name goes; nothing if an equal one is there.
    private func freeSlot(_ name: [UInt8]) -> Int? {
        var slot = hash(name.span) & (slots.count - 1)
        while slots[slot] != 0 {
            if isEqual(name.span, to: Int(slots[slot]) - 1) { return nil }
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    /// The number of a name.
    func find(_ wanted: Span<UInt8>) -> Int? {
        let mask = slots.count - 1
        var slot = hash(wanted) & mask
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if isEqual(wanted, to: number) { return number }
            slot = (slot + 1) & mask
        }
        return nil
    }

    func find(_ wanted: String) -> Int? { find(Array(wanted.utf8).span) }

    private func isEqual(_ wanted: Span<UInt8>, to number: Int) -> Bool {
        let start = number == 0 ? 0 : ends[number - 1]
        guard wanted.count == ends[number] - start else { return false }
        let name = bytes.span.extracting(start..<ends[number])
        for index in wanted.indices where wanted[index] != name[index] { return false }
        return true
    }

    private func hash(_ text: Span<UInt8>) -> Int {
        var hash = seed ^ UInt64(truncatingIfNeeded: text.count)
        var word: UInt64 = 0
        for index in text.indices {
            word = word << 8 | UInt64(text[index])
            if index & 7 == 7 {
                hash = Self.mixed(hash ^ word)
                word = 0
            }
        }
        return Int(truncatingIfNeeded: Self.mixed(hash ^ word) >> 1)
    }

    /// The finisher of MurmurHash3: every bit of the input changes half of the output's.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var value = (value ^ value >> 33) &* 0xFF51_AFD7_ED55_8CCD
        value = (value ^ value >> 33) &* 0xC4CE_B9FE_1A85_EC53
        return value ^ value >> 33
    }
}
