/// The host of a URL: a DNS name in lower case, or an address.
package enum HTTPHost: Sendable, Hashable, CustomStringConvertible {
    /// A name of at most 253 bytes; `_` is allowed because container networks use it.
    case name(String)
    /// An address, which no resolver is asked about.
    case address(IPAddress)

    /// Reads a name, an IPv4 address, or an IPv6 address in brackets.
    ///
    /// A name whose last label begins with a digit is an IPv4 address or nothing: `127.1` and `0x7f.1` reach the
    /// loopback interface by some readers and a name server by others.
    package init(_ text: String) throws(GatewayModelError) {
        if text.hasPrefix("[") {
            guard text.hasSuffix("]") else { throw .host }
            self = .address(.v6(try IPv6Address(String(text.dropFirst().dropLast()))))
            return
        }
        let bytes = text.utf8.map(lowerCased)
        guard !bytes.isEmpty, bytes.count <= 253 else { throw .host }
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        if let first = labels.last?.first, case UInt8(ascii: "0")...UInt8(ascii: "9") = first {
            self = .address(.v4(try IPv4Address(text)))
            return
        }
        for label in labels {
            guard (1...63).contains(label.count), label.allSatisfy(isNameByte) else { throw .host }
            guard label.first != UInt8(ascii: "-"), label.last != UInt8(ascii: "-") else { throw .host }
        }
        self = .name(String(decoding: bytes, as: UTF8.self))
    }

    /// Whether the name or address means this machine (RFC 6761 section 6.3 for names).
    package var isLoopback: Bool {
        switch self {
        case .name(let name): name == "localhost" || name.hasSuffix(".localhost")
        case .address(let address): address.isLoopback
        }
    }

    /// As it stands in a URL, IPv6 in brackets.
    package var description: String {
        switch self {
        case .name(let name): name
        case .address(.v4(let address)): address.description
        case .address(.v6(let address)): "[\(address)]"
        }
    }
}

/// ASCII only, since every name here is.
func lowerCased(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
    default: byte
    }
}

private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
        UInt8(ascii: "_"):
        true
    default: false
    }
}
