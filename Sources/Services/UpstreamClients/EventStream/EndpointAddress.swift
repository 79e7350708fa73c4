import HTTPTransport

/// Where messages are posted at a server of HTTP+SSE: what its first event says, as long as it stays at the origin.
enum EndpointAddress {
    /// The longest target that is taken.
    static let bytesMax = 2_048

    /// The target of a URI reference (RFC 3986 section 5), which may be absolute, or relative to the target of the event stream.
    /// Another origin is refused: it would get what is meant for this one (protocol facts 2.3).
    static func target(
        of reference: [UInt8], from base: [UInt8], at origin: HTTPOriginAddress
    ) throws(UpstreamError) -> [UInt8] {
        let text = reference.drop(while: isBlank).prefix { !isBlank($0) && $0 != UInt8(ascii: "#") }
        guard !text.isEmpty, text.count <= bytesMax, text.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .garbage("it names no address to post to")
        }
        let target = try target(Array(text), base, origin)
        return Array(target)
    }

    private static func target(
        _ text: [UInt8], _ base: [UInt8], _ origin: HTTPOriginAddress
    ) throws(UpstreamError) -> [UInt8] {
        let scheme = Array((origin.usesTLS ? "https:" : "http:").utf8)
        var rest = text[...]
        if rest.starts(with: "//".utf8) || rest.prefix(scheme.count).map({ $0 | 0x20 }) == scheme.map({ $0 | 0x20 }) {
            if !rest.starts(with: "//".utf8) { rest = rest.dropFirst(scheme.count) }
            guard rest.starts(with: "//".utf8) else { throw .garbage("it names no address to post to") }
            rest = rest.dropFirst(2)
            let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
            guard isSame(authority, origin) else { throw .garbage("it wants its messages at another origin") }
            rest = rest.dropFirst(authority.count)
            return rest.first == UInt8(ascii: "/") ? Array(rest) : [UInt8(ascii: "/")] + rest
        }
        if let colon = rest.firstIndex(of: UInt8(ascii: ":")),
            rest[..<colon].allSatisfy({ $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") })
        {
            throw .garbage("it wants its messages at another origin")
        }
        if rest.first == UInt8(ascii: "/") { return Array(rest) }
        let path = base.prefix { $0 != UInt8(ascii: "?") }
        if rest.first == UInt8(ascii: "?") { return Array(path + rest) }
        let folder = path.prefix((path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)
        return (folder.isEmpty ? [UInt8(ascii: "/")] : Array(folder)) + rest
    }

    private static func isSame(_ authority: ArraySlice<UInt8>, _ origin: HTTPOriginAddress) -> Bool {
        let theirs = authority.map(lowerCased)
        let ours = origin.hostField.map(lowerCased)
        let standard = Array((origin.usesTLS ? ":443" : ":80").utf8)
        return theirs == ours || theirs == ours + standard
    }

    private static func lowerCased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
}
