package import GatewayModel

/// What the token endpoint is asked for with a code (RFC 6749 4.1.3, RFC 7636 4.5).
package struct CodeExchange: Sendable, Hashable {
    /// The code, as it came.
    package let code: String
    /// The verifier, if there is one of the right form: a request without is for ``CodeUse`` too, which has to see every second
    /// use of a code.
    package let verifier: String?
    /// The redirect URI that is repeated.
    package let redirectURI: String?
    /// The server that `resource` names.
    package let server: ServerSlug?

    /// Reads a request.
    package init(_ form: FormParameters, addresses: ServerAddresses) throws(OAuthError) {
        code = try OpaqueValue.required("code", form)
        let text = try form.once("code_verifier")
        verifier = text.flatMap { CodeChallenge.isVerifier($0) ? $0 : nil }
        redirectURI = try form.once("redirect_uri")
        server = try ResourceRule.named(form.values("resource"), addresses)
    }
}

/// What the token endpoint is asked for with a refresh token (RFC 6749 6).
package struct RefreshExchange: Sendable, Hashable {
    /// The token, as it came.
    package let token: String
    /// The server that `resource` names.
    package let server: ServerSlug?
    /// What `scope` narrows the access to.
    package let scopes: AccessScopes?

    /// Reads a request.
    package init(_ form: FormParameters, addresses: ServerAddresses) throws(OAuthError) {
        token = try OpaqueValue.required("refresh_token", form)
        server = try ResourceRule.named(form.values("resource"), addresses)
        scopes = try ScopeRequest.narrowing(form.once("scope"))
    }
}

/// A code or token of ours, which is looked up by its digest.
package enum OpaqueValue {
    /// The value, if it is there at all.
    package static func required(_ name: String, _ form: FormParameters) throws(OAuthError) -> String {
        guard let value = try form.once(name) else {
            throw OAuthError(.invalidRequest, "\(name) is missing; send it.")
        }
        return value
    }
}
