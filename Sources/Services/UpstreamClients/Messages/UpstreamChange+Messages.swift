import JSONCoding
import MCPWire

extension UpstreamChange {
    /// The change that a notification outside calls tells of; nothing if it tells of none.
    init?(method: String, params: JSONObject) {
        let params = params.withoutSubscription
        switch method {
        case "notifications/tools/list_changed": self = .tools
        case "notifications/prompts/list_changed": self = .prompts
        case "notifications/resources/list_changed": self = .resources
        case "notifications/resources/updated": self = .resourceUpdated(params)
        case "notifications/tasks", "notifications/tasks/status": self = .task(params)
        case "notifications/message": self = .message(params)
        case "notifications/elicitation/complete": self = .elicitationComplete(params)
        default: return nil  // Methods are an open set.
        }
    }
}

extension JSONObject {
    /// Without the id of our own listen request, which means nothing to anybody else.
    fileprivate var withoutSubscription: JSONObject {
        guard var meta = self["_meta"]?.objectValue else { return self }
        meta[MetaKey.subscriptionID] = nil
        var stripped = self
        stripped["_meta"] = meta.members.isEmpty ? nil : .object(meta)
        return stripped
    }
}

extension CallNotification {
    /// What a notification on the stream of a call is to it.
    init(method: String, params: JSONObject) {
        switch method {
        case "notifications/progress":
            var progress = params
            progress["progressToken"] = nil
            self = .progress(progress)
        case "notifications/message": self = .message(params)
        default: self = .other(method, params)  // Methods are an open set.
        }
    }
}
