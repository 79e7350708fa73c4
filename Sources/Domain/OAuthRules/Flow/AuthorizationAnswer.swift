import HTTPMessages

/// What goes back to the client through the person's browser (RFC 6749 4.1.2 and 4.1.2.1), always with `iss` (RFC 9207 2).
package struct AuthorizationAnswer: Sendable, Hashable {
    /// What the person's browser carries.
    package enum Outcome: Sendable, Hashable {
        /// A code.
        case code(String)
        /// A refusal.
        case error(OAuthError)
    }

    /// Code or error.
    package let outcome: Outcome
    /// The request's.
    package let state: String?

    /// An answer of these parts.
    package init(_ outcome: Outcome, state: String?) {
        self.outcome = outcome
        self.state = state
    }

    /// The address that the browser is sent to: the redirect URI as the client spelled it, its own query kept (RFC 6749 3.1.2).
    package func location(_ redirectURI: String, issuer: String) -> String {
        var form = FormWriter()
        switch outcome {
        case .code(let code): form.append("code", code)
        case .error(let error):
            form.append("error", error.code.rawValue)
            form.append("error_description", error.description)
        }
        if let state { form.append("state", state) }
        form.append("iss", issuer)
        let joint =
            switch redirectURI.last {
            case "?", "&": ""
            default: redirectURI.contains("?") ? "&" : "?"
            }
        return redirectURI + joint + form.text
    }
}
