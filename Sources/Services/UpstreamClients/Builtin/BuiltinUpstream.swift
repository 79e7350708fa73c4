import JSONCoding
import MCPWire
package import Reactor

/// An upstream of kind `builtin`: an app in this process, asked in values instead of bytes.
package struct BuiltinUpstream: UpstreamClient {
    private let app: any BuiltinApp

    /// Calls an app.
    package init(app: any BuiltinApp) {
        self.app = app
    }

    /// Asks the app in values, and writes its reply as a message.
    package func send(_ call: UpstreamCall, on loop: EventLoop) async throws(UpstreamError) -> UpstreamReply {
        let request: JSONValue
        do throws(JSONError) {
            request = try JSONParser.parse(call.message)
        } catch {
            throw .garbage(error.reason)
        }
        let id = call.message[call.id]
        let params = request["params"]?.objectValue ?? JSONObject()
        switch await app.answer(method: request["method"]?.stringValue ?? "", params: params) {
        case .result(let result):
            return .message(JSONRPCWriter.result(id: id, .object(result)), .result)
        case .failure(let code, let message, let data):
            return .message(JSONRPCWriter.error(id: id, code: code, message: message, data: data), .error(code: code))
        }
    }

    /// An app holds nothing that lies unused.
    package func closeIdle() {}
}
