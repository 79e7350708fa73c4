package import JSONCoding

extension ClientRendering {
    /// A tool's definition; nothing if the client must not see it, because only a view may call it and it shows none.
    package func tool(_ tool: JSONObject, from source: Revision = .v2026_07_28) -> JSONObject? {
        var rendered = source < revision ? UpstreamReading(revision: source).tool(tool, for: revision) : tool
        if hidesApps {
            guard !ToolVisibility.isForViewsOnly(tool) else { return nil }
            rendered.changeMeta { $0.remove("ui", "ui/resourceUri") }
        }
        if wrapsOutput(from: source) {
            rendered.change("outputSchema") { OutputWrapping.isNeeded(for: $0) ? OutputWrapping.wrapped($0) : $0 }
        }
        guard isNewer(source) else { return rendered }
        if !revision.hasCoreTasks { rendered["execution"] = nil }
        if !revision.hasStructuredContent, !keepsApps { rendered["outputSchema"] = nil }
        if !revision.hasTitles, revision.hasToolAnnotations, let title = rendered["title"] {
            // 2025-03-26 has the title among the hints.
            var annotations = rendered["annotations"]?.objectValue ?? [:]
            if annotations["title"] == nil { annotations["title"] = title }
            rendered["annotations"] = .object(annotations)
        }
        if !revision.hasToolAnnotations { rendered["annotations"] = nil }
        lower(&rendered)
        return rendered
    }

    /// A prompt's definition.
    package func prompt(_ prompt: JSONObject, from source: Revision = .v2026_07_28) -> JSONObject {
        guard isNewer(source) else { return prompt }
        var rendered = prompt
        lower(&rendered)
        rendered.change("arguments") { arguments in
            guard let elements = arguments.arrayValue else { return arguments }
            return .array(
                elements.map { argument in
                    guard var object = argument.objectValue else { return argument }
                    if !revision.hasTitles { lowerTitle(&object) }
                    return .object(object)
                })
        }
        return rendered
    }

    /// A resource's definition, or a resource template's.
    package func resource(_ resource: JSONObject, from source: Revision = .v2026_07_28) -> JSONObject {
        guard isNewer(source) else { return resource }
        var rendered = resource
        lower(&rendered)
        rendered.change("annotations") { ContentBlock.annotations($0, for: revision) }
        return rendered
    }

    /// Who a server or a client is.
    package func implementation(_ implementation: JSONObject) -> JSONObject {
        var rendered = implementation
        if !revision.hasTitles { rendered["title"] = nil }
        if !revision.hasIcons { rendered.remove("description", "icons", "websiteUrl") }
        return rendered
    }

    /// Whether results of this tool are put into an object for this client, because its `outputSchema` is.
    package func wrapsResults(of tool: JSONObject, from source: Revision = .v2026_07_28) -> Bool {
        wrapsOutput(from: source) && tool["outputSchema"].map(OutputWrapping.isNeeded) == true
    }

    private func lower(_ definition: inout JSONObject) {
        if !revision.hasIcons { definition["icons"] = nil }
        if !revision.hasTitles { lowerTitle(&definition) }
        if !revision.hasMetaEverywhere, !hasAppMeta(definition) { definition["_meta"] = nil }
    }

    /// A title that has no member of its own is still the best description of a thing that has none.
    private func lowerTitle(_ definition: inout JSONObject) {
        if definition["description"] == nil, let title = definition["title"] { definition["description"] = title }
        definition["title"] = nil
    }

    /// Hosts of views read `_meta` whatever revision they agreed on.
    private func hasAppMeta(_ definition: JSONObject) -> Bool {
        guard let meta = definition["_meta"]?.objectValue else { return false }
        return keepsApps || meta.members.contains { $0.name.hasPrefix("openai/") }
    }
}

/// Who may call a tool of an MCP App (MCP Apps 2026-01-26: visibility is for both by default).
package enum ToolVisibility {
    /// Whether the model must not see it, only views may call it.
    package static func isForViewsOnly(_ tool: JSONObject) -> Bool {
        guard let visibility = tool["_meta"]?["ui"]?["visibility"]?.arrayValue else { return false }
        return visibility.contains("app") && !visibility.contains("model")
    }

    /// Whether views may call it.
    package static func isForViews(_ tool: JSONObject) -> Bool {
        tool["_meta"]?["ui"]?["visibility"]?.arrayValue?.contains("app") ?? true
    }
}
