package import JSONCoding

extension ClientRendering {
    /// A result of a method, complete and not `input_required`.
    ///
    /// `wrapsStructuredContent` says that the tool's `outputSchema` was wrapped for this client (`wrapsResults(of:)`).
    package func result(
        _ result: JSONObject, of method: MCPMethod, from source: Revision = .v2026_07_28,
        wrapsStructuredContent: Bool = false
    ) -> JSONObject {
        var rendered = result
        if revision.era == .stateless {
            if source.era == .handshake { rendered = UpstreamReading(revision: source).result(result, of: method) }
            if method == .toolsCall { structuredContent(&rendered, wraps: wrapsStructuredContent, from: source) }
            if method == .toolsList { definitions(&rendered, "tools") { tool($0, from: source) } }
            return rendered
        }
        rendered["resultType"] = nil
        if method.hasCacheHints { rendered.remove("ttlMs", "cacheScope") }
        rendered.changeMeta { $0.remove(MetaKey.serverInfo, MetaKey.subscriptionID) }
        switch method {
        case .toolsList: definitions(&rendered, "tools") { tool($0, from: source) }
        case .promptsList: definitions(&rendered, "prompts") { prompt($0, from: source) }
        case .resourcesList: definitions(&rendered, "resources") { resource($0, from: source) }
        case .resourceTemplatesList: definitions(&rendered, "resourceTemplates") { resource($0, from: source) }
        case .toolsCall:
            structuredContent(&rendered, wraps: wrapsStructuredContent, from: source)
            blocks(&rendered, from: source)
        case .promptsGet: messages(&rendered, from: source)
        case .resourcesRead: contents(&rendered, from: source)
        default: break  // What is left has nothing that changed between the revisions.
        }
        return rendered
    }

    private func definitions(
        _ result: inout JSONObject, _ name: String, _ render: (JSONObject) -> JSONObject?
    ) {
        result.change(name) { list in
            guard let elements = list.arrayValue else { return list }
            return .array(
                elements.compactMap { element in
                    guard let object = element.objectValue else { return element }
                    return render(object).map(JSONValue.object)
                })
        }
    }

    /// Up to 2025-11-25 it is an object, and clients that do not read it need the same as text (SEP-2106).
    private func structuredContent(_ result: inout JSONObject, wraps: Bool, from source: Revision) {
        guard let value = result["structuredContent"] else { return }
        if revision.era == .handshake, isNewer(source), !hasText(result) {
            let text = String(decoding: JSONWriter.bytes(of: value), as: UTF8.self)
            result["content"] = .array(
                (result["content"]?.arrayValue ?? []) + [["type": "text", "text": .string(text)]])
        }
        if wrapsOutput(from: source), wraps || value.objectValue == nil {
            result["structuredContent"] = OutputWrapping.wrapped(value: value)
        }
        if !revision.hasStructuredContent, isNewer(source), !keepsApps { result["structuredContent"] = nil }
    }

    private func hasText(_ result: JSONObject) -> Bool {
        result["content"]?.arrayValue?.contains { $0["type"]?.stringValue == "text" } ?? false
    }

    private func blocks(_ result: inout JSONObject, from source: Revision) {
        guard isNewer(source) else { return }
        if result["content"] == nil { result["content"] = [] }
        result.change("content") { content in
            guard let elements = content.arrayValue else { return content }
            return .array(elements.map(block))
        }
    }

    private func messages(_ result: inout JSONObject, from source: Revision) {
        guard isNewer(source) else { return }
        result.change("messages") { messages in
            guard let elements = messages.arrayValue else { return messages }
            return .array(
                elements.map { message in
                    guard var object = message.objectValue else { return message }
                    object.change("content") { block($0) }
                    return .object(object)
                })
        }
    }

    private func contents(_ result: inout JSONObject, from source: Revision) {
        guard isNewer(source), !revision.hasMetaEverywhere, !keepsApps else { return }
        result.change("contents") { contents in
            guard let elements = contents.arrayValue else { return contents }
            return .array(
                elements.map { element in
                    guard var object = element.objectValue, !isView(object) else { return element }
                    object["_meta"] = nil
                    return .object(object)
                })
        }
    }

    /// A view's `_meta` says what it may load; without it the host shows nothing.
    private func isView(_ contents: JSONObject) -> Bool { contents["uri"]?.stringValue?.hasPrefix("ui://") == true }

    private func block(_ value: JSONValue) -> JSONValue {
        value.objectValue.map { .object(ContentBlock.rendered($0, for: revision)) } ?? value
    }
}

extension MCPMethod {
    /// Whether its result says how long it may be kept (MCP 2026-07-28, caching).
    package var hasCacheHints: Bool {
        switch self {
        case .discover, .toolsList, .promptsList, .resourcesList, .resourceTemplatesList, .resourcesRead: true
        case .toolsCall, .promptsGet, .complete, .subscriptionsListen, .tasksGet, .tasksUpdate, .tasksCancel,
            .initialize, .ping, .setLevel, .resourcesSubscribe, .resourcesUnsubscribe, .tasksResult, .tasksList,
            .initialized, .cancelled, .progress, .rootsListChanged, .taskStatus, .other:
            false
        }
    }

    /// Whether a server may ask the client for something before it answers (MCP 2026-07-28, MRTR).
    package var mayAsk: Bool { self == .toolsCall || self == .promptsGet || self == .resourcesRead }
}
