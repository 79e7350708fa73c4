package import HTTPMessages

/// Why a handler cannot go on with its exchange.
package enum HTTPServerError: Error, Sendable, Equatable {
    /// The client closed the connection, or it was lost.
    case clientGone
    /// The body is larger than the handler allows.
    case bodyTooLarge(limit: Int)
    /// The body broke a rule of HTTP; the transport answers unless the handler does, and closes the connection.
    case refused(HTTPRefusal)
    /// The body did not arrive in time; answered like `refused`.
    case bodyTimedOut
    /// The exchange has had its answer already.
    case alreadyAnswered
    /// The task that waited for the client was cancelled; the exchange goes on.
    case cancelled

    /// The failure as a sentence for a log line.
    package var reason: String {
        switch self {
        case .clientGone: "the client closed the connection"
        case .bodyTooLarge(let limit): "the body is larger than \(limit) bytes"
        case .refused(let refusal): refusal.reason
        case .bodyTimedOut: "the body stopped arriving"
        case .alreadyAnswered: "the exchange was already answered"
        case .cancelled: "cancelled"
        }
    }
}
