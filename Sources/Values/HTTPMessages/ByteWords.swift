/// Questions about eight bytes at once: one 64-bit word, little-endian, an answer bit at the top of each byte.
///
/// The standard library's SIMD types were twenty times slower here, so this is plain arithmetic.
///
/// 1. A byte that the question asks for is always marked.
/// 2. No byte below the first marked one is one of them; so a word without marks has none.
/// 3. A marked byte need not be one of them: carries and borrows run upwards from a marked byte, and the questions whose
///    comment says so mark some others. Whoever finds a mark looks at the byte itself.
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

    /// Asks for bytes that are neither letters nor a hyphen, of which nearly all field names consist.
    @inline(__always)
    static func notLettersNorHyphens(_ word: UInt64) -> UInt64 {
        let folded = word | lowerCase
        let notLetter = (folded &- fill(0x61)) | (folded &+ fill(0x80 - 0x7B))
        let notHyphen = (word ^ fill(0x2D)) &+ lows
        return (notLetter & notHyphen | word) & tops
    }

    /// Asks for bytes that cannot stand in a host name: all but letters, digits, hyphen, dot and underscore. Exact.
    @inline(__always)
    static func notHostName(_ word: UInt64) -> UInt64 {
        let low = word & lows
        let folded = low | lowerCase
        let notLetter = ~(folded &+ fill(0x80 - 0x61)) | (folded &+ fill(0x80 - 0x7B))
        // From the hyphen to the nine there is only the slash that does not belong.
        let notMiddle = ~(low &+ fill(0x80 - 0x2D)) | (low &+ fill(0x80 - 0x3A)) | ~((low ^ fill(0x2F)) &+ lows)
        let notUnderscore = (low ^ fill(0x5F)) &+ lows
        return (notLetter & notMiddle & notUnderscore | word) & tops
    }

    /// Asks for bytes that cannot stand inside a field value, and for tabs; marks those above 0x7F too.
    @inline(__always)
    static func controls(_ word: UInt64) -> UInt64 {
        ((word &- fill(0x20)) | (word &+ ones)) & tops
    }

    /// Asks for bytes that end a target or are wrong in it: up to the space, DEL and above, and `"` `#` `<` `>` backslash.
    @inline(__always)
    static func notTarget(_ word: UInt64) -> UInt64 {
        let invisible = (word &- fill(0x21)) | (word &+ ones)
        // Two bytes that differ in one bit are found by one compare.
        let quoteOrNumber = (word | ones) ^ fill(0x23)
        let angle = (word | fill(2)) ^ fill(0x3E)
        let backslash = word ^ fill(0x5C)
        let zeros =
            (quoteOrNumber &- ones) & ~quoteOrNumber | (angle &- ones) & ~angle | (backslash &- ones) & ~backslash
        return (invisible | zeros) & tops
    }

    /// Asks for bytes that equal this one.
    @inline(__always)
    static func equal(_ word: UInt64, _ byte: UInt8) -> UInt64 {
        let difference = word ^ fill(byte)
        return (difference &- ones) & ~difference & tops
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
