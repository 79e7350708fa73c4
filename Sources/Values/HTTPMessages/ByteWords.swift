/// Questions about eight bytes at once: one 64-bit word, little-endian, an answer bit at the top of each byte.
///
/// The standard library's SIMD types were twenty times slower here, so this is plain arithmetic. Bytes are first cut to
/// seven bits, so that no addition carries into the next byte; the answers are exact, not only for the lowest byte.
enum ByteWords {
    static let ones: UInt64 = 0x0101_0101_0101_0101
    static let tops: UInt64 = 0x8080_8080_8080_8080
    static let lows: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    /// Turns upper-case letters into lower-case ones and leaves a hyphen and digits as they are.
    static let lowerCase: UInt64 = 0x2020_2020_2020_2020

    /// The same byte eight times.
    @inline(__always)
    static func fill(_ byte: UInt8) -> UInt64 {
        UInt64(byte) &* ones
    }

    /// Marks the bytes that are letters or a hyphen, of which nearly all field names consist.
    @inline(__always)
    static func lettersAndHyphens(_ word: UInt64) -> UInt64 {
        let low = word & lows
        let folded = low | lowerCase
        let letters = (folded &+ fill(0x80 - 0x61)) & ~(folded &+ fill(0x80 - 0x7B))
        let notHyphen = (low ^ fill(0x2D)) &+ lows
        return (letters | ~notHyphen) & ~word & tops
    }

    /// Marks the bytes that cannot stand inside a field value: controls (a tab too) and DEL.
    @inline(__always)
    static func controls(_ word: UInt64) -> UInt64 {
        let low = word & lows
        let notControl = low &+ fill(0x80 - 0x20)
        let notDelete = (low ^ lows) &+ lows
        return ~(notControl & notDelete) & ~word & tops
    }

    /// Marks the bytes that end a target or are wrong in it: up to the space, DEL and above.
    @inline(__always)
    static func invisible(_ word: UInt64) -> UInt64 {
        let low = word & lows
        let above = low &+ fill(0x80 - 0x21)
        let notDelete = (low ^ lows) &+ lows
        return (~(above & notDelete) | word) & tops
    }

    /// Marks the bytes that equal this one.
    @inline(__always)
    static func equal(_ word: UInt64, _ byte: UInt8) -> UInt64 {
        let difference = word ^ fill(byte)
        return ~(((difference & lows) &+ lows) | difference) & tops
    }

    /// The index of the first marked byte.
    @inline(__always)
    static func first(_ marks: UInt64) -> Int {
        marks.trailingZeroBitCount &>> 3
    }

    /// Eight ASCII characters as the word that a load of them gives.
    @inline(__always)
    static func word(
        _ a: Unicode.Scalar, _ b: Unicode.Scalar, _ c: Unicode.Scalar, _ d: Unicode.Scalar,
        _ e: Unicode.Scalar = "\0", _ f: Unicode.Scalar = "\0", _ g: Unicode.Scalar = "\0", _ h: Unicode.Scalar = "\0"
    ) -> UInt64 {
        let low = UInt64(a.value) | UInt64(b.value) &<< 8 | UInt64(c.value) &<< 16 | UInt64(d.value) &<< 24
        let high = UInt64(e.value) | UInt64(f.value) &<< 8 | UInt64(g.value) &<< 16 | UInt64(h.value) &<< 24
        return low | high &<< 32
    }
}
