/// UTF-8 of RFC 3629 section 4: no overlong forms, no surrogates, nothing above U+10FFFF.
extension JSONGrammar {
    /// Checks that what stands from `start` to `end`, where an ASCII byte or the end of the text is, is UTF-8.
    @inline(never)
    func checkUTF8(_ start: Int, _ end: Int) throws(JSONError) {
        var place = start
        while place < end, let word = text.word(at: place) {
            let beyond = word & 0x8080_8080_8080_8080
            guard beyond != 0 else {
                place &+= 8
                continue
            }
            place &+= beyond.trailingZeroBitCount &>> 3
            guard place < end else { return }
            guard let word = text.word(at: place) else { break }
            let length = Self.scalarLength(word)
            guard length > 0 else { throw JSONError(fault: .invalidUTF8, offset: place) }
            place &+= length
            // Where one scalar of two or three bytes stands, more of them follow in most languages.
            if length == 3 {
                while let word = text.word(at: place), Self.beginsWithTwoOfThree(word) { place &+= 6 }
            } else if length == 2 {
                while let word = text.word(at: place), Self.isFourOfTwo(word) { place &+= 8 }
            }
        }
        while place < end {
            guard text[place] >= 0x80 else {
                place &+= 1
                continue
            }
            // One of the last seven bytes of the text, where a word is put together byte by byte.
            let word = (0..<4).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64(text[place &+ $1]) }
            let length = Self.scalarLength(word)
            guard length > 0 else { throw JSONError(fault: .invalidUTF8, offset: place) }
            place &+= length
        }
    }

    /// How many bytes the scalar has that a word begins with and that is not ASCII, or 0 if it is not UTF-8.
    @inline(__always)
    private static func scalarLength(_ word: UInt64) -> Int {
        if word & 0xC0E0 == 0x80C0 {
            // C0 and C1 lead overlong forms.
            return word & 0x1E != 0 ? 2 : 0
        }
        if word & 0xC0_C0F0 == 0x80_80E0 {
            // E0 must be followed by A0 or more, or it is overlong; ED by less than A0, or it is a surrogate.
            let lead = word & 0x200F
            return lead != 0x0000 && lead != 0x200D ? 3 : 0
        }
        guard word & 0xC0C0_C0F8 == 0x8080_80F0 else { return 0 }
        // F0 must be followed by 90 or more, or it is overlong; F4 by less than 90, and nothing is above it.
        let (lead, second) = (word & 0x07, word & 0x3000)
        return lead == 0 ? (second != 0 ? 4 : 0) : (lead < 4 || lead == 4 && second == 0 ? 4 : 0)
    }

    /// Whether a word begins with two scalars of three bytes, none of which has a lead that needs a closer look: E0 or ED.
    @inline(__always)
    private static func beginsWithTwoOfThree(_ word: UInt64) -> Bool {
        guard word & 0x0000_C0C0_F0C0_C0F0 == 0x0000_8080_E080_80E0 else { return false }
        let (one, other) = (word & 0x0F, word &>> 24 & 0x0F)
        return one != 0 && one != 0x0D && other != 0 && other != 0x0D
    }

    /// Whether a word is four scalars of two bytes, none of which has the overlong lead C0 or C1.
    @inline(__always)
    private static func isFourOfTwo(_ word: UInt64) -> Bool {
        guard word & 0xC0E0_C0E0_C0E0_C0E0 == 0x80C0_80C0_80C0_80C0 else { return false }
        // Adding carries into the top bit of each pair unless its lead is C0 or C1.
        let leads = word & 0x001E_001E_001E_001E &+ 0x7FFE_7FFE_7FFE_7FFE
        return leads & 0x8000_8000_8000_8000 == 0x8000_8000_8000_8000
    }
}
