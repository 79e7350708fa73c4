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
        var written = UpstreamWriting(revision: revision).params(params, of: request.method, envelope: envelope)
        if revision.hasCoreTasks, let task = request.task { written["task"] = .object(task) }
        return written.members.isEmpty ? nil : written
    }

    /// The params of a request of our own in the stateless era; unless told otherwise it says that we can do nothing.
    static func own(
        _ params: JSONObject, of method: MCPMethod, from own: JSONObject, capabilities: ClientCapabilities = .empty
    ) -> JSONObject {
        UpstreamWriting(revision: .v2026_07_28).params(
            params, of: method, envelope: RequestEnvelope(capabilities: capabilities, clientInfo: own))
    }
}
