import Glibc

/// The host of a URL as certificates and server name indication want it: an address without brackets, or a name
/// without the dot of the root.
struct TLSPeerName {
    let text: String
    let isAddress: Bool

    /// RFC 1035 §2.3.4: a name has at most 253 characters in this spelling.
    private static let bytesMax = 253

    init(_ host: String) throws(CryptographyError) {
        var text = host
        if text.hasPrefix("["), text.hasSuffix("]") { text = String(text.dropFirst().dropLast()) }
        isAddress = Self.isAddress(text)
        if !isAddress, text.hasSuffix(".") { text.removeLast() }
        guard !text.isEmpty, text.utf8.count <= Self.bytesMax, isAddress || text.utf8.allSatisfy(Self.mayStandInName)
        else {
            throw .hostInvalid(host)
        }
        self.text = text
    }

    private static func isAddress(_ text: String) -> Bool {
        // Large enough for both families; inet_pton writes 4 or 16 bytes.
        var address = in6_addr()
        return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1
    }

    /// Letters, digits, dash, dot, and the underscore that some internal names have. Above all no NUL, which C would
    /// take for the end.
    private static func mayStandInName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }
}
