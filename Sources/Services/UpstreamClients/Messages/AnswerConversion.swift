import JSONCoding
import MCPWire

/// Answers of the handshake era in the form of the newest revision.
enum AnswerConversion {
    /// What a session answered to a request of the neutral form.
    static func neutral(
        _ response: UpstreamResponse, to request: UpstreamRequest, from upstream: UpstreamDescription
    ) -> UpstreamOutcome {
        switch response {
        case .failure(let failure) where failure.code == MCPErrorCode.resourceNotFound.rawValue:
            return .failure(
                UpstreamFailure(
                    code: MCPErrorCode.invalidParams.rawValue, message: failure.message, data: failure.data))
        case .failure(let failure): return .failure(failure)
        case .result(let result):
            return .result(JSONObject([JSONObject.Member(name: "resultType", value: "complete")] + result.members))
        }
    }
}
