/// Sixteen octets in network order.
package struct IPv6Address: Sendable, Hashable, CustomStringConvertible {
    /// The first eight octets.
    package let high: UInt64
    /// The last eight octets.
    package let low: UInt64

    /// Wraps the two halves, first octet most significant.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads RFC 4291 text: groups, one `::`, a dotted tail; zones (`%eth0`) are refused, since they mean another machine's interface.
    package init(_ text: String) throws(GatewayModelError) {
        let bytes = Array(text.utf8)
        guard bytes.count <= 45 else { throw .host }
        var before: [UInt16] = []
        var after: [UInt16] = []
        var gap = false
        var rest = bytes[...]
        if rest.starts(with: [colon, colon]) {
            gap = true
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let piece = rest.prefix { $0 != colon }
            rest = rest[piece.endIndex...]
            var groups: [UInt16]
            if rest.isEmpty, piece.contains(UInt8(ascii: ".")) {
                let tail = try IPv4Address(String(decoding: piece, as: UTF8.self)).bits
                groups = [UInt16(tail >> 16), UInt16(tail & 0xFFFF)]
            } else {
                guard let group = Self.group(piece) else { throw .host }
                groups = [group]
            }
            if gap { after += groups } else { before += groups }
            guard !rest.isEmpty else { break }
            rest = rest.dropFirst()
            if rest.first == colon {
                guard !gap else { throw .host }
                gap = true
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                throw .host
            }
        }
        let count = before.count + after.count
        guard gap ? count <= 7 : count == 8 else { throw .host }
        self.init(groups: before + Array(repeating: 0, count: 8 - count) + after)
    }

    private init(groups: [UInt16]) {
        high = groups[0..<4].reduce(0) { $0 << 16 | UInt64($1) }
        low = groups[4..<8].reduce(0) { $0 << 16 | UInt64($1) }
    }

    private static func group(_ digits: ArraySlice<UInt8>) -> UInt16? {
        guard (1...4).contains(digits.count) else { return nil }
        var value: UInt16 = 0
        for digit in digits {
            guard let nibble = hexadecimalValue(digit) else { return nil }
            value = value << 4 | UInt16(nibble)
        }
        return value
    }

    /// Whether it is `::1`, or 127.0.0.0/8 mapped into `::ffff:0:0/96`.
    package var isLoopback: Bool {
        high == 0 && (low == 1 || low >> 24 == 0xFFFF_7F)
    }

    /// RFC 5952: lower case, the longest run of zero groups shortened.
    package var description: String {
        let groups = self.groups
        let gap = longestZeroRun(groups)
        let text = { (part: ArraySlice<UInt16>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
        guard gap.count > 1 else { return text(groups[...]) }
        return text(groups[..<gap.lowerBound]) + "::" + text(groups[gap.upperBound...])
    }

    private var groups: [UInt16] {
        [high, low].flatMap { half in [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: half >> $0) } }
    }

    private func longestZeroRun(_ groups: [UInt16]) -> Range<Int> {
        var best = 0..<0
        var start = 0
        for index in 0...8 where index == 8 || groups[index] != 0 {
            if index - start > best.count { best = start..<index }
            start = index + 1
        }
        return best
    }
}

private let colon = UInt8(ascii: ":")

/// The value of one hexadecimal digit, either case.
func hexadecimalValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
