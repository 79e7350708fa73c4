import MCPWire

/// Outcomes in the form of the newest revision.
enum AnswerConversion {
    /// What an upstream of a revision answered to a request of the neutral form; a result stays as it was written if the request
    /// wants that.
    static func neutral(
        _ outcome: UpstreamOutcome, to request: UpstreamRequest, from revision: Revision
    ) -> UpstreamOutcome {
        let reading = UpstreamReading(revision: revision)
        return switch outcome {
        case .failure(let failure): .failure(reading.failure(failure))
        case .result where request.keepsForm: outcome
        case .result(let result): .result(reading.result(result, of: request.method))
        }
    }
}
