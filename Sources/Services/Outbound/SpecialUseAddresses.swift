package import GatewayModel

/// The addresses that are not on the public Internet: what somebody else's URL must never make us reach.
///
/// IANA's two registries of special-purpose addresses (RFC 6890), multicast, and whatever carries another address inside
/// (mapped IPv4, NAT64, 6to4, Teredo), because a filter that looks at the outer one is walked around by it. Blocks that are
/// globally reachable services of the network itself (AS112, AMT) are here too: nobody's document lies there.
package enum SpecialUseAddresses {
    /// Whether the address has a special use.
    package static func contains(_ address: IPAddress) -> Bool {
        switch address {
        case .v4(let address): v4.contains { address.bits & $0.mask == $0.first }
        // All of IPv6 that is not global unicast, 2000::/3, has a special use or none: loopback, mapped, NAT64, discard-only,
        // segment routing, unique local, link local, multicast.
        case .v6(let address): address.high >> 61 != 1 || v6.contains { address.high & $0.mask == $0.first }
        }
    }

    private static let v4: [(first: UInt32, mask: UInt32)] = [
        block(0, 0, 0, 0, 8),  // this network
        block(10, 0, 0, 0, 8),  // private
        block(100, 64, 0, 0, 10),  // shared by a provider's customers
        block(127, 0, 0, 0, 8),  // loopback
        block(169, 254, 0, 0, 16),  // link local; the metadata services of clouds
        block(172, 16, 0, 0, 12),  // private
        block(192, 0, 0, 0, 24),  // protocol assignments
        block(192, 0, 2, 0, 24),  // documentation
        block(192, 31, 196, 0, 24),  // AS112
        block(192, 52, 193, 0, 24),  // AMT
        block(192, 88, 99, 0, 24),  // 6to4 relays
        block(192, 168, 0, 0, 16),  // private
        block(192, 175, 48, 0, 24),  // AS112
        block(198, 18, 0, 0, 15),  // benchmarks
        block(198, 51, 100, 0, 24),  // documentation
        block(203, 0, 113, 0, 24),  // documentation
        block(224, 0, 0, 0, 3),  // multicast, reserved, broadcast
    ]

    /// Within 2000::/3; no prefix is longer than the first half of an address.
    private static let v6: [(first: UInt64, mask: UInt64)] = [
        (0x2001_0000_0000_0000, UInt64.max << (64 - 23)),  // protocol assignments: Teredo, ORCHID, benchmarks
        (0x2001_0db8_0000_0000, UInt64.max << (64 - 32)),  // documentation
        (0x2002_0000_0000_0000, UInt64.max << (64 - 16)),  // 6to4
        (0x2620_004f_8000_0000, UInt64.max << (64 - 48)),  // AS112
        (0x3fff_0000_0000_0000, UInt64.max << (64 - 20)),  // documentation
    ]

    private static func block(
        _ first: UInt32, _ second: UInt32, _ third: UInt32, _ fourth: UInt32, _ length: UInt32
    ) -> (first: UInt32, mask: UInt32) {
        (first << 24 | second << 16 | third << 8 | fourth, UInt32.max << (32 - length))
    }
}
