/// Which extensions and experiments the gateway understands well enough to stand between two peers that have them.
///
/// An unknown extension may change results or routing, so its id is never passed on blindly (rulings 2.10).
package struct RelayedFeatures: Sendable, Hashable {
    /// The ids in `capabilities.extensions` that are told the other side.
    package var extensions: Set<String>
    /// The names in `capabilities.experimental` that are told the other side.
    package var experimental: Set<String>

    /// MCP Apps.
    package static let appsExtension = "io.modelcontextprotocol/ui"
    /// Tasks of 2026-07-28.
    package static let tasksExtension = "io.modelcontextprotocol/tasks"

    /// MCP Apps and Tasks, and no experiments.
    package static let standard = RelayedFeatures()

    /// Takes the ids that are relayed.
    package init(extensions: Set<String> = [appsExtension, tasksExtension], experimental: Set<String> = []) {
        self.extensions = extensions
        self.experimental = experimental
    }
}
