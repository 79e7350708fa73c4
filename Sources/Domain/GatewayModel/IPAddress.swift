/// An address of either family, parsed strictly: one text, one meaning.
package enum IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// Four octets.
    case v4(IPv4Address)
    /// Sixteen octets.
    case v6(IPv6Address)

    /// Reads dotted decimals or RFC 4291 text without brackets.
    package init(_ text: String) throws(GatewayModelError) {
        self = text.utf8.contains(UInt8(ascii: ":")) ? .v6(try IPv6Address(text)) : .v4(try IPv4Address(text))
    }

    /// Whether only this machine can reach it; an IPv4 loopback address inside IPv6 counts.
    package var isLoopback: Bool {
        switch self {
        case .v4(let address): address.isLoopback
        case .v6(let address): address.isLoopback
        }
    }

    /// Whether it means "every interface" when listening, and nothing at all when calling.
    package var isUnspecified: Bool {
        switch self {
        case .v4(let address): address.bits == 0
        case .v6(let address): address.high == 0 && address.low == 0
        }
    }

    /// The canonical text, without brackets.
    package var description: String {
        switch self {
        case .v4(let address): address.description
        case .v6(let address): address.description
        }
    }
}
