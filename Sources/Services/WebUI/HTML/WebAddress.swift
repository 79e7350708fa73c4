package import GatewayModel

/// Where a link or a form leads: a place of ours, an `http` or `https` URL, or one of the few addresses that clients of MCP open.
/// Nothing else, so no `javascript:` gets into a page.
package struct WebAddress: Sendable, Hashable, ExpressibleByStringLiteral {
    /// What browsers and proxies are known to take; an authorization request with all its parameters fits.
    package static let bytesMax = 8 * 1024

    /// As it is written into pages and `Location`.
    package let text: String
    /// Whether it is a place of ours.
    package let isLocal: Bool

    private init(text: String, isLocal: Bool) {
        self.text = text
        self.isLocal = isLocal
    }

    /// A place of ours that stands in our code, or one on the same page.
    package init(stringLiteral literal: StaticString) {
        let text = literal.description
        precondition(Self.isLocal(text) || text.hasPrefix("#"), "an address in code begins with one slash")
        self.init(text: text, isLocal: true)
    }

    /// Path and query of a place of ours, or nothing: what a `next` may hold.
    ///
    /// `//host`, `/\host` and control characters, which browsers drop, would lead elsewhere.
    package init?(local text: String) {
        guard Self.isLocal(text) else { return nil }
        self.init(text: text, isLocal: true)
    }

    /// A place of ours made of segments and parameters, escaped here.
    package init(path segments: [String], query: [(name: String, value: String)] = []) {
        var text = segments.isEmpty ? "/" : ""
        for segment in segments { text += "/" + Self.escaped(segment) }
        for (index, item) in query.enumerated() {
            text += (index == 0 ? "?" : "&") + Self.escaped(item.name) + "=" + Self.escaped(item.value)
        }
        // Segments that are empty or dots would make another path of it.
        precondition(
            segments.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }, "a path of ours has no empty segments")
        self.init(text: text, isLocal: true)
    }

    /// A URL of another party, or of ours with its origin.
    package init(_ url: HTTPURL) {
        self.init(text: url.description, isLocal: false)
    }

    /// A URL of another party as a text; nothing for other schemes and for what is no URL.
    package init?(absolute text: String) {
        guard let url = try? HTTPURL(text) else { return nil }
        self.init(url)
    }

    /// An address that a client of MCP on the reader's machine opens; nothing for other programs' schemes.
    package init?(client text: String) {
        let bytes = Array(text.utf8.prefix(Self.bytesMax + 1))
        guard Self.clientPrefixes.contains(where: { text.hasPrefix($0) }), bytes.count <= Self.bytesMax,
            bytes.allSatisfy({ (0x21...0x7E).contains($0) && !Self.forbidden.contains($0) })
        else { return nil }
        self.init(text: text, isLocal: false)
    }

    private static let clientPrefixes = ["cursor://anysphere.cursor-deeplink/mcp/install?", "vscode:mcp/install?"]

    /// Percent-encodes everything but the unreserved characters of RFC 3986.
    package static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: bytes.append(byte)
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isLocal(_ text: String) -> Bool {
        let bytes = Array(text.utf8.prefix(bytesMax + 1))
        guard let first = bytes.first, first == UInt8(ascii: "/"), bytes.count <= bytesMax else { return false }
        if bytes.count > 1, bytes[1] == UInt8(ascii: "/") { return false }
        return bytes.allSatisfy { (0x21...0x7E).contains($0) && !forbidden.contains($0) }
    }

    private static let forbidden = Set("\\\"<>^`{|}#".utf8)
}
