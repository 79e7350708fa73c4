/// Names an app that lives in this process; which ones there are is the connectors' catalog, not this room's.
package struct BuiltinAppName: Sendable, Hashable, CustomStringConvertible {
    /// As long as the upstream that carries it may be.
    package static let bytesMax = UpstreamName.bytesMax

    /// The spelling, and the only one.
    package let text: String

    /// Takes `a-z`, `0-9` and inner `-`, at most ``bytesMax`` of them.
    package init(_ text: String) throws(GatewayModelError) {
        try LowerCaseName.check(text, limit: Self.bytesMax)
        self.text = text
    }

    private init(known text: String) {
        self.text = text
    }

    /// The board of cards that a first start serves.
    package static let kanban = BuiltinAppName(known: "kanban")

    /// The spelling.
    package var description: String { text }
}
