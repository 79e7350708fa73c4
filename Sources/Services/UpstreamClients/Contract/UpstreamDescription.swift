package import JSONCoding
package import MCPWire

/// What an upstream says that it is, in the form of the newest revision.
package struct UpstreamDescription: Sendable, Hashable {
    /// The revision that is spoken with it; its era decides how.
    package let revision: Revision
    /// What it offers, unknown members included.
    package let capabilities: JSONObject
    /// Its name, version and the like; for display.
    package let serverInfo: JSONObject
    /// What it tells the model about itself.
    package let instructions: String?

    /// A description with these parts.
    package init(revision: Revision, capabilities: JSONObject, serverInfo: JSONObject, instructions: String?) {
        self.revision = revision
        self.capabilities = capabilities
        self.serverInfo = serverInfo
        self.instructions = instructions
    }
}

extension UpstreamDescription {
    /// Reads the result of `server/discover`; older drafts had `serverInfo` in its body (protocol facts 9.3).
    package init(discovered result: JSONObject, revision: Revision) {
        let meta = result["_meta"]?["io.modelcontextprotocol/serverInfo"]?.objectValue
        self.init(
            revision: revision, capabilities: result["capabilities"]?.objectValue ?? JSONObject(),
            serverInfo: meta ?? result["serverInfo"]?.objectValue ?? JSONObject(),
            instructions: result["instructions"]?.stringValue)
    }
}

/// Which changes at an upstream somebody wants to hear of.
package struct WatchInterest: Sendable, Hashable {
    /// `notifications/tools/list_changed`.
    package var tools = false
    /// `notifications/prompts/list_changed`.
    package var prompts = false
    /// `notifications/resources/list_changed`.
    package var resources = false
    /// `notifications/resources/updated` of these, as the upstream spells them.
    package var resourceURIs: Set<String> = []
    /// `notifications/tasks` of these, as the upstream spells them.
    package var taskIDs: Set<String> = []

    /// Whose connection is used; empty for the gateway's own.
    package var account = ""

    /// No interest.
    package init() {}
}

/// Something that happened at an upstream outside any call.
package enum UpstreamChange: Sendable {
    /// The list of tools is another one.
    case tools
    /// The list of prompts is another one.
    case prompts
    /// The list of resources or of templates is another one.
    case resources
    /// `notifications/resources/updated`, with its params.
    case resourceUpdated(JSONObject)
    /// `notifications/tasks` or `notifications/tasks/status`, with its params.
    case task(JSONObject)
    /// `notifications/message` of no call, with its params.
    case message(JSONObject)
    /// `notifications/elicitation/complete`, with its params.
    case elicitationComplete(JSONObject)
    /// Watching began, or began again after a gap in which anything may have changed.
    case watching
}

/// Hears of changes; called on the loop that watches, and must not wait.
package protocol WatchSink: Sendable {
    /// Something changed.
    func changed(_ change: UpstreamChange)
}
