/// An answer that refuses, as authorization and token endpoints give it (RFC 6749 4.1.2.1 and 5.2).
package struct OAuthError: Error, Sendable, Hashable {
    /// What clients act on.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        case invalidRequest = "invalid_request"
        case invalidClient = "invalid_client"
        case invalidGrant = "invalid_grant"
        case invalidScope = "invalid_scope"
        case invalidTarget = "invalid_target"
        case unauthorizedClient = "unauthorized_client"
        case unsupportedGrantType = "unsupported_grant_type"
        case unsupportedResponseType = "unsupported_response_type"
        case unsupportedTokenType = "unsupported_token_type"
        case accessDenied = "access_denied"
        case serverError = "server_error"
        case temporarilyUnavailable = "temporarily_unavailable"
        case loginRequired = "login_required"
        case consentRequired = "consent_required"
        case interactionRequired = "interaction_required"
        case requestNotSupported = "request_not_supported"
        case requestURINotSupported = "request_uri_not_supported"
    }

    /// What clients act on.
    package let code: Code
    /// What people read: a sentence that says what to do next. ASCII without `"` and `\`, as RFC 6749 5.2 demands.
    package let description: String

    /// A refusal.
    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// The refusal of a code or refresh token.
    package init(_ refusal: TokenRefusal) {
        self.init(refusal.error, refusal.advice)
    }
}
