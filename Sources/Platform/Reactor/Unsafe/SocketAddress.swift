import Glibc

/// Where a socket listens or connects: IPv4, IPv6 or a path of this machine.
package struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    /// The families that Patchbay uses.
    package enum Family: Sendable, Hashable {
        case ipv4, ipv6, unix
    }

    /// Which family it is.
    package let family: Family
    /// The port; 0 for a path.
    package let port: UInt16
    /// The address as a person writes it, without the port.
    package let host: String
    private let bytes: [UInt8]

    /// The longest path that fits the kernel's structure, its final NUL included.
    package static let pathBytesMax = 108

    /// A path of this machine.
    package init(unixPath path: String) throws(ReactorError) {
        var address = sockaddr_un()
        let text = Array(path.utf8)
        guard !text.isEmpty, text.count < Self.pathBytesMax, !text.contains(0) else { throw .addressInvalid(path) }
        address.sun_family = sa_family_t(AF_UNIX)
        // The tuple `sun_path` is 108 contiguous bytes, and `text` is shorter by at least one.
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: text) }
        bytes = withUnsafeBytes(of: &address) { Array($0) }
        family = .unix
        port = 0
        host = path
    }

    /// A literal address: `127.0.0.1` or `::1`, without brackets; one address has one spelling afterwards.
    package init(literal: String, port: UInt16) throws(ReactorError) {
        var v4 = sockaddr_in()
        var v6 = sockaddr_in6()
        // C would stop at a NUL and take what is before it.
        guard !literal.utf8.contains(0) else { throw .addressInvalid(literal) }
        if inet_pton(AF_INET, literal, &v4.sin_addr) == 1 {
            v4.sin_family = sa_family_t(AF_INET)
            v4.sin_port = port.bigEndian
            self.init(v4)
        } else if inet_pton(AF_INET6, literal, &v6.sin6_addr) == 1 {
            v6.sin6_family = sa_family_t(AF_INET6)
            v6.sin6_port = port.bigEndian
            self.init(v6)
        } else {
            throw .addressInvalid(literal)
        }
    }

    /// What the kernel filled in; `nil` for a family that is not ours.
    init?(_ pointer: UnsafePointer<sockaddr>, length: socklen_t) {
        // The kernel wrote `length` bytes from here on, and each load is of a structure that fits in them.
        let raw = UnsafeRawBufferPointer(start: pointer, count: Int(length))
        switch Int32(pointer.pointee.sa_family) {
        case AF_INET where raw.count >= MemoryLayout<sockaddr_in>.size:
            self.init(raw.loadUnaligned(as: sockaddr_in.self))
        case AF_INET6 where raw.count >= MemoryLayout<sockaddr_in6>.size:
            self.init(raw.loadUnaligned(as: sockaddr_in6.self))
        case AF_UNIX:
            // An unnamed socket has no path at all, and a path may or may not come with its NUL.
            let path = raw.dropFirst(MemoryLayout<sa_family_t>.size).prefix { $0 != 0 }
            if let named = try? SocketAddress(unixPath: String(decoding: path, as: UTF8.self)) {
                self = named
            } else {
                self.init(unnamed: Array(raw))
            }
        default:
            return nil
        }
    }

    private init(unnamed bytes: [UInt8]) {
        family = .unix
        port = 0
        host = ""
        self.bytes = bytes
    }

    private init(_ address: sockaddr_in) {
        var address = address
        var text = [CChar](repeating: 0, count: Int(INET_ADDRSTRLEN))
        inet_ntop(AF_INET, &address.sin_addr, &text, socklen_t(text.count))
        family = .ipv4
        port = UInt16(bigEndian: address.sin_port)
        host = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        bytes = withUnsafeBytes(of: &address) { Array($0) }
    }

    private init(_ address: sockaddr_in6) {
        var address = address
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(AF_INET6, &address.sin6_addr, &text, socklen_t(text.count))
        family = .ipv6
        port = UInt16(bigEndian: address.sin6_port)
        host = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        bytes = withUnsafeBytes(of: &address) { Array($0) }
    }

    /// As in a URL: `127.0.0.1:80`, `[::1]:80`, `unix:/path`.
    package var description: String {
        switch family {
        case .ipv4: "\(host):\(port)"
        case .ipv6: "[\(host)]:\(port)"
        case .unix: "unix:\(host)"
        }
    }

    /// True when only this machine can reach the address.
    package var isLoopback: Bool {
        switch family {
        case .unix: true
        case .ipv4: bytes[4] == 127
        // Bytes 8 to 23 are the address; an IPv4 address written as IPv6 reaches what the IPv4 address reaches.
        case .ipv6: host == "::1" || (bytes[8..<18].allSatisfy { $0 == 0 } && bytes[18..<21] == [255, 255, 127])
        }
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        // `bytes` was copied from a whole sockaddr_in, sockaddr_in6 or sockaddr_un, so it is long enough for its family.
        bytes.withUnsafeBytes { raw in
            let pointer = raw.baseAddress.map { $0.assumingMemoryBound(to: sockaddr.self) }
            precondition(pointer != nil, "an address always has bytes")
            return body(pointer.unsafelyUnwrapped, socklen_t(raw.count))
        }
    }

    var domain: Int32 {
        switch family {
        case .ipv4: AF_INET
        case .ipv6: AF_INET6
        case .unix: AF_UNIX
        }
    }
}
