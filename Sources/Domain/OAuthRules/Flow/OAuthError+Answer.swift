import JSONCoding

extension OAuthError {
    /// The body of a refusal (RFC 6749 5.2).
    package var json: [UInt8] {
        JSONWriter.bytes(
            of: .object(["error": .string(code.rawValue), "error_description": .string(description)]))
    }

    /// The status of a refusal at the token endpoint.
    package var status: Int {
        switch code {
        case .invalidClient: 401
        case .serverError: 500
        case .temporarilyUnavailable: 503
        default: 400
        }
    }
}
