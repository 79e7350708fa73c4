/// RFC 8259, one function a rule: each takes the place where its token begins and returns the place behind it, or throws.
///
/// The tree parser and the scanner are both made of these, so they cannot disagree about what JSON is. Places are added with
/// `&+`: a text is shorter than 1 GiB, so no sum overflows, and a place outside of the text reads as NUL.
struct JSONGrammar {
    let text: JSONText
    let limits: JSONLimits

    /// The first place from `place` on that is not white space.
    @inline(__always)
    func afterWhitespace(_ place: Int) -> Int {
        text[place] > 0x20 ? place : afterLongWhitespace(place)
    }

    @inline(never)
    private func afterLongWhitespace(_ start: Int) -> Int {
        var place = start
        while true {
            switch text[place] {
            case 0x20, 0x0A, 0x0D, 0x09: place = afterSpaces(place &+ 1)
            default: return place
            }
        }
    }

    /// Indentation is mostly spaces: eight at a time, and the rest of them by the first byte that is none.
    @inline(__always)
    private func afterSpaces(_ start: Int) -> Int {
        var place = start
        while let word = text.word(at: place) {
            let others = word ^ 0x2020_2020_2020_2020
            guard others == 0 else { return place &+ others.trailingZeroBitCount &>> 3 }
            place &+= 8
        }
        return place
    }

    /// Checks what holds for the text as a whole and returns the place of its value.
    func rootStart() throws(JSONError) -> Int {
        guard text.count <= limits.bytes else {
            throw JSONError(fault: .textTooLong(limit: limits.bytes), offset: limits.bytes)
        }
        if text[0] == 0xEF, text[1] == 0xBB, text[2] == 0xBF { throw JSONError(fault: .byteOrderMark, offset: 0) }
        return afterWhitespace(0)
    }

    /// Checks that only white space follows the value that ended at `place`.
    func checkEnd(_ place: Int) throws(JSONError) {
        let end = afterWhitespace(place)
        guard end == text.count else { throw unexpected(at: end, expected: .endOfText) }
    }

    /// The place behind `true`, `false` or `null`, told apart by their first letter, which the caller has seen.
    @inline(__always)
    func literalEnd(_ place: Int) throws(JSONError) -> Int {
        switch (text[place], text[place &+ 1], text[place &+ 2], text[place &+ 3]) {
        case (0x74, 0x72, 0x75, 0x65), (0x6E, 0x75, 0x6C, 0x6C): return place &+ 4
        case (0x66, 0x61, 0x6C, 0x73) where text[place &+ 4] == 0x65: return place &+ 5
        default: throw misspeltLiteral(place)
        }
    }

    @inline(never)
    private func misspeltLiteral(_ start: Int) -> JSONError {
        let spellings: [String] = ["true", "false", "null"]
        let meant = spellings.first { $0.utf8.first == text[start] } ?? ""
        let wrong = meant.utf8.enumerated().first { text[start + $0.offset] != $0.element }
        return unexpected(at: start + (wrong?.offset ?? 0), expected: .literal)
    }

    /// What the text has instead of what the grammar wanted at `place`.
    @inline(never)
    func unexpected(at place: Int, expected: JSONExpectation) -> JSONError {
        guard place < text.count else {
            return JSONError(fault: .unexpectedEnd(expected: expected), offset: text.count)
        }
        return JSONError(fault: .unexpectedByte(text[place], expected: expected), offset: place)
    }

    /// Refuses the container that begins at `place`.
    @inline(never)
    func tooDeep(at place: Int) -> JSONError {
        JSONError(fault: .tooDeep(limit: limits.depth), offset: place)
    }
}
