package import Cryptography
package import Reactor

/// Where an origin is and what its requests call it.
package struct HTTPOriginAddress: Sendable, Hashable {
    /// The name or literal address, without brackets.
    package let host: String
    /// The port to connect to.
    package let port: UInt16
    /// True for `https`.
    package let usesTLS: Bool
    /// The value of `Host`.
    package let hostField: [UInt8]
    /// Where to connect without a look-up, in this order: a literal address, or what somebody has looked up and checked.
    package let fixedAddresses: [SocketAddress]

    /// An origin by name or literal address, or by a name whose addresses are known.
    package init(host: String, port: UInt16, usesTLS: Bool, addresses: [SocketAddress] = []) {
        self.host = host
        self.port = port
        self.usesTLS = usesTLS
        let standard: UInt16 = usesTLS ? 443 : 80
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        hostField = Array((port == standard ? name : "\(name):\(port)").utf8)
        let literal = try? SocketAddress(literal: host, port: port)
        fixedAddresses = literal.map { [$0] } ?? addresses
    }
}

/// An origin and its pools, one for each loop; made once, used by every call.
package struct HTTPOrigin: Sendable {
    /// Where it is.
    package let address: HTTPOriginAddress
    private let pools: [HTTPConnectionPool]

    /// Makes empty pools on every loop of the group; `tls` is needed for https only.
    package init(
        _ address: HTTPOriginAddress, group: EventLoopGroup, resolver: NameResolver, tls: TLSClientContext?,
        settings: HTTPClientSettings = HTTPClientSettings()
    ) {
        precondition(!address.usesTLS || tls != nil, "https is never spoken in the clear")
        self.address = address
        pools = group.loops.map {
            HTTPConnectionPool(
                loop: $0, settings: settings, origin: address, resolver: resolver, tls: address.usesTLS ? tls : nil)
        }
    }

    /// This loop's connections; to be used on `loop` only.
    package func pool(on loop: EventLoop) -> HTTPConnectionPool {
        pools[loop.index]
    }

    /// Closes connections that nobody uses; part of an orderly shut-down.
    package func closeIdle() {
        for pool in pools {
            pool.loop.execute { pool.closeIdle() }
        }
    }
}
