/// A string's end as the scanner of strings found it.
struct JSONStringEnd {
    /// The place of the closing quote.
    let quote: Int
    /// Whether what stands between the quotes has an escape, so that its bytes are not its text.
    let hasEscape: Bool
}

extension JSONGrammar {
    /// The end of the string or name whose first byte behind the opening quote is at `start`.
    ///
    /// This part is put into its callers and sees plain ASCII only; most strings need no more.
    @inline(__always)
    func stringEnd(_ start: Int) throws(JSONError) -> JSONStringEnd {
        var place = start
        while let word = text.word(at: place) {
            let stops = Self.stops(in: word)
            if stops == 0 {
                place &+= 8
                continue
            }
            let bit = stops.trailingZeroBitCount
            place &+= bit &>> 3
            let byte = UInt8(truncatingIfNeeded: word &>> UInt64(truncatingIfNeeded: bit & ~7))
            guard byte == UInt8(ascii: "\""), place &- start <= limits.stringBytes else { break }
            return JSONStringEnd(quote: place, hasEscape: false)
        }
        return try anyStringEnd(start, from: place)
    }

    /// The same for all strings, where the bytes before `begin` are known to be plain.
    @inline(never)
    private func anyStringEnd(_ start: Int, from begin: Int) throws(JSONError) -> JSONStringEnd {
        var place = begin
        var hasEscape = false
        while true {
            while let word = text.word(at: place) {
                let stops = Self.stops(in: word)
                guard stops == 0 else {
                    place &+= stops.trailingZeroBitCount &>> 3
                    break
                }
                place &+= 8
            }
            let byte = text[place]
            switch byte {
            case UInt8(ascii: "\""):
                guard place - start <= limits.stringBytes else {
                    throw JSONError(fault: .stringTooLong(limit: limits.stringBytes), offset: start)
                }
                return JSONStringEnd(quote: place, hasEscape: hasEscape)
            case UInt8(ascii: "\\"):
                hasEscape = true
                place = try escapeEnd(place)
            case 0x80...:
                place = try scalarsEnd(place)
            case 0..<0x20:
                guard place < text.count else { throw unexpected(at: place, expected: .closingQuote) }
                throw JSONError(fault: .controlCharacter(byte), offset: place)
            default:
                // One of the last seven bytes of the text.
                place += 1
            }
        }
    }

    /// Marks, with the top bit of its byte, each byte of a word at which plain ASCII text stops: quotes, backslashes,
    /// control characters, and all above 0x7F. A borrow can mark a byte behind the first stop wrongly, never one before.
    ///
    /// Flipping 0x02 makes the quote 0x20 and leaves control characters below, so that one subtraction finds both.
    @inline(__always)
    static func stops(in word: UInt64) -> UInt64 {
        let controlOrQuote = (word ^ 0x0202_0202_0202_0202) &- 0x2121_2121_2121_2121
        let backslash = (word ^ 0x5C5C_5C5C_5C5C_5C5C) &- 0x0101_0101_0101_0101
        return (controlOrQuote | backslash | word) & 0x8080_8080_8080_8080
    }

    /// The place behind the escape that begins at `place`, a pair of surrogates taken as one.
    private func escapeEnd(_ place: Int) throws(JSONError) -> Int {
        switch text[place + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return place + 2
        case UInt8(ascii: "u"):
            let unit = try codeUnit(place + 2)
            guard unit & 0xF800 == 0xD800 else { return place + 6 }
            guard unit < 0xDC00, text[place + 6] == UInt8(ascii: "\\"), text[place + 7] == UInt8(ascii: "u"),
                try codeUnit(place + 8) & 0xFC00 == 0xDC00
            else { throw JSONError(fault: .loneSurrogate, offset: place) }
            return place + 12
        default:
            guard place + 1 < text.count else { throw unexpected(at: place + 1, expected: .closingQuote) }
            throw JSONError(fault: .invalidEscape, offset: place)
        }
    }

    /// The number that four hexadecimal digits at `place` spell.
    func codeUnit(_ place: Int) throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for digit in place..<place + 4 {
            switch text[digit] {
            case let byte where byte &- 0x30 < 10: unit = unit << 4 | UInt32(byte &- 0x30)
            case let byte where (byte | 0x20) &- 0x61 < 6: unit = unit << 4 | UInt32((byte | 0x20) &- 0x61 &+ 10)
            default: throw unexpected(at: digit, expected: .hexadecimalDigit)
            }
        }
        return unit
    }

    /// The place behind the run of scalars beyond ASCII that begins at `start`.
    private func scalarsEnd(_ start: Int) throws(JSONError) -> Int {
        var place = start
        repeat {
            let length = scalarLength(place)
            guard length > 0 else { throw JSONError(fault: .invalidUTF8, offset: place) }
            place &+= length
            // Where one scalar of two or of three bytes stands, more of them follow in most languages.
            if length == 3 {
                while let word = text.word(at: place), Self.beginsWithTwoOfThree(word) { place &+= 6 }
            } else if length == 2 {
                while let word = text.word(at: place), Self.isFourOfTwo(word) { place &+= 8 }
            }
        } while text[place] >= 0x80
        return place
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

    /// How many bytes the scalar at `place` has, 0 if it is not UTF-8; the rows are those of RFC 3629 section 4.
    @inline(__always)
    private func scalarLength(_ place: Int) -> Int {
        let second = text[place + 1]
        guard second & 0xC0 == 0x80 else { return 0 }
        switch text[place] {
        case 0xC2...0xDF:
            return 2
        case 0xE0 where second < 0xA0, 0xED where second >= 0xA0, 0xF0 where second < 0x90, 0xF4 where second >= 0x90:
            // Overlong below U+0800, a surrogate, overlong below U+10000, above U+10FFFF.
            return 0
        case 0xE0...0xEF:
            return text[place + 2] & 0xC0 == 0x80 ? 3 : 0
        case 0xF0...0xF4:
            return text[place + 2] & 0xC0 == 0x80 && text[place + 3] & 0xC0 == 0x80 ? 4 : 0
        default:
            return 0
        }
    }
}
