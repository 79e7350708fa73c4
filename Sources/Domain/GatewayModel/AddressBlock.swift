/// A block of addresses, `10.1.2.0/24` or `fd00::/8`: what an operator opens for requests that would be refused otherwise.
package struct AddressBlock: Sendable, Hashable, CustomStringConvertible {
    /// The first address of the block.
    package let first: IPAddress
    /// Leading bits that all addresses of the block share.
    package let prefix: Int

    /// Reads an address, alone or with `/` and a number of bits; bits beyond the prefix must be zero, because whoever writes
    /// others means another block.
    package init(_ text: String) throws(GatewayModelError) {
        guard !text.isEmpty else { throw .empty }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let first = try IPAddress(String(parts[0]))
        let width =
            switch first {
            case .v4: 32
            case .v6: 128
            }
        var prefix = width
        if parts.count == 2 {
            guard let number = decimalNumber(parts[1].utf8, max: width) else { throw .addressBlock }
            prefix = number
        }
        self.first = first
        self.prefix = prefix
        guard Self.masked(first, prefix) == first else { throw .addressBlock }
    }

    /// Whether the address is in the block; an IPv4 address never is in a block of IPv6.
    package func contains(_ address: IPAddress) -> Bool {
        switch (first, address) {
        case (.v4, .v4), (.v6, .v6): Self.masked(address, prefix) == first
        case (.v4, .v6), (.v6, .v4): false
        }
    }

    /// The text that reads back as this block.
    package var description: String { "\(first)/\(prefix)" }

    private static func masked(_ address: IPAddress, _ prefix: Int) -> IPAddress {
        switch address {
        case .v4(let address):
            .v4(IPv4Address(bits: prefix == 0 ? 0 : address.bits & (UInt32.max << UInt32(32 - prefix))))
        case .v6(let address):
            .v6(
                IPv6Address(
                    high: prefix >= 64
                        ? address.high : prefix == 0 ? 0 : address.high & (UInt64.max << UInt64(64 - prefix)),
                    low: prefix <= 64 ? 0 : address.low & (UInt64.max << UInt64(128 - prefix))))
        }
    }
}
