/// An IP address with a port: what a socket is bound to, never a name that a resolver could change.
package struct NetworkAddress: Sendable, Hashable, CustomStringConvertible {
    /// The address without brackets.
    package let host: IPAddress
    /// Zero means "any free port" when listening.
    package let port: UInt16

    /// Pairs an address with a port.
    package init(host: IPAddress, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `127.0.0.1:8080`, `[::1]:8080` or `localhost:8080`, which is 127.0.0.1; a port is always needed.
    package init(_ text: String) throws(GatewayModelError) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw .empty }
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")) else { throw .portMissing }
        guard let port = decimalNumber(bytes[(colon + 1)...], max: 65535) else { throw .port }
        let host = String(decoding: bytes[..<colon], as: UTF8.self)
        if host == "localhost" {
            self.host = .v4(.loopback)
        } else if host.hasPrefix("["), host.hasSuffix("]") {
            self.host = .v6(try IPv6Address(String(host.dropFirst().dropLast())))
        } else {
            self.host = .v4(try IPv4Address(host))
        }
        self.port = UInt16(port)
    }

    /// The text that reads back as this address.
    package var description: String {
        switch host {
        case .v4(let address): "\(address):\(port)"
        case .v6(let address): "[\(address)]:\(port)"
        }
    }
}
