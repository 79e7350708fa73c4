package import JSONCoding

/// An MCP server that lives in this process; it speaks 2026-07-28 and never sees HTTP.
package protocol BuiltinApp: Sendable {
    /// Answers one request; `params` is the request's `params` object, `_meta` included.
    func answer(method: String, params: JSONObject) async -> BuiltinReply
}

/// What a built-in app says to one request.
package enum BuiltinReply: Sendable, Hashable {
    /// The whole `result` object, `resultType` included.
    case result(JSONObject)
    /// A JSON-RPC error; the message is read by people.
    case failure(code: Int, message: String, data: JSONValue? = nil)
}
