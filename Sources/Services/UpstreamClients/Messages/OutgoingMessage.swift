import JSONCoding
import MCPWire

/// Writes the JSON-RPC messages that go to upstreams; our own ids are integers.
enum OutgoingMessage {
    /// A request with an id of ours.
    static func request(id: Int, method: String, params: JSONObject?) -> [UInt8] {
        var writer = begin(method)
        writer.key("id")
        writer.integer(id)
        return end(&writer, params)
    }

    /// A notification.
    static func notification(method: String, params: JSONObject? = nil) -> [UInt8] {
        var writer = begin(method)
        return end(&writer, params)
    }

    /// `notifications/cancelled` for a request of ours.
    static func cancelled(id: Int) -> [UInt8] {
        notification(method: MCPMethod.cancelled.name.description, params: ["requestId": .number(JSONNumber(id))])
    }

    private static func begin(_ method: String) -> JSONWriter {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("jsonrpc")
        writer.constant("2.0")
        writer.key("method")
        writer.string(method)
        return writer
    }

    private static func end(_ writer: inout JSONWriter, _ params: JSONObject?) -> [UInt8] {
        if let params {
            writer.key("params")
            writer.value(.object(params))
        }
        writer.endObject()
        return writer.bytes
    }
}
