import JSONCoding

/// The names in `_meta` that the protocol itself gives a meaning.
package enum MetaKey {
    /// The version of the request, in an envelope.
    package static let protocolVersion = "io.modelcontextprotocol/protocolVersion"
    /// What the client can do, in an envelope.
    package static let clientCapabilities = "io.modelcontextprotocol/clientCapabilities"
    /// Who the client says that it is, in an envelope.
    package static let clientInfo = "io.modelcontextprotocol/clientInfo"
    /// From which level on the client wants log messages, in an envelope.
    package static let logLevel = "io.modelcontextprotocol/logLevel"
    /// Who the server says that it is, in a result.
    package static let serverInfo = "io.modelcontextprotocol/serverInfo"
    /// The listen request that a notification belongs to.
    package static let subscriptionID = "io.modelcontextprotocol/subscriptionId"
    /// The task that a message belongs to, in 2025-11-25.
    package static let relatedTask = "io.modelcontextprotocol/related-task"
    /// What progress about a request is called by.
    package static let progressToken = "progressToken"
}

extension JSONObject {
    /// Changes `_meta` in its place; a `_meta` that had members and has none any more goes.
    mutating func changeMeta(_ change: (inout JSONObject) -> Void) {
        guard let meta = self["_meta"]?.objectValue else { return }
        var changed = meta
        change(&changed)
        guard changed != meta else { return }
        self["_meta"] = changed.members.isEmpty ? nil : .object(changed)
    }

    /// Changes the member of this name in its place, if it is there; nothing as the new value removes it.
    mutating func change(_ name: String, _ change: (JSONValue) -> JSONValue?) {
        guard let value = self[name] else { return }
        self[name] = change(value)
    }

    /// Removes these members.
    mutating func remove(_ names: String...) {
        members.removeAll { names.contains($0.name) }
    }
}
