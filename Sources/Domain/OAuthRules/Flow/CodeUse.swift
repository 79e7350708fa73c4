package import GatewayModel

/// What happens when an authorization code comes to the token endpoint (RFC 6749 4.1.2 and 4.1.3, RFC 7636 4.6, rulings 5.1).
///
/// The store reads the code, asks, and writes what follows, in one transaction: of two parallel uses one comes first.
package enum CodeUse {
    /// How long a code is good.
    package static let lifetime: Duration = .seconds(600)
    /// For how long a second use by the same client may be its own repetition after a lost answer.
    package static let repetitionTime: Duration = .seconds(60)
    /// How long a used code has to be remembered, so that a late second use still ends what the first one gave.
    package static let memory: Duration = .seconds(86_400)

    /// What is kept of a code.
    package struct Code: Sendable, Hashable {
        /// The client that asked for it.
        package let client: String
        /// Where it was sent to, as the client spelled it.
        package let redirectURI: String
        /// The S256 challenge: 43 characters of base64url.
        package let challenge: String
        /// The virtual server that it is for.
        package let server: ServerSlug
        /// Until when it is good, since 1970.
        package let expires: Duration
        /// When it was used first, since 1970.
        package let usedAt: Duration?
        /// Whether its grant was ended: revoked, or its person or its client removed.
        package let isGrantEnded: Bool

        /// A code as it is kept.
        package init(
            client: String, redirectURI: String, challenge: String, server: ServerSlug, expires: Duration,
            usedAt: Duration?, isGrantEnded: Bool
        ) {
            self.client = client
            self.redirectURI = redirectURI
            self.challenge = challenge
            self.server = server
            self.expires = expires
            self.usedAt = usedAt
            self.isGrantEnded = isGrantEnded
        }
    }

    /// Who brings a code, and what they say about it.
    package struct Attempt: Sendable, Hashable {
        /// The client, authenticated as its registration demands.
        package let client: String
        /// The redirect URI that the request repeats; OAuth 2.1 lets it out.
        package let redirectURI: String?
        /// `BASE64URL(SHA256(code_verifier))` of the request's verifier; `nil` where it has none.
        package let challenge: String?
        /// The virtual server that `resource` names; `nil` where it is not said.
        package let server: ServerSlug?

        /// An attempt of these parts.
        package init(client: String, redirectURI: String?, challenge: String?, server: ServerSlug?) {
            self.client = client
            self.redirectURI = redirectURI
            self.challenge = challenge
            self.server = server
        }
    }

    /// What follows.
    package enum Verdict: Sendable, Hashable {
        /// The code is used now: write it down, and give tokens.
        case accept
        /// No tokens, and nothing else changes.
        case refuse(TokenRefusal)
        /// No tokens, and the code's grant ends with all that came of it.
        case refuseAndEndGrant(TokenRefusal)
    }

    /// Judges one use. A code that is not known is refused by the store with ``TokenRefusal/unknownCode``.
    package static func judge(_ code: Code, _ attempt: Attempt, now: Duration) -> Verdict {
        let isSameClient = code.client == attempt.client
        // Both are digests of the verifier, and the challenge was public when it was sent: nothing to learn from the time.
        let isSameVerifier = attempt.challenge == code.challenge
        if let usedAt = code.usedAt {
            // The client itself, which did not see its answer, or sent the request twice at once.
            if isSameClient, isSameVerifier, now - usedAt <= repetitionTime { return .refuse(.usedCode) }
            return .refuseAndEndGrant(.usedCode)
        }
        if code.isGrantEnded { return .refuse(.endedGrant) }
        // What fails here does not use the code up: whoever has only the code must not be able to spoil it.
        if !isSameClient { return .refuse(.otherClient) }
        if now >= code.expires { return .refuse(.expiredCode) }
        if attempt.challenge == nil { return .refuse(.missingVerifier) }
        if !isSameVerifier { return .refuse(.wrongVerifier) }
        if let redirectURI = attempt.redirectURI, redirectURI != code.redirectURI { return .refuse(.otherRedirectURI) }
        if let server = attempt.server, server != code.server { return .refuse(.otherServer) }
        return .accept
    }
}
