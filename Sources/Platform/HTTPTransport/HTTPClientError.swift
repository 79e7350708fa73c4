package import HTTPMessages
package import Reactor

/// Why a request of ours got no answer, or only a part of one.
///
/// Indirect, because it lies in the frame of every waiting call and is needed by few.
package indirect enum HTTPClientError: Error, Sendable, Equatable {
    /// The name has no address, or the lane refused the look-up.
    case resolution(ReactorError)
    /// No address took the connection; the last one's reason.
    case connect(String)
    /// TLS could not be agreed: certificates, names, versions.
    case tls(String)
    /// All connections are busy and as many requests wait as may.
    case poolFull
    /// The time for it was over; `sent` says whether the peer may have the request.
    case timedOut(sent: Bool)
    /// The connection broke; `sent` says whether the peer may have the request.
    case closed(reason: String, sent: Bool)
    /// What came back is not HTTP as we accept it.
    case refused(HTTPRefusal)
    /// The task that asked was cancelled.
    case cancelled

    /// True when the peer cannot have acted on the request.
    package var isProvenUnsent: Bool {
        switch self {
        case .resolution, .connect, .tls, .poolFull: true
        case .timedOut(let sent), .closed(_, let sent): !sent
        case .refused, .cancelled: false
        }
    }

    /// The failure as a sentence for a log line.
    package var reason: String {
        switch self {
        case .resolution(let error): error.reason
        case .connect(let detail): "could not connect: \(detail)"
        case .tls(let detail): "TLS failed: \(detail)"
        case .poolFull: "too many requests wait for a connection"
        case .timedOut: "no answer in time"
        case .closed(let detail, _): "the connection broke: \(detail)"
        case .refused(let refusal): "the answer is not valid HTTP: \(refusal.reason)"
        case .cancelled: "cancelled"
        }
    }
}
