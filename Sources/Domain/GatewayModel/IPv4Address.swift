/// Four octets in network order.
package struct IPv4Address: Sendable, Hashable, CustomStringConvertible {
    /// The first octet is the most significant byte.
    package let bits: UInt32

    /// Wraps bits whose first octet is the most significant byte.
    package init(bits: UInt32) {
        self.bits = bits
    }

    /// Reads exactly four decimals from 0 to 255; `127.1`, `0x7f.0.0.1` and `010.0.0.1` are refused, since readers differ.
    package init(_ text: String) throws(GatewayModelError) {
        let octets = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard octets.count == 4 else { throw .host }
        var bits: UInt32 = 0
        for octet in octets {
            guard let number = decimalNumber(octet, max: 255), octet.count == 1 || octet.first != UInt8(ascii: "0")
            else {
                throw .host
            }
            bits = bits << 8 | UInt32(number)
        }
        self.bits = bits
    }

    /// 127.0.0.1, what `localhost` means here.
    package static let loopback = IPv4Address(bits: 0x7F00_0001)

    /// Whether it is in 127.0.0.0/8.
    package var isLoopback: Bool { bits >> 24 == 127 }

    /// Four decimals.
    package var description: String {
        "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
    }
}

/// A number of ASCII digits and nothing else, at most `max`.
func decimalNumber(_ digits: some Collection<UInt8>, max: Int) -> Int? {
    guard !digits.isEmpty, digits.count <= 5 else { return nil }
    var number = 0
    for digit in digits {
        guard case UInt8(ascii: "0")...UInt8(ascii: "9") = digit else { return nil }
        number = number * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return number <= max ? number : nil
}
