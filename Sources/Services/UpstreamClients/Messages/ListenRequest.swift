import JSONCoding
import MCPWire

/// `subscriptions/listen` of the stateless era (MCP 2026-07-28, subscriptions).
enum ListenRequest {
    static let method = MCPMethod.subscriptionsListen.name.description

    /// What is asked for.
    static func params(_ interest: WatchInterest, from own: JSONObject) -> JSONObject {
        var wanted = JSONObject()
        if interest.tools { wanted["toolsListChanged"] = true }
        if interest.prompts { wanted["promptsListChanged"] = true }
        if interest.resources { wanted["resourcesListChanged"] = true }
        wanted["resourceSubscriptions"] = list(interest.resourceURIs)
        wanted["taskIds"] = list(interest.taskIDs)
        // Who did not declare the extension may not name tasks either (MCP Tasks extension, subscriptions).
        return RequestParams.own(
            ["notifications": .object(wanted)], of: .subscriptionsListen, from: own,
            capabilities: interest.taskIDs.isEmpty ? .empty : ClientCapabilities.empty.withTasks)
    }

    /// Tells of a notification on the stream; the server's acknowledgement is where watching begins.
    static func tell(_ sink: any WatchSink, _ method: String, _ params: JSONObject) {
        if method == MCPNotification.subscriptionsAcknowledged.name {
            sink.changed(.watching)
        } else if let change = UpstreamChange(method: method, params: params) {
            sink.changed(change)
        }
    }

    /// What an error means: there is no such method, or something that may pass.
    static func refused(_ failure: UpstreamFailure) -> UpstreamError {
        failure.code == MCPErrorCode.methodNotFound.rawValue
            ? .unwatchable : .garbage("it cannot be watched: \(failure.message) (\(failure.code))")
    }

    private static func list(_ texts: Set<String>) -> JSONValue? {
        texts.isEmpty ? nil : .array(texts.sorted().map { .string($0) })
    }
}
