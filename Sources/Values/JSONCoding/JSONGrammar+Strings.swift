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
    ///
    /// Finds the end first and looks at what is beyond ASCII after that, if there is any: two simple loops are faster than one
    /// that changes between them with every letter. Of two faults the left one is still the one that is reported.
    @inline(never)
    func anyStringEnd(_ start: Int, from begin: Int) throws(JSONError) -> JSONStringEnd {
        var content = Content()
        let quote: Int
        do {
            quote = try closingQuote(start, from: begin, &content)
        } catch {
            try checkUTF8(begin, error.offset)
            throw error
        }
        if content.isBeyondASCII { try checkUTF8(begin, quote) }
        return JSONStringEnd(quote: quote, hasEscape: content.hasEscape)
    }

    /// What was seen on the way to the end of a string.
    private struct Content {
        var hasEscape = false
        /// All words that were seen, put over each other; may hold bytes from behind the end.
        var bits: UInt64 = 0

        var isBeyondASCII: Bool { bits & 0x8080_8080_8080_8080 != 0 }
    }

    @inline(__always)
    private func closingQuote(_ start: Int, from begin: Int, _ content: inout Content) throws(JSONError) -> Int {
        var place = begin
        while true {
            while let word = text.word(at: place) {
                content.bits |= word
                let stops = Self.asciiStops(in: word)
                guard stops == 0 else {
                    place &+= stops.trailingZeroBitCount &>> 3
                    break
                }
                place &+= 8
            }
            let byte = text[place]
            switch byte {
            case UInt8(ascii: "\""):
                guard place &- start <= limits.stringBytes else {
                    throw JSONError(fault: .stringTooLong(limit: limits.stringBytes), offset: start)
                }
                return place
            case UInt8(ascii: "\\"):
                content.hasEscape = true
                place = try escapeEnd(place)
            case 0..<0x20:
                guard place < text.count else { throw unexpected(at: place, expected: .closingQuote) }
                throw JSONError(fault: .controlCharacter(byte), offset: place)
            default:
                // One of the last seven bytes of the text.
                content.bits |= UInt64(byte)
                place &+= 1
            }
        }
    }

    /// Marks, with the top bit of its byte, each byte of a word at which plain text stops: quotes, backslashes, control
    /// characters, and all bytes beyond ASCII. A borrow can mark a byte behind the first stop wrongly, never one before.
    ///
    /// Flipping 0x02 makes the quote 0x20 and leaves control characters below, so that one subtraction finds both.
    @inline(__always)
    static func stops(in word: UInt64) -> UInt64 {
        (specials(in: word) | word) & 0x8080_8080_8080_8080
    }

    /// The same without the bytes beyond ASCII.
    @inline(__always)
    static func asciiStops(in word: UInt64) -> UInt64 {
        specials(in: word) & ~word & 0x8080_8080_8080_8080
    }

    @inline(__always)
    private static func specials(in word: UInt64) -> UInt64 {
        let controlOrQuote = (word ^ 0x0202_0202_0202_0202) &- 0x2121_2121_2121_2121
        let backslash = (word ^ 0x5C5C_5C5C_5C5C_5C5C) &- 0x0101_0101_0101_0101
        return controlOrQuote | backslash
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
}
