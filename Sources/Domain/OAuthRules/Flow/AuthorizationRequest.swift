package import GatewayModel

/// What a client asks a person for (RFC 6749 4.1.1), once its client and its redirect URI are known to belong together.
package struct AuthorizationRequest: Sendable, Hashable {
    /// What a person must do anew, or must not be asked for.
    package enum Prompt: String, Sendable, Hashable {
        /// Nothing may be shown.
        case none
        /// Sign in, signed in or not.
        case login
        /// Ask again, remembered or not.
        case consent
    }

    /// Some clients put a whole document into it; it comes back in a URL.
    package static let stateBytesMax = 4096

    /// The client's id.
    package let client: String
    /// Where the answer goes, as the client spelled it.
    package let redirectURI: String
    /// What the client wants to see again, untouched.
    package let state: String?
    /// The S256 challenge.
    package let challenge: String
    /// The virtual server.
    package let server: ServerSlug
    /// Whether the client said which server it means; if not, the page names it.
    package let namesServer: Bool
    /// What it wants to do.
    package let scopes: ScopeRequest
    /// What the person is asked.
    package let prompts: Set<Prompt>

    /// A request of these parts.
    package init(
        client: String, redirectURI: String, state: String?, challenge: String, server: ServerSlug, namesServer: Bool,
        scopes: ScopeRequest, prompts: Set<Prompt>
    ) {
        self.client = client
        self.redirectURI = redirectURI
        self.state = state
        self.challenge = challenge
        self.server = server
        self.namesServer = namesServer
        self.scopes = scopes
        self.prompts = prompts
    }

    /// Reads the rest of a request. Everything that is wrong here is told to the client by a redirect, because the redirect URI
    /// is its own (RFC 6749 4.1.2.1); what is unknown is ignored (RFC 6749 3.1).
    package init(
        _ form: FormParameters, client: String, redirectURI: String, addresses: ServerAddresses
    ) throws(OAuthError) {
        self.client = client
        self.redirectURI = redirectURI
        state = try Self.state(form)
        try Self.checkKind(form)
        challenge = try CodeChallenge.check(
            challenge: form.once("code_challenge"), method: form.once("code_challenge_method"))
        let resources = form.values("resource")
        server = try ResourceRule.server(resources, addresses)
        namesServer = !resources.isEmpty
        scopes = try ScopeRequest(form.once("scope"))
        prompts = try Self.prompts(form)
    }

    /// The state of a request whose other parts may be wrong, because errors carry it too; none where it cannot be told.
    package static func stateForErrors(_ form: FormParameters) -> String? {
        try? state(form)
    }

    private static func state(_ form: FormParameters) throws(OAuthError) -> String? {
        let state = try form.once("state")
        if let state, state.utf8.count > stateBytesMax {
            throw OAuthError(.invalidRequest, "state is longer than \(stateBytesMax) bytes; send a shorter one.")
        }
        return state
    }

    private static func checkKind(_ form: FormParameters) throws(OAuthError) {
        // RFC 9101 and RFC 9126: refused by name, so that nobody believes that a signed request was looked at.
        if try form.once("request") != nil {
            throw OAuthError(.requestNotSupported, "request is not supported; send the parameters themselves.")
        }
        if try form.once("request_uri") != nil {
            throw OAuthError(.requestURINotSupported, "request_uri is not supported; send the parameters themselves.")
        }
        guard let type = try form.once("response_type") else {
            throw OAuthError(.invalidRequest, "response_type is missing; send code.")
        }
        guard type == "code" else {
            throw OAuthError(.unsupportedResponseType, "response_type has to be code.")
        }
        if let mode = try form.once("response_mode"), mode != "query" {
            throw OAuthError(.invalidRequest, "response_mode has to be query.")
        }
    }

    private static func prompts(_ form: FormParameters) throws(OAuthError) -> Set<Prompt> {
        let names = (try form.once("prompt") ?? "").split(separator: " ")
        let prompts = Set(names.compactMap { Prompt(rawValue: String($0)) })
        guard !prompts.contains(.none) || names.count == 1 else {
            throw OAuthError(.invalidRequest, "prompt=none stands alone (OpenID Connect Core 3.1.2.1).")
        }
        return prompts
    }
}

extension FormParameters {
    /// The value of a parameter that may stand once, in an answer's words.
    package func once(_ name: String) throws(OAuthError) -> String? {
        do {
            return try value(name)
        } catch {
            throw OAuthError(.invalidRequest, error.sentence)
        }
    }
}
