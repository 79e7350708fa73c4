package import JSONCoding

/// What a client declared, in neutral form (that of 2026-07-28), with the members that nobody knows.
package struct ClientCapabilities: Sendable, Hashable {
    /// All members, in neutral form.
    package let object: JSONObject

    /// Nothing declared.
    package static let empty = ClientCapabilities(neutral: [:])

    /// Takes those of an envelope.
    package init(neutral object: JSONObject) {
        self.object = object
    }

    /// Takes those of `initialize`: what the agreed revision does not have was not declared, whatever stands there.
    /// `extensions` are taken in every revision, because clients of MCP Apps send them with old ones (facts 9.17).
    package init(_ declared: JSONObject, of revision: Revision) {
        var object = declared
        if revision.era == .handshake {
            object.change("roots") { $0.objectValue.map { _ in [:] } }
            object["tasks"] = nil
        }
        if !revision.hasElicitation { object["elicitation"] = nil }
        if !revision.hasURLElicitation {
            object.change("elicitation") { $0.objectValue.map { _ in [:] } }
        }
        if !revision.hasSamplingTools {
            object.change("sampling") { $0.objectValue.map { _ in [:] } }
        }
        self.object = object
    }

    /// What a server may ask of this client.
    package var interactive: InteractiveCapabilities { InteractiveCapabilities(neutral: object) }

    /// The settings of an extension, if the client declared it.
    package func settings(of extensionID: String) -> JSONValue? { object["extensions"]?[extensionID] }

    /// Whether the client shows MCP Apps.
    package var showsApps: Bool { settings(of: RelayedFeatures.appsExtension) != nil }

    /// Whether the client takes tasks of 2026-07-28 for results.
    package var takesTasks: Bool { settings(of: RelayedFeatures.tasksExtension) != nil }

    /// What an upstream may be told of it: what may be asked, and the extensions and experiments that the gateway relays, with
    /// their settings (rulings 2.10). `asking` narrows it to what the client can be asked on its way.
    package func relayed(
        by features: RelayedFeatures = .standard, asking limit: InteractiveCapabilities? = nil
    ) -> ClientCapabilities {
        var relayed = limit.map { interactive.intersection($0).object } ?? interactiveMembers
        for (name, ids) in [("experimental", features.experimental), ("extensions", features.extensions)] {
            guard var members = object[name]?.objectValue else { continue }
            members.members.removeAll { !ids.contains($0.name) }
            if !members.members.isEmpty { relayed[name] = .object(members) }
        }
        return ClientCapabilities(neutral: relayed)
    }

    /// The object to declare to an upstream of this revision.
    package func object(for revision: Revision) -> JSONObject {
        guard revision.era == .handshake else { return object }
        var declared = withoutTasks.object
        let interactive = interactive
        if !revision.hasElicitation || !revision.hasURLElicitation && !interactive.contains(.formElicitation) {
            declared["elicitation"] = nil
        } else if !revision.hasURLElicitation {
            declared.change("elicitation") { _ in [:] }
        }
        if !revision.hasSamplingTools { declared.change("sampling") { $0.objectValue.map { _ in [:] } } }
        return declared
    }

    /// Bytes that are equal for clients that are the same to an upstream: the key of sessions that depend on all that was
    /// declared. For sessions that depend on questions alone, `interactive` is the key.
    package var fingerprint: [UInt8] { CanonicalJSON.bytes(of: .object(object)) }

    /// What of this is missing for a question, as `-32021` names it; nothing if it may be asked.
    package func missing(for question: ClientQuestion) -> JSONObject? {
        let missing = question.needs.subtracting(interactive)
        return missing.isEmpty ? nil : missing.object
    }

    /// The same of a client that takes no tasks of 2026-07-28: the extension means nothing in older revisions (facts 4.8).
    package var withoutTasks: ClientCapabilities {
        guard takesTasks else { return self }
        var object = object
        object.change("extensions") { extensions in
            let left = extensions.objectValue?.members.filter { $0.name != RelayedFeatures.tasksExtension } ?? []
            return left.isEmpty ? nil : .object(JSONObject(left))
        }
        return ClientCapabilities(neutral: object)
    }

    /// The same of a client that takes them.
    package var withTasks: ClientCapabilities {
        guard !takesTasks else { return self }
        var object = object
        var extensions = object["extensions"]?.objectValue ?? [:]
        extensions[RelayedFeatures.tasksExtension] = [:]
        object["extensions"] = .object(extensions)
        return ClientCapabilities(neutral: object)
    }

    private var interactiveMembers: JSONObject {
        JSONObject(object.members.filter { ["elicitation", "sampling", "roots"].contains($0.name) })
    }
}
