package import SQLDatabase

/// Why an account could not be connected, read or let go of.
package enum ConnectionError: Error, Sendable, Hashable {
    /// The store does not answer.
    case store(SQLError)
    /// No such upstream is configured.
    case unknownUpstream(String)
    /// The upstream has nothing that could be connected.
    case notConnectable(String)
    /// Only the operator connects this one, once for everybody.
    case operatorOnly(String)
    /// It cannot be found out who gives out its tokens.
    case discovery(upstream: String, reason: String, isRetryable: Bool)
    /// We are no client of its authorization server, and have no way to become one.
    case noClient(upstream: String, issuer: String)
    /// Its authorization server does not want us as a client.
    case registration(upstream: String, reason: String)
    /// The client that the operator made belongs to another authorization server than the one that the upstream names now.
    case issuerChanged(upstream: String, issuer: String)
    /// The browser came back with something that we have not sent it away with, or too late, or a second time.
    case unknownState
    /// The browser that came back is not the one that was sent, or somebody else is signed in.
    case otherPerson
    /// What came back is from another authorization server (RFC 9207).
    case otherIssuer(upstream: String)
    /// The person, or the upstream, said no.
    case denied(upstream: String, code: String)
    /// No token was given for the code.
    case exchange(upstream: String, reason: String, isRetryable: Bool)
    /// The link is for somebody else.
    case foreignLink
    /// The link is too old, or none of ours.
    case oldLink
    /// A secret could not be sealed or opened.
    case sealing(String)

    /// Whether the same may work a moment later.
    package var isRetryable: Bool {
        switch self {
        case .store: true
        case .discovery(_, _, let isRetryable), .exchange(_, _, let isRetryable): isRetryable
        default: false
        }
    }

    /// For the log: what happened, without anything secret.
    package var reason: String {
        switch self {
        case .store(let error): error.sentence
        case .unknownUpstream(let name): "there is no upstream \(name)"
        case .notConnectable(let name): "the upstream \(name) needs no connection"
        case .operatorOnly(let name): "only an operator connects the upstream \(name)"
        case .discovery(let name, let reason, _): "the login of the upstream \(name) cannot be found out: \(reason)"
        case .noClient(let name, let issuer):
            "\(issuer), which lets in at the upstream \(name), takes no unknown clients; register one there and configure its id"
        case .registration(let name, let reason): "the login of the upstream \(name) refused to register us: \(reason)"
        case .issuerChanged(let name, let issuer):
            "the upstream \(name) now names \(issuer), for which the configured client was not made"
        case .unknownState: "the browser came back with an unknown, used or old state"
        case .otherPerson: "another browser or another person came back than was sent"
        case .otherIssuer(let name): "the answer for the upstream \(name) came from another authorization server"
        case .denied(let name, let code): "the login of the upstream \(name) answered \(code)"
        case .exchange(let name, let reason, _): "the login of the upstream \(name) gave no token: \(reason)"
        case .foreignLink: "a connect link of somebody else was opened"
        case .oldLink: "a connect link is too old"
        case .sealing(let reason): reason
        }
    }
}
