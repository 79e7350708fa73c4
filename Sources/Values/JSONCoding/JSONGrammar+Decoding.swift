extension JSONGrammar {
    /// Puts the text that the checked contents of a string stand for behind the bytes that are there, escapes decoded.
    func appendDecoded(_ contents: Range<Int>, to bytes: inout [UInt8]) {
        var place = contents.lowerBound
        while place < contents.upperBound {
            let run = runEnd(place, contents.upperBound)
            text.append(place..<run, to: &bytes)
            guard run < contents.upperBound else { return }
            place = appendEscape(run, to: &bytes)
        }
    }

    /// The place of the next backslash, or `end`.
    private func runEnd(_ start: Int, _ end: Int) -> Int {
        var place = start
        while place < end, text[place] != UInt8(ascii: "\\") { place += 1 }
        return place
    }

    /// Appends what the checked escape at `place` stands for and returns the place behind it.
    private func appendEscape(_ place: Int, to bytes: inout [UInt8]) -> Int {
        switch text[place + 1] {
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"): return appendUnicodeEscape(place, to: &bytes)
        case let byte: bytes.append(byte)
        }
        return place + 2
    }

    private func appendUnicodeEscape(_ place: Int, to bytes: inout [UInt8]) -> Int {
        guard let first = try? codeUnit(place + 2) else { return place + 6 }
        var value = first
        var end = place + 6
        if first & 0xFC00 == 0xD800, let second = try? codeUnit(place + 8) {
            value = 0x10000 + (first & 0x3FF) << 10 + second & 0x3FF
            end = place + 12
        }
        if let scalar = Unicode.Scalar(value) {
            bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
        return end
    }
}
