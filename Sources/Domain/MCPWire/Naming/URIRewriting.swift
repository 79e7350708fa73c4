package import JSONCoding

/// Rewrites addresses of resources in all places where one stands (facts 6.8), by a mapping that the caller has.
///
/// What is no address of a resource is not touched: icons, links in texts, `_meta` of nobody's making.
package struct URIRewriting {
    private let map: (String) -> String

    /// Rewrites by this mapping; it gives back what it does not know.
    package init(_ map: @escaping (String) -> String) {
        self.map = map
    }

    /// A result of a method; also lists and notifications' params have their places here.
    package func result(_ result: JSONObject, of method: MCPMethod) -> JSONObject {
        var rewritten = result
        meta(&rewritten)
        switch method {
        case .toolsList: each(&rewritten, "tools", tool)
        case .resourcesList: each(&rewritten, "resources", resource)
        case .resourceTemplatesList: each(&rewritten, "resourceTemplates", resource)
        case .resourcesRead: each(&rewritten, "contents", resource)
        case .toolsCall: each(&rewritten, "content", block)
        case .promptsGet:
            each(&rewritten, "messages") { message in
                var changed = message
                changed.change("content") { content in content.objectValue.map { .object(block($0)) } ?? content }
                return changed
            }
        default: break  // No other result has one.
        }
        return rewritten
    }

    /// A tool's definition: the view that shows its results, in the three spellings that hosts read.
    package func tool(_ tool: JSONObject) -> JSONObject {
        var rewritten = tool
        meta(&rewritten)
        return rewritten
    }

    /// A resource, a template, or contents of one.
    package func resource(_ resource: JSONObject) -> JSONObject {
        var rewritten = resource
        rewritten.change("uri", text)
        rewritten.change("uriTemplate", text)
        meta(&rewritten)
        return rewritten
    }

    /// A block of content.
    package func block(_ block: JSONObject) -> JSONObject {
        var rewritten = block
        switch block["type"]?.stringValue {
        case "resource_link": rewritten.change("uri", text)
        case "resource":
            rewritten.change("resource") { value in value.objectValue.map { .object(resource($0)) } ?? value }
        default: break  // Sorts of block are an open set.
        }
        meta(&rewritten)
        return rewritten
    }

    /// The params of a request: what is read, subscribed to, completed for, or listened to.
    package func params(_ params: JSONObject, of method: MCPMethod) -> JSONObject {
        var rewritten = params
        switch method {
        case .resourcesRead, .resourcesSubscribe, .resourcesUnsubscribe: rewritten.change("uri", text)
        case .complete:
            rewritten.change("ref") { reference in
                guard reference["type"]?.stringValue == "ref/resource", var object = reference.objectValue else {
                    return reference
                }
                object.change("uri", text)
                return .object(object)
            }
        case .subscriptionsListen:
            rewritten.change("notifications") { filter in
                guard var object = filter.objectValue else { return filter }
                object.change("resourceSubscriptions") { list in list.arrayValue.map { .array($0.map(text)) } ?? list }
                return .object(object)
            }
        default: break  // No other request has one.
        }
        return rewritten
    }

    /// The params of a notification: which resource changed, or which are listened to.
    package func params(_ params: JSONObject, of notification: MCPNotification) -> JSONObject {
        switch notification {
        case .resourceUpdated: self.params(params, of: .resourcesRead)
        case .subscriptionsAcknowledged: self.params(params, of: .subscriptionsListen)
        case .progress, .message, .toolsListChanged, .promptsListChanged, .resourcesListChanged, .cancelled,
            .elicitationComplete, .taskStatus, .tasks, .rootsListChanged, .initialized:
            params
        }
    }

    private func text(_ value: JSONValue) -> JSONValue { value.stringValue.map { .string(map($0)) } ?? value }

    private func meta(_ object: inout JSONObject) {
        object.changeMeta { meta in
            meta.change("ui/resourceUri", text)
            meta.change("openai/outputTemplate", text)
            meta.change("ui") { view in
                guard var object = view.objectValue else { return view }
                object.change("resourceUri", text)
                return .object(object)
            }
        }
    }

    private func each(_ object: inout JSONObject, _ name: String, _ rewrite: (JSONObject) -> JSONObject) {
        object.change(name) { list in
            guard let elements = list.arrayValue else { return list }
            return .array(elements.map { element in element.objectValue.map { .object(rewrite($0)) } ?? element })
        }
    }
}
