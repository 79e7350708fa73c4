/// Why the process of an upstream gave no answer.
package enum ProcessFailure: Error, Sendable, Hashable {
    /// It could not be started; the reason is the system's.
    case notStarted(String)
    /// It ended; `sent` says whether it may have the request.
    case ended(String, sent: Bool)
    /// It was started and did not answer our first request in time.
    case silent
    /// It died again and again, and is not started before this many seconds are over.
    case paused(String, seconds: Int)
    /// As many processes run, or as many calls wait for one, as may.
    case crowded(max: Int)

    /// The failure as the end of a sentence about the upstream, for the log.
    package var reason: String {
        switch self {
        case .notStarted(let reason): "it could not be started: \(reason)"
        case .ended(let ending, _): "its process \(ending)"
        case .silent: "its process was started and does not answer"
        case .paused(let reason, let seconds): "\(reason); it is started again in \(seconds) s at the earliest"
        case .crowded(let max): "the limit of \(max) for it is reached"
        }
    }

    /// What the person in the chat reads.
    func advice(upstream: String) -> String {
        switch self {
        case .ended(_, sent: true):
            "The upstream \"\(upstream)\" broke off before its answer was complete (\(reason)). It may have done what was asked: check before you repeat it."
        case .crowded:
            "Too many calls wait for the upstream \"\(upstream)\". Try again in a moment."
        case .paused(_, let seconds):
            "The upstream \"\(upstream)\" does not run now (\(reason)). Try again in \(seconds) seconds, or ask the operator to look at it."
        case .ended(_, sent: false), .silent:
            "The upstream \"\(upstream)\" does not run now (\(reason)). Try again later, or ask the operator to look at it."
        case .notStarted:
            "The upstream \"\(upstream)\" does not run (\(reason)). Ask the operator to check its command."
        }
    }
}
