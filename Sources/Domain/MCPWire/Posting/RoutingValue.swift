/// How a value of the body travels in `Mcp-Name` and `Mcp-Param-*` (MCP 2026-07-28, transports, value encoding).
package enum RoutingValue {
    /// The bytes that a header's value stands for; nothing if it has the sentinel's form but is no PaddedBase64 of UTF-8.
    ///
    /// The marker is exact: `=?BASE64?…` or a missing half is literal text.
    static func decode(_ value: Span<UInt8>) -> [UInt8]? {
        let bytes = value.indices.map { value[$0] }
        guard hasSentinel(value) else { return bytes }
        guard let decoded = PaddedBase64.decode(bytes[9..<bytes.count - 2]),
            String(validating: decoded, as: UTF8.self) != nil
        else { return nil }
        return decoded
    }

    /// Whether a value must be decoded before it is compared.
    static func hasSentinel(_ value: Span<UInt8>) -> Bool {
        let marker: StaticString = "=?base64?"
        guard value.count >= 11, value[value.count - 2] == UInt8(ascii: "?"),
            value[value.count - 1] == UInt8(ascii: "=")
        else { return false }
        return marker.description.utf8.enumerated().allSatisfy { value[$0.offset] == $0.element }
    }

    /// The header's value for a text: as it is if that is safe, else in PaddedBase64.
    package static func encode(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        let isPlain = bytes.allSatisfy { $0 == 0x09 || (0x20...0x7E).contains($0) }
        let isPadded = isBlank(bytes.first) || isBlank(bytes.last)
        if isPlain, !isPadded, !hasSentinel(bytes.span) { return bytes }
        return Array("=?base64?".utf8) + PaddedBase64.encode(bytes) + Array("?=".utf8)
    }

    private static func isBlank(_ byte: UInt8?) -> Bool { byte == 0x20 || byte == 0x09 }
}

/// PaddedBase64 of RFC 4648 section 4: with padding, without line ends, unused bits zero.
package enum PaddedBase64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The text of some bytes.
    package static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start...].prefix(3)
            var bits = group.reduce(0) { $0 << 8 | Int($1) }
            bits <<= (3 - group.count) * 8
            for digit in 0..<4 {
                text.append(digit <= group.count ? alphabet[bits >> (18 - digit * 6) & 63] : UInt8(ascii: "="))
            }
        }
        return text
    }

    static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        let padding = text.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        var bytes: [UInt8] = []
        var bits = 0
        var bitCount = 0
        for digit in text.dropLast(padding) {
            guard let value = alphabet.firstIndex(of: digit) else { return nil }
            bits = (bits << 6 | value) & 0xFFFF
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
            }
        }
        guard bits & (1 << bitCount - 1) == 0 else { return nil }
        return bytes
    }
}
