// Why this file is unsafe, and why that is sound: the loads are `unsafe` in the standard library only because a type
// could have invalid bit patterns; `UInt64` has none, and `RawSpan` checks the bounds. The copies take both addresses
// from the standard library's closures, with the length of the source, inside the capacity that was just reserved.

extension Span where Element == UInt8 {
    /// Eight bytes as a little-endian word; traps when they are not all there.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Up to eight bytes as a word whose missing high bytes are zero.
    @inline(__always)
    func word(at offset: Int, count: Int) -> UInt64 {
        if offset &+ 8 <= self.count {
            let word = word(at: offset)
            return count >= 8 ? word : word & ((1 &<< UInt64(truncatingIfNeeded: count &* 8)) &- 1)
        }
        var word: UInt64 = 0
        for index in 0..<Swift.min(count, 8) {
            word |= UInt64(self[offset &+ index]) &<< UInt64(truncatingIfNeeded: index &* 8)
        }
        return word
    }
}

extension [UInt8] {
    /// A copy of the bytes in one allocation.
    init(copying source: Span<UInt8>) {
        self = source.withUnsafeBufferPointer { Array($0) }
    }

    /// Appends the bytes with one copy.
    @inline(__always)
    mutating func append(copying source: Span<UInt8>) {
        source.withUnsafeBufferPointer { append(contentsOf: $0) }
    }

    /// Appends the text of a literal.
    @inline(__always)
    mutating func append(literal text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}

extension StaticString {
    /// One byte of the literal; traps outside it.
    @inline(__always)
    func byte(at offset: Int) -> UInt8 {
        precondition(offset >= 0 && offset < utf8CodeUnitCount, "a literal is read inside its length")
        return utf8Start[offset]
    }
}
