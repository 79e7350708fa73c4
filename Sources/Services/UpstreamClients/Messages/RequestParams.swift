import JSONCoding
import MCPWire

/// The `params` of requests as each era wants them; in both we speak for ourselves: with our token, our ids, our name.
enum RequestParams {
    /// Those of a call: `params` are those of this round, `token` is ours, for progress.
    static func of(
        _ request: UpstreamRequest, _ params: JSONObject, for revision: Revision, token: Int, from own: JSONObject
    ) -> JSONObject? {
        revision.era == .stateless
            ? stateless(request, params, token: token, from: own) : handshake(request, params, token: token)
    }

    /// With the envelope of 2026-07-28.
    private static func stateless(
        _ request: UpstreamRequest, _ params: JSONObject, token: Int, from own: JSONObject
    ) -> JSONObject {
        var meta = params["_meta"]?.objectValue ?? JSONObject()
        meta[MetaKey.protocolVersion] = .string(Revision.v2026_07_28.date.description)
        meta[MetaKey.clientCapabilities] = .object(request.capabilities)
        meta[MetaKey.clientInfo] = .object(request.clientInfo ?? own)
        meta[MetaKey.logLevel] = request.logLevel.map { .string($0) }
        meta[MetaKey.progressToken] = request.wantsProgress ? .number(JSONNumber(token)) : nil
        var params = params
        params["_meta"] = .object(meta)
        return params
    }

    /// For a session: what only an envelope has goes away.
    private static func handshake(_ request: UpstreamRequest, _ params: JSONObject, token: Int) -> JSONObject? {
        var params = params
        params["inputResponses"] = nil
        params["requestState"] = nil
        var meta = params["_meta"]?.objectValue ?? JSONObject()
        for name in [
            MetaKey.protocolVersion, MetaKey.clientCapabilities, MetaKey.clientInfo, MetaKey.logLevel,
            MetaKey.subscriptionID,
        ] {
            meta[name] = nil
        }
        meta[MetaKey.progressToken] = request.wantsProgress ? .number(JSONNumber(token)) : nil
        params["_meta"] = meta.members.isEmpty ? nil : .object(meta)
        return params.members.isEmpty ? nil : params
    }

    /// What the envelope of a request of our own says: that we can do nothing.
    static func envelope(from own: JSONObject) -> JSONObject {
        [
            MetaKey.protocolVersion: .string(Revision.v2026_07_28.date.description),
            MetaKey.clientCapabilities: [:], MetaKey.clientInfo: .object(own),
        ]
    }
}
