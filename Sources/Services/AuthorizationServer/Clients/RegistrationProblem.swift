import JSONCoding
import OAuthRules

/// Why a registration is refused (RFC 7591 section 3.2.2, RFC 7592 section 2).
enum RegistrationProblem: Error, Sendable, Hashable {
    /// What the client says about itself is not accepted.
    case metadata(ClientMetadataError)
    /// The body is not a JSON object.
    case notJSON(String)
    /// No token, or one that nobody has: the client may be gone (RFC 7592 section 2.1).
    case tokenUnknown
    /// The token of another client.
    case tokenOfAnother
    /// No room for more clients.
    case full
    /// The store is away, or something broke.
    case client(ClientProblem)

    var status: Int {
        switch self {
        case .metadata, .notJSON: 400
        case .tokenUnknown: 401
        case .tokenOfAnother: 403
        case .full: 503
        case .client(let problem): problem.status
        }
    }

    var body: [UInt8] {
        JSONWriter.bytes(of: .object(["error": .string(code), "error_description": .string(sentence)]))
    }

    /// RFC 6750 section 3, for the requests that a token belongs to.
    var challenge: String? {
        switch self {
        case .tokenUnknown: "Bearer error=\"invalid_token\""
        case .tokenOfAnother: "Bearer error=\"insufficient_scope\""
        case .metadata, .notJSON, .full, .client: nil
        }
    }

    private var code: String {
        switch self {
        case .metadata(let error): error.code.rawValue
        case .notJSON: ClientMetadataError.Code.invalidClientMetadata.rawValue
        case .tokenUnknown: "invalid_token"
        case .tokenOfAnother: "access_denied"
        case .full: "temporarily_unavailable"
        case .client(let problem): problem.error
        }
    }

    private var sentence: String {
        switch self {
        case .metadata(let error): error.description
        case .notJSON(let reason): "Send the client's metadata as a JSON object. \(quotable(reason))"
        case .tokenUnknown:
            "The registration access token is not known; the client may have been removed. Register again."
        case .tokenOfAnother: "The registration access token is that of another client."
        case .full:
            "Too many clients have registered here lately; try again in an hour, or ask the operator for a client."
        case .client(let problem): problem.sentence
        }
    }
}
