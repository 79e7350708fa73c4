import SQLDatabase

/// The last known inventory of one upstream, as bytes that only the gateway understands.
package struct StoredInventory: Sendable, Hashable {
    /// The operator's name for the upstream.
    package let upstream: String
    /// The digest of the definition under which it was read; under another it says nothing.
    package let configuration: String
    /// What was known.
    package let contents: [UInt8]

    /// An inventory with these parts.
    package init(upstream: String, configuration: String, contents: [UInt8]) {
        self.upstream = upstream
        self.configuration = configuration
        self.contents = contents
    }

    init(_ row: SQLRow) throws(SQLError) {
        self.init(
            upstream: try row.value("upstream"), configuration: try row.value("configuration"),
            contents: try row.value("contents"))
    }
}
