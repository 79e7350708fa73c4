package import GatewayModel

/// Why there is no whole answer.
package enum FetchError: Error, Sendable, Hashable {
    /// As many fetches for this purpose are under way as may.
    case busy(limit: Int)
    /// http to an address that is reached by https only.
    case insecure(host: String)
    /// The name has addresses, and none of them may be reached.
    case refusedAddress(host: String, IPAddress)
    /// The name has no address, or could not be looked up.
    case resolution(host: String, detail: String)
    /// No connection: refused, unreachable, or no answer to it.
    case connection(host: String, detail: String)
    /// A certificate, or no agreement on TLS.
    case tls(host: String, detail: String)
    /// The time was over.
    case timedOut(host: String, seconds: Int, isSent: Bool)
    /// The connection broke, or what came is not HTTP.
    case broken(host: String, detail: String, isSent: Bool)
    /// The answer is longer than it may be.
    case tooLong(host: String, limit: Int)
    /// The answer is of another kind than was asked for.
    case mediaType(host: String, found: String)
    /// The answer is compressed, though nobody said that we can read that.
    case encoded(host: String, coding: String)
    /// A redirect to something that is not a URL that can be called.
    case badRedirect(host: String, to: String)
    /// More redirects than may be.
    case tooManyRedirects(host: String, limit: Int)
    /// The task that asked was cancelled.
    case cancelled

    /// What happened and what helps, for the operator.
    package var sentence: String {
        switch self {
        case .busy(let limit):
            "\(limit) requests of this kind are under way already; try again in a moment."
        case .insecure(let host):
            "\(host) was named with http. Only https is used for what others name; write its network into "
                + "outbound.allow if it is one of yours."
        case .refusedAddress(let host, let address):
            "\(host) has the address \(address), which is not on the public Internet. If it is meant, write its "
                + "network into outbound.allow."
        case .resolution(let host, let detail): "\(host) could not be looked up: \(detail)."
        case .connection(let host, let detail): "\(host) could not be reached: \(detail)."
        case .tls(let host, let detail):
            "TLS with \(host) failed: \(detail). A private authority belongs into outbound.caFile."
        case .timedOut(let host, let seconds, _): "\(host) did not answer within \(seconds) s."
        case .broken(let host, let detail, _): "The answer of \(host) could not be read: \(detail)."
        case .tooLong(let host, let limit): "The answer of \(host) is longer than \(limit) bytes."
        case .mediaType(let host, let found):
            "\(host) answered with \(found.isEmpty ? "no media type" : found) instead of application/json."
        case .encoded(let host, let coding): "\(host) answered in the coding \(coding), which nobody asked for."
        case .badRedirect(let host, let to): "\(host) redirects to \(to), which is not followed."
        case .tooManyRedirects(let host, let limit): "\(host) redirects more than \(limit) times."
        case .cancelled: "The request was given up."
        }
    }

    /// Whether the same request may succeed a moment later without anybody changing anything.
    package var isRetryable: Bool {
        switch self {
        case .busy, .resolution, .connection, .timedOut, .broken, .cancelled: true
        case .insecure, .refusedAddress, .tls, .tooLong, .mediaType, .encoded, .badRedirect, .tooManyRedirects: false
        }
    }

    /// Whether the other side certainly did not act on the request.
    package var isProvenUnsent: Bool {
        switch self {
        case .busy, .insecure, .refusedAddress, .resolution, .connection, .tls: true
        case .timedOut(_, _, let isSent), .broken(_, _, let isSent): !isSent
        case .tooLong, .mediaType, .encoded, .badRedirect, .tooManyRedirects, .cancelled: false
        }
    }
}
