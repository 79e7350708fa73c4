/// The value of Host: a name or an address, and perhaps a port.
///
/// RFC 3986 would allow percent-encoding, sub-delimiters and an empty name too; no client of ours has such a host, and
/// servers behind us read them differently.
enum HostSyntax {
    /// Bit n of the pair is set when byte n may stand in a name: letters, digits, hyphen, dot, underscore.
    private static let nameLow: UInt64 = 0x03FF_6000_0000_0000
    private static let nameHigh: UInt64 = 0x07FF_FFFE_87FF_FFFE

    /// Is it `name`, `name:port`, `[address]` or `[address]:port`?
    static func isValid(_ host: Span<UInt8>) -> Bool {
        var index = 0
        if !host.isEmpty, host[0] == 0x5B {
            index = 1
            while index < host.count, isAddressByte(host[index]) { index &+= 1 }
            guard index > 2, index < host.count, host[index] == 0x5D else { return false }
            index &+= 1
        } else {
            while index < host.count, isNameByte(host[index]) { index &+= 1 }
            guard index > 0 else { return false }
        }
        return index == host.count || host[index] == 0x3A && isPort(host.extracting((index &+ 1)..<host.count))
    }

    @inline(__always)
    private static func isNameByte(_ byte: UInt8) -> Bool {
        guard byte < 0x80 else { return false }
        return ((byte < 0x40 ? nameLow : nameHigh) &>> UInt64(byte & 0x3F)) & 1 == 1
    }

    /// An IPv6 address, with an IPv4 one at its end or not; whether it is a good one, who connects finds out.
    private static func isAddressByte(_ byte: UInt8) -> Bool {
        ByteSyntax.hexValue(byte) != nil || byte == 0x3A || byte == 0x2E
    }

    private static func isPort(_ digits: Span<UInt8>) -> Bool {
        guard !digits.isEmpty, digits.count <= 5 else { return false }
        var port = 0
        for index in digits.indices {
            guard ByteSyntax.isDigit(digits[index]) else { return false }
            port = port &* 10 &+ Int(digits[index] &- 0x30)
        }
        return port <= 65535
    }
}
