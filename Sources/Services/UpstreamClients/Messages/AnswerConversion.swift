import JSONCoding
import MCPWire

/// Outcomes in the form of the newest revision.
enum AnswerConversion {
    /// What an upstream of a revision answered to a request of the neutral form.
    static func neutral(
        _ outcome: UpstreamOutcome, to request: UpstreamRequest, from revision: Revision
    ) -> UpstreamOutcome {
        switch outcome {
        case .failure(var failure):
            if failure.knownCode == .resourceNotFound { failure.code = MCPErrorCode.invalidParams.rawValue }
            return .failure(failure)
        case .result(let result):
            guard result["resultType"] == nil else { return outcome }
            return .result(JSONObject([JSONObject.Member(name: "resultType", value: "complete")] + result.members))
        }
    }
}
