/// The operator's name for an upstream; in naming mode `prefix` it begins every tool name that clients see.
package struct UpstreamName: Sendable, Hashable, CustomStringConvertible {
    /// Prefixed tool names have at most 48 characters, so a longer name would leave too little for the tool.
    package static let bytesMax = 32

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

    /// The upstream that exists when no configuration says otherwise.
    package static let board = UpstreamName(known: "board")

    /// The spelling.
    package var description: String { text }
}
