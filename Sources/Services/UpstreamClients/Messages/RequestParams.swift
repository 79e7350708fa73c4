import JSONCoding
import MCPWire

/// The `params` of requests as each era wants them; in both we speak for ourselves: with our token, our ids, our name.
enum RequestParams {
    /// With the envelope of 2026-07-28; `params` are those of this round, `token` is ours, for progress.
    static func stateless(
        _ request: UpstreamRequest, params: JSONObject, token: Int, from own: JSONObject
    ) -> JSONObject {
        var meta = params["_meta"]?.objectValue ?? JSONObject()
        let version = Revision.v2026_07_28.date.description
        meta["io.modelcontextprotocol/protocolVersion"] = .string(version)
        meta["io.modelcontextprotocol/clientCapabilities"] = .object(request.capabilities)
        meta["io.modelcontextprotocol/clientInfo"] = .object(request.clientInfo ?? own)
        meta["io.modelcontextprotocol/logLevel"] = request.logLevel.map { .string($0) }
        meta["progressToken"] = request.wantsProgress ? .number(JSONNumber(token)) : nil
        var params = params
        params["_meta"] = .object(meta)
        return params
    }

    /// For a session: what only an envelope has goes away.
    static func handshake(_ request: UpstreamRequest, token: Int) -> JSONObject? {
        var params = request.params
        params["inputResponses"] = nil
        params["requestState"] = nil
        var meta = params["_meta"]?.objectValue ?? JSONObject()
        for name in ["protocolVersion", "clientCapabilities", "clientInfo", "logLevel", "subscriptionId"] {
            meta["io.modelcontextprotocol/" + name] = nil
        }
        meta["progressToken"] = request.wantsProgress ? .number(JSONNumber(token)) : nil
        params["_meta"] = meta.members.isEmpty ? nil : .object(meta)
        return params.members.isEmpty ? nil : params
    }

    /// What the envelope of a request of our own says: that we can do nothing.
    static func envelope(from own: JSONObject) -> JSONObject {
        [
            "io.modelcontextprotocol/protocolVersion": .string(Revision.v2026_07_28.date.description),
            "io.modelcontextprotocol/clientCapabilities": [:], "io.modelcontextprotocol/clientInfo": .object(own),
        ]
    }
}
