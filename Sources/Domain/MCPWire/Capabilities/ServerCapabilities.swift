package import JSONCoding

/// What a server declared, in neutral form, with the members that nobody knows.
package struct ServerCapabilities: Sendable, Hashable {
    /// All members, in neutral form.
    package let object: JSONObject
    /// The tasks of 2025-11-25, which are no member of the neutral form: they are another thing than the extension.
    package let coreTasks: JSONObject?

    /// Takes those of `server/discover`, and the tasks of 2025-11-25 that are served beside them.
    package init(neutral object: JSONObject, coreTasks: JSONObject? = nil) {
        self.object = object
        self.coreTasks = coreTasks
    }

    /// Takes those of an upstream's `initialize` or `server/discover`.
    package init(_ declared: JSONObject, of revision: Revision) {
        var object = declared
        if revision.era == .handshake { object["tasks"] = nil }
        // Completion was there without being announced; an upstream that has none answers -32601 itself.
        if !revision.hasCompletionsCapability, declared["prompts"] != nil || declared["resources"] != nil,
            declared["completions"] == nil
        {
            object["completions"] = [:]
        }
        self.object = object
        coreTasks = revision.hasCoreTasks ? declared["tasks"]?.objectValue : nil
    }

    /// Whether a feature such as `tools` is declared.
    package func has(_ feature: String) -> Bool { object[feature]?.objectValue != nil }

    /// Whether changes of this feature's list are announced.
    package func announcesChanges(of feature: String) -> Bool { object[feature]?["listChanged"] == true }

    /// Whether single resources can be watched.
    package var watchesResources: Bool { object["resources"]?["subscribe"] == true }

    /// The settings of an extension, if the server declared it.
    package func settings(of extensionID: String) -> JSONValue? { object["extensions"]?[extensionID] }

    /// The object that a client of this revision is told.
    package func object(for revision: Revision) -> JSONObject {
        var told = object
        if !revision.hasCompletionsCapability { told["completions"] = nil }
        guard revision.era == .handshake else { return told }
        // The extension means nothing there, and its own tasks are declared to 2025-11-25 alone (facts 4.8).
        told.change("extensions") { extensions in
            let left = extensions.objectValue?.members.filter { $0.name != RelayedFeatures.tasksExtension } ?? []
            return left.isEmpty ? nil : .object(JSONObject(left))
        }
        if revision.hasCoreTasks, let coreTasks { told["tasks"] = .object(coreTasks) }
        return told
    }

    /// What many upstreams can do together: features of any, a flag if one has it, extensions and experiments that the gateway
    /// relays. `tools` is always there (rulings 1.5); `announcing` says whether the gateway itself reports changes of lists.
    package static func union(
        _ servers: [ServerCapabilities], relaying features: RelayedFeatures = .standard, announcing: Bool = true
    ) -> ServerCapabilities {
        var union: JSONObject = ["tools": announcing ? ["listChanged": true] : [:]]
        for feature in ["resources", "prompts"] where servers.contains(where: { $0.has(feature) }) {
            var flags = JSONObject()
            if feature == "resources", servers.contains(where: \.watchesResources) { flags["subscribe"] = true }
            if announcing { flags["listChanged"] = true }
            union[feature] = .object(flags)
        }
        for feature in ["completions", "logging"] where servers.contains(where: { $0.has(feature) }) {
            union[feature] = [:]
        }
        for (name, ids) in [("extensions", features.extensions), ("experimental", features.experimental)] {
            var members = JSONObject()
            for member in servers.flatMap({ $0.object[name]?.objectValue?.members ?? [] })
            where ids.contains(member.name) && members[member.name] == nil {
                members[member.name] = member.value
            }
            if !members.members.isEmpty { union[name] = .object(members) }
        }
        return ServerCapabilities(neutral: union)
    }
}
