import CBytes
import Glibc

// Why this file is unsafe, and why that is sound: the loads are `unsafe` in the standard library only because a type
// could have invalid bit patterns; the types loaded here have none, and `RawSpan` checks the bounds, but in the one load
// whose name says that it does not. The copies take both addresses from the standard library's closures, with the length
// of the source, inside the capacity that was just asked for.

extension Span where Element == UInt8 {
    /// Eight bytes as a little-endian word; traps when they are not all there.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Eight bytes as a little-endian word, when the caller has just compared the offset with the end.
    @inline(__always)
    func word(unchecked offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }

    /// Marks those of sixteen bytes that are no letter and no hyphen, when the caller has just compared the offset with the end.
    @inline(__always)
    func nameStops(unchecked offset: Int) -> UInt32 {
        withUnsafeBytes { patchbay_name_stops($0.baseAddress.unsafelyUnwrapped + offset) }
    }

    /// Marks those of sixteen bytes that cannot stand in a value, and tabs; as above.
    @inline(__always)
    func valueStops(unchecked offset: Int) -> UInt32 {
        withUnsafeBytes { patchbay_value_stops($0.baseAddress.unsafelyUnwrapped + offset) }
    }

    /// Eight bytes as a word, or as many as there are, and zeros; what a caller's range leaves out it must ignore.
    @inline(__always)
    func wordOrPart(at offset: Int) -> UInt64 {
        offset >= 0 && offset &+ 8 <= count ? word(unchecked: offset) : lastWord(at: offset, count: count &- offset)
    }

    /// The index of the next CR or LF, or the end; the C library looks at thirty-two bytes at a time.
    ///
    /// It looks for one byte only, so it is asked twice, for a window at a time: a stream of many CR and no LF must not be
    /// searched to its end for each of them.
    func lineEnd(from start: Int) -> Int {
        precondition(start >= 0, "a line begins inside the bytes")
        return withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return start }
            var window = start
            while window < buffer.count {
                var length = Swift.min(buffer.count - window, 1024)
                if let found = memchr(base + window, 0x0A, length) {
                    length = UnsafeRawPointer(found) - (base + window)
                }
                if let found = memchr(base + window, 0x0D, length) { return UnsafeRawPointer(found) - base }
                window += length
                if window < buffer.count, buffer[window] == 0x0A { return window }
            }
            return buffer.count
        }
    }

    /// Whether these bytes begin with those.
    func begins(with prefix: Span<UInt8>) -> Bool {
        guard count >= prefix.count else { return false }
        return withUnsafeBytes { mine in
            prefix.withUnsafeBytes { other in
                guard let mine = mine.baseAddress, let other = other.baseAddress else { return true }
                return memcmp(mine, other, prefix.count) == 0
            }
        }
    }

    /// Up to eight bytes as a word whose missing high bytes are zero.
    @inline(__always)
    func word(at offset: Int, count: Int) -> UInt64 {
        if offset >= 0, offset &+ 8 <= self.count {
            let word = word(unchecked: offset)
            return count >= 8 ? word : word & ((1 &<< UInt64(truncatingIfNeeded: count &* 8)) &- 1)
        }
        return lastWord(at: offset, count: count)
    }

    /// The same near the end; apart, so that the usual way stays short.
    @inline(never)
    private func lastWord(at offset: Int, count: Int) -> UInt64 {
        if self.count >= 8, offset >= 0, offset < self.count {
            // The last eight bytes, moved down until the wanted ones are at the bottom.
            let word = word(at: self.count &- 8) &>> UInt64(truncatingIfNeeded: (offset &+ 8 &- self.count) &* 8)
            return word & ((1 &<< UInt64(truncatingIfNeeded: Swift.min(count, self.count &- offset) &* 8)) &- 1)
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

    /// A copy of the bytes and behind them the entries: one allocation for a head.
    init(copying source: Span<UInt8>, table: Span<HTTPFields.Entry>) {
        self = []
        reserveCapacity(source.count + table.count * MemoryLayout<HTTPFields.Entry>.stride)
        append(copying: source)
        table.withUnsafeBytes { entries in
            entries.withMemoryRebound(to: UInt8.self) { append(contentsOf: $0) }
        }
    }

    /// The entry at this offset; traps when it is not all there.
    @inline(__always)
    func entry(at offset: Int) -> HTTPFields.Entry {
        span.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: HTTPFields.Entry.self)
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
    /// Eight bytes of the literal as a little-endian word; traps when they are not all there.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset &+ 8 <= utf8CodeUnitCount, "a literal is read inside its length")
        return UInt64(littleEndian: UnsafeRawPointer(utf8Start + offset).loadUnaligned(as: UInt64.self))
    }

    /// One byte of the literal; traps outside it.
    @inline(__always)
    func byte(at offset: Int) -> UInt8 {
        precondition(offset >= 0 && offset < utf8CodeUnitCount, "a literal is read inside its length")
        return utf8Start[offset]
    }
}
