/// The name of a virtual server as it stands in `/v1/mcp/{slug}`.
package struct ServerSlug: Sendable, Hashable, CustomStringConvertible {
    /// A DNS label's length, so that a slug can become a host name one day.
    package static let bytesMax = 63

    /// The spelling, and the only one.
    package let text: String
    /// A number that two slugs seldom share, for tables that are asked with every call.
    package let mark: UInt64

    /// Takes `a-z`, `0-9` and inner `-`, at most ``bytesMax`` of them.
    package init(_ text: String) throws(GatewayModelError) {
        try LowerCaseName.check(text, limit: Self.bytesMax)
        self.init(known: text)
    }

    private init(known text: String) {
        self.text = text
        mark = text.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) }
    }

    /// The server that `/mcp` means.
    package static let `default` = ServerSlug(known: "default")

    /// The spelling.
    package var description: String { text }
}
