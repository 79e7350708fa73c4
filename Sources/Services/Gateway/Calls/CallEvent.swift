import JSONCoding
import MCPWire
import UpstreamClients

/// What happens to a running call, in the form of the newest revision; the last one is the outcome.
enum CallEvent: Sendable {
    /// Something the client may want to see.
    case notification(CallNotification)
    /// The upstream wants to know something first.
    case questions([ClientQuestion])
    /// The call is over.
    case outcome(CallOutcome)

    /// About how many bytes it holds, for the limit on what is kept.
    var weight: Int {
        switch self {
        case .notification(.progress(let params)), .notification(.message(let params)),
            .notification(.other(_, let params)):
            JSONWriter.bytes(of: .object(params)).count
        case .questions(let questions):
            questions.reduce(0) { $0 + JSONWriter.bytes(of: .object($1.params ?? JSONObject())).count }
        case .outcome(.ended(.result(let result))): JSONWriter.bytes(of: .object(result)).count
        case .outcome: 256
        }
    }
}

/// How a call ended.
enum CallOutcome: Sendable {
    /// With what the upstream said.
    case ended(UpstreamOutcome)
    /// With nothing from the upstream.
    case failed(UpstreamError)
    /// Nothing was done, because the person has to connect the upstream first.
    case connectRequired(ConnectQuestion)
}

/// What became of answers that a client gave.
enum AnswerVerdict: Sendable {
    /// The call goes on.
    case complete
    /// Some were taken; these are still open.
    case missing([ClientQuestion])
    /// Nothing was asked, or no longer.
    case notAsked
}
