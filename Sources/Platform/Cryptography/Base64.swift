/// Base64 by RFC 4648, decoded by the letter: one text for one value, so that two spellings cannot pass for two tokens.
package enum Base64: Sendable, CaseIterable {
    /// With `+` and `/`, padded to a multiple of four (§4).
    case standard
    /// With `-` and `_`, without padding (§5, as JOSE and OAuth use it).
    case url

    /// The text of these bytes.
    package func encode(_ bytes: Span<UInt8>) -> String {
        let digits = Array(alphabet.utf8)
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let count = min(3, bytes.count - index)
            var group: UInt32 = 0
            for offset in 0..<3 { group = group << 8 | (offset < count ? UInt32(bytes[index + offset]) : 0) }
            for digit in 0...count { text.append(digits[Int(group >> (18 - 6 * UInt32(digit)) & 63)]) }
            if self == .standard { for _ in count..<3 { text.append(Self.padding) } }
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of this text, or `nil` for anything that `encode` would not have written: other characters, white
    /// space, padding too much or too little, bits set behind the last byte.
    package func decode(_ text: Span<UInt8>) -> [UInt8]? {
        guard let count = digitCount(of: text), count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count / 4 * 3 + 2)
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for index in 0..<count {
            guard let value = value(of: text[index]) else { return nil }
            bits = bits << 6 | value
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
            }
        }
        return bits & (1 << bitCount - 1) == 0 ? bytes : nil
    }

    /// The bytes of this text.
    package func decode(_ text: String) -> [UInt8]? {
        decode(Array(text.utf8).span)
    }

    private static let padding = UInt8(ascii: "=")

    private var alphabet: String {
        let common = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        return common + (self == .standard ? "+/" : "-_")
    }

    /// How many characters stand before the padding, if that is as it must be.
    private func digitCount(of text: Span<UInt8>) -> Int? {
        guard self == .standard else { return text.count }
        guard text.count % 4 == 0 else { return nil }
        var count = text.count
        while count > 0, text.count - count < 2, text[count - 1] == Self.padding { count -= 1 }
        return count
    }

    private func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+") where self == .standard, UInt8(ascii: "-") where self == .url: 62
        case UInt8(ascii: "/") where self == .standard, UInt8(ascii: "_") where self == .url: 63
        default: nil
        }
    }
}
