import JSONCoding
import MCPWire

struct ClientRendering {
    let revision: Revision
    let capabilities: ClientCapabilities
    enum Failure { case failure(MCPFailure), result(JSONObject) }
    func tool(_ d: JSONObject) -> JSONObject? { d }
    func prompt(_ d: JSONObject) -> JSONObject? { d }
    func resource(_ d: JSONObject) -> JSONObject? { d }
    func resourceTemplate(_ d: JSONObject) -> JSONObject? { d }
    func result(_ neutral: JSONObject, of method: MCPMethod) -> JSONObject { neutral }
    func failure(_ f: MCPFailure, of method: MCPMethod) -> Failure { .failure(f) }
    func notification(_ method: String, _ params: JSONObject) -> JSONObject? { params }
    func initializeResult(capabilities: JSONObject, serverInfo: JSONObject, instructions: String?) -> JSONObject {
        var result: JSONObject = [
            "protocolVersion": .string(revision.date.description), "capabilities": .object(capabilities),
            "serverInfo": .object(serverInfo),
        ]
        result["instructions"] = instructions.map { .string($0) }
        return result
    }
}
enum MCPNotification: String {
    case progress = "notifications/progress"
    case message = "notifications/message"
    case toolsListChanged = "notifications/tools/list_changed"
    case promptsListChanged = "notifications/prompts/list_changed"
    case resourcesListChanged = "notifications/resources/list_changed"
    case resourceUpdated = "notifications/resources/updated"
    case subscriptionsAcknowledged = "notifications/subscriptions/acknowledged"
    var name: String { rawValue }
}
