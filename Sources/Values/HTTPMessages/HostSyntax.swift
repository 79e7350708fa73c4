/// The value of Host: a name or an address, and perhaps a port.
///
/// RFC 3986 would allow percent-encoding, sub-delimiters and an empty name too; no client of ours has such a host, and
/// servers behind us read them differently.
enum HostSyntax {
    /// Is it `name`, `name:port`, `[address]` or `[address]:port`, what stands there?
    static func isValid(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let end = range.upperBound
        var index = range.lowerBound
        guard index < end else { return false }
        if bytes[index] == 0x5B {
            index &+= 1
            while index < end, isAddressByte(bytes[index]) { index &+= 1 }
            guard index > range.lowerBound &+ 2, index < end, bytes[index] == 0x5D else { return false }
            index &+= 1
        } else {
            index = nameEnd(bytes, range)
            guard index > range.lowerBound else { return false }
        }
        return index == end || bytes[index] == 0x3A && isPort(bytes, (index &+ 1)..<end)
    }

    /// The index of the first byte that does not belong to a name, or the end.
    @inline(__always)
    private static func nameEnd(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        var index = range.lowerBound
        while index < range.upperBound {
            let others = ByteWords.notHostName(bytes.wordOrPart(at: index))
            if others != 0 { return min(index &+ ByteWords.first(others), range.upperBound) }
            index &+= 8
        }
        return range.upperBound
    }

    /// An IPv6 address, with an IPv4 one at its end or not; whether it is a good one, who connects finds out.
    private static func isAddressByte(_ byte: UInt8) -> Bool {
        ByteSyntax.hexValue(byte) != nil || byte == 0x3A || byte == 0x2E
    }

    @inline(__always)
    private static func isPort(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty, range.count <= 5 else { return false }
        var port = 0
        for index in range {
            let digit = bytes[index] &- 0x30
            guard digit < 10 else { return false }
            port = port &* 10 &+ Int(digit)
        }
        return port <= 65535
    }
}
