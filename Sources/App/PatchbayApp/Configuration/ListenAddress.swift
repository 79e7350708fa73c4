package import GatewayModel
import Reactor

/// Where the gateway waits for clients.
package enum ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// An address and a port of this machine.
    case tcp(NetworkAddress)
    /// A socket file, for a reverse proxy on the same machine.
    case unix(path: String)

    /// What the kernel's `sun_path` holds, less the final NUL.
    package static let pathBytesMax = 107

    /// Whether only this machine can reach it.
    package var isLoopback: Bool {
        switch self {
        case .tcp(let address): address.host.isLoopback
        case .unix: true
        }
    }

    /// The text that reads back as this address.
    package var description: String {
        switch self {
        case .tcp(let address): address.description
        case .unix(let path): "unix:\(path)"
        }
    }

    /// What a client on this machine would call it, `nil` when it listens on every interface and so has no one name.
    package func publicURL(scheme: HTTPURL.Scheme, boundPort: UInt16?) -> PublicURL? {
        switch self {
        case .unix: PublicURL(scheme: scheme, host: .name("localhost"), port: scheme.defaultPort)
        case .tcp(let address):
            address.host.isUnspecified
                ? nil : PublicURL(scheme: scheme, host: .address(address.host), port: boundPort ?? address.port)
        }
    }
}

extension ListenAddress {
    /// The same as the kernel takes it.
    func socketAddress() throws(ReactorError) -> SocketAddress {
        switch self {
        case .tcp(let address): try SocketAddress(literal: address.host.description, port: address.port)
        case .unix(let path): try SocketAddress(unixPath: path)
        }
    }
}
