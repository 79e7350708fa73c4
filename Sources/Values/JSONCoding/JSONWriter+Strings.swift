extension JSONWriter {
    /// Puts a string in quotes behind the bytes that are there, with only the escapes that RFC 8259 section 7 demands.
    package static func appendString(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8Span { appendString($0, to: &bytes) }
    }

    /// The same for a string of the program's own.
    package static func appendString(_ text: StaticString, to bytes: inout [UInt8]) {
        text.withUTF8Span { appendString($0, to: &bytes) }
    }

    /// The same for a string that is at hand as bytes, which the caller knows to be UTF-8.
    package static func appendString(_ utf8: Span<UInt8>, to bytes: inout [UInt8]) {
        JSONText.reading(utf8) { text in
            bytes.append(UInt8(ascii: "\""))
            var start = 0
            while start < text.count {
                let end = plainEnd(start, text)
                text.append(start..<end, to: &bytes)
                if end < text.count { appendEscape(text[end], to: &bytes) }
                start = end + 1
            }
            bytes.append(UInt8(ascii: "\""))
        }
    }

    /// The same with a colon behind it, as the name of a member.
    package static func appendKey(_ name: StaticString, to bytes: inout [UInt8]) {
        appendString(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }

    /// Puts bytes of the program's own behind those that are there, as they are.
    package static func appendRaw(_ text: StaticString, to bytes: inout [UInt8]) {
        text.withUTF8Span { span in JSONText.reading(span) { $0.append(0..<$0.count, to: &bytes) } }
    }

    /// Puts the decimal digits of an integer behind the bytes that are there, without making a `String` of them.
    package static func appendInteger(_ integer: Int, to bytes: inout [UInt8]) {
        if integer < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = integer.magnitude
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    /// The place of the next byte that needs an escape, or the end.
    @inline(__always)
    private static func plainEnd(_ start: Int, _ text: JSONText) -> Int {
        var place = start
        while true {
            while let word = text.word(at: place) {
                let stops = JSONGrammar.asciiStops(in: word)
                guard stops == 0 else { return place &+ stops.trailingZeroBitCount &>> 3 }
                place &+= 8
            }
            guard place < text.count, !needsEscape(text[place]) else { return place }
            place += 1
        }
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func appendEscape(_ byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0..<0x20:
            appendRaw("u00", to: &bytes)
            bytes.append(UInt8(ascii: "0") + byte >> 4)
            bytes.append(byte & 0xF < 10 ? UInt8(ascii: "0") + byte & 0xF : UInt8(ascii: "a") + byte & 0xF - 10)
        default: bytes.append(byte)
        }
    }
}
