package import JSONCoding

/// The error of a JSON-RPC response: what an upstream, a client or the gateway says instead of a result.
package struct MCPFailure: Error, Sendable, Hashable {
    /// The code; an open set, so `MCPErrorCode` knows only some.
    package var code: Int
    /// A sentence for a person.
    package var message: String
    /// What a program needs besides.
    package var data: JSONValue?

    /// Makes one of these parts.
    package init(code: Int, message: String, data: JSONValue? = nil) {
        self.code = code
        self.message = message
        self.data = data
    }

    /// Makes one with a code that the gateway knows.
    package init(_ code: MCPErrorCode, _ message: String, data: JSONValue? = nil) {
        self.init(code: code.rawValue, message: message, data: data)
    }

    /// Reads the member `error` of a response; nothing if it has no integer code.
    package init?(_ error: JSONValue?) {
        guard let code = error?["code"]?.integer else { return nil }
        self.init(code: code, message: error?["message"]?.stringValue ?? "", data: error?["data"])
    }

    /// The code, if the gateway knows it.
    package var knownCode: MCPErrorCode? { MCPErrorCode(rawValue: code) }

    /// The member `error` of a response.
    package var object: JSONObject {
        var object: JSONObject = ["code": .number(JSONNumber(code)), "message": .string(message)]
        object["data"] = data
        return object
    }
}
