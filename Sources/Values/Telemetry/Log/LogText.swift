extension [UInt8] {
    /// Appends text so that it can neither end the line, nor leave its quotes, nor command a terminal, nor change the
    /// order in which a reader sees it; cut with an ellipsis after `limit` bytes of output.
    ///
    /// The escapes are JSON's, in human lines too, so that one rule has to be known.
    mutating func appendEscaped(_ text: String, limit: Int) {
        let end = count + limit
        for scalar in text.unicodeScalars {
            let start = count
            appendEscaped(scalar)
            guard count > end else { continue }
            removeSubrange(start...)
            append(contentsOf: "…".utf8)
            return
        }
    }

    private mutating func appendEscaped(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": append(contentsOf: [0x5C, 0x22])
        case "\\": append(contentsOf: [0x5C, 0x5C])
        case "\n": append(contentsOf: [0x5C, UInt8(ascii: "n")])
        case "\r": append(contentsOf: [0x5C, UInt8(ascii: "r")])
        case "\t": append(contentsOf: [0x5C, UInt8(ascii: "t")])
        default:
            if scalar.deceivesReaders {
                for unit in UTF16.encode(scalar) ?? .init() { appendUnitEscape(unit) }
            } else {
                for byte in UTF8.encode(scalar) ?? .init() { append(byte) }
            }
        }
    }

    private mutating func appendUnitEscape(_ unit: UInt16) {
        append(0x5C)
        append(UInt8(ascii: "u"))
        for shift in [12, 8, 4, 0] as [UInt16] {
            append(lowercaseHexDigit(UInt8(truncatingIfNeeded: unit >> shift)))
        }
    }
}

extension Unicode.Scalar {
    /// Controls (C0, DEL, C1), line and paragraph separators, marks that turn the writing direction, and the invisible
    /// tag characters.
    fileprivate var deceivesReaders: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F: true
        case 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF: true
        case 0xE0000...0xE007F: true
        default: false
        }
    }
}

/// The digit of the low four bits.
func lowercaseHexDigit(_ value: UInt8) -> UInt8 {
    let low = value & 0x0F
    return low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10
}
