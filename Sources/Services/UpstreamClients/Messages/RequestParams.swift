import JSONCoding
import MCPWire

/// The `params` of requests as each era wants them; in both we speak for ourselves: with our token, our ids, our name.
enum RequestParams {
    /// Those of a call: `params` are those of this round, `token` is ours, for progress.
    static func of(
        _ request: UpstreamRequest, _ params: JSONObject, for revision: Revision, token: Int, from own: JSONObject
    ) -> JSONObject? {
        let envelope = RequestEnvelope(
            capabilities: ClientCapabilities(neutral: request.capabilities), clientInfo: request.clientInfo ?? own,
            logLevel: request.logLevel.flatMap(MCPLogLevel.init),
            progressToken: request.wantsProgress ? .number(JSONNumber(token)) : nil)
        let written = UpstreamWriting(revision: revision).params(params, of: request.method, envelope: envelope)
        return written.members.isEmpty ? nil : written
    }

    /// The params of a request of our own in the stateless era, which says that we can do nothing.
    static func own(_ params: JSONObject, of method: MCPMethod, from own: JSONObject) -> JSONObject {
        UpstreamWriting(revision: .v2026_07_28).params(
            params, of: method, envelope: RequestEnvelope(capabilities: .empty, clientInfo: own))
    }
}
