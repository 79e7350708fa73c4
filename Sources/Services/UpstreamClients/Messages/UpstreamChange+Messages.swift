import JSONCoding
import MCPWire

extension UpstreamChange {
    /// The change that a notification outside calls tells of; nothing if it tells of none.
    init?(method: String, params: JSONObject) {
        switch MCPNotification(name: method) {
        case .toolsListChanged: self = .tools
        case .promptsListChanged: self = .prompts
        case .resourcesListChanged: self = .resources
        case .resourceUpdated: self = .resourceUpdated(params.withoutSubscription)
        case .tasks, .taskStatus: self = .task(params.withoutSubscription)
        case .message: self = .message(params.withoutSubscription)
        case .elicitationComplete: self = .elicitationComplete(params)
        case .progress, .cancelled, .subscriptionsAcknowledged, .rootsListChanged, .initialized, nil: return nil
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
        switch MCPNotification(name: method) {
        case .progress:
            var progress = params
            progress[MetaKey.progressToken] = nil
            self = .progress(progress)
        case .message: self = .message(params)
        default: self = .other(method, params)  // Methods are an open set.
        }
    }
}
