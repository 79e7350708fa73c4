/// An `http` or `https` URL that can be called: host, port and the request target exactly as it will be sent.
package struct HTTPURL: Sendable, Hashable, CustomStringConvertible {
    /// Whether the connection is encrypted.
    package enum Scheme: String, Sendable, Hashable {
        case http
        case https

        /// The port that a URL means when it names none.
        package var defaultPort: UInt16 { self == .http ? 80 : 443 }
    }

    /// Longer URLs are refused by many servers and proxies.
    package static let bytesMax = 2048

    /// Whether TLS is spoken.
    package let scheme: Scheme
    /// In lower case; addresses in their canonical spelling.
    package let host: HTTPHost
    /// The scheme's default when the text had none.
    package let port: UInt16
    /// Path and query in origin form (RFC 9112 section 3.2.1), untouched, never empty.
    package let target: String

    /// Parses the whole text or refuses it; nothing is repaired, because a repaired URL is another URL to the next reader.
    package init(_ text: String) throws(GatewayModelError) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= Self.bytesMax else { throw .tooLong(limit: Self.bytesMax) }
        try Self.checkBytes(bytes)
        let (scheme, start) = try Self.scheme(bytes)
        let rest = bytes[start...]
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        guard !authority.contains(UInt8(ascii: "@")) else { throw .userInfo }
        let (host, port) = try Self.hostAndPort(authority)
        self.scheme = scheme
        self.host = host
        self.port = port ?? scheme.defaultPort
        let target = String(decoding: rest[authority.endIndex...], as: UTF8.self)
        self.target = target.hasPrefix("/") ? target : "/" + target
    }

    /// The root of a host.
    package init(scheme: Scheme, host: HTTPHost, port: UInt16) {
        self.scheme = scheme
        self.host = host
        self.port = port
        target = "/"
    }

    /// The value of the `Host` field: the port only when it is not the scheme's default.
    package var authority: String {
        port == scheme.defaultPort ? host.description : "\(host):\(port)"
    }

    /// Scheme, host and port, as browsers spell an origin.
    package var origin: String { "\(scheme.rawValue)://\(authority)" }

    /// What may be shown and logged: a query may carry a key.
    package var withoutQuery: String {
        origin + target.prefix { $0 != "?" } + (target.contains("?") ? "?…" : "")
    }

    /// The URL in its canonical spelling; a default port is left out.
    package var description: String { origin + target }

    private static func checkBytes(_ bytes: [UInt8]) throws(GatewayModelError) {
        for (offset, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "#"): throw .fragment
            case UInt8(ascii: "%"):
                guard offset + 2 < bytes.count, hexadecimalValue(bytes[offset + 1]) != nil,
                    hexadecimalValue(bytes[offset + 2]) != nil
                else { throw .percentEncoding(offset: offset) }
            case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"), UInt8(ascii: "^"),
                UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
                throw .unexpectedByte(byte, offset: offset)
            case 0x21...0x7E: continue
            default: throw .unexpectedByte(byte, offset: offset)
            }
        }
    }

    private static func scheme(_ bytes: [UInt8]) throws(GatewayModelError) -> (Scheme, Int) {
        let start = bytes.prefix(8).map(lowerCased)
        if start.starts(with: "http://".utf8) { return (.http, 7) }
        if start.elementsEqual("https://".utf8) { return (.https, 8) }
        throw .scheme
    }

    private static func hostAndPort(_ authority: ArraySlice<UInt8>) throws(GatewayModelError) -> (HTTPHost, UInt16?) {
        var hostEnd = authority.endIndex
        var port: UInt16?
        let closing = authority.lastIndex(of: UInt8(ascii: "]")) ?? authority.startIndex
        if let colon = authority[closing...].lastIndex(of: UInt8(ascii: ":")) {
            guard let number = decimalNumber(authority[(colon + 1)...], max: 65535), number > 0 else { throw .port }
            port = UInt16(number)
            hostEnd = colon
        }
        return (try HTTPHost(String(decoding: authority[..<hostEnd], as: UTF8.self)), port)
    }
}
