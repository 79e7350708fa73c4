/// Why a code or a refresh token gives no tokens, as the judges say it and the token endpoint answers it (RFC 6749 5.2).
package enum TokenRefusal: Sendable, Hashable, CaseIterable {
    /// No such code, or it was forgotten.
    case unknownCode
    /// The code's ten minutes are over.
    case expiredCode
    /// The code was used before.
    case usedCode
    /// The request has no `code_verifier` of the right form.
    case missingVerifier
    /// The verifier is not that of the code's challenge.
    case wrongVerifier
    /// The request repeats another redirect URI than the code was sent to.
    case otherRedirectURI
    /// No such refresh token, or it was forgotten.
    case unknownRefreshToken
    /// The refresh token was not used for too long.
    case expiredRefreshToken
    /// The refresh token was used before, and this is no repetition.
    case replayedRefreshToken
    /// What was given to one client is brought by another.
    case otherClient
    /// The grant was ended.
    case endedGrant
    /// `resource` names another virtual server than the grant is for.
    case otherServer
    /// `scope` asks for more than was allowed.
    case moreScopes

    /// The code of the answer.
    package var error: OAuthError.Code {
        switch self {
        case .missingVerifier: .invalidRequest
        case .otherServer: .invalidTarget
        case .moreScopes: .invalidScope
        default: .invalidGrant
        }
    }

    /// What the client's developer reads; whoever holds a code or token of another learns nothing from it that matters.
    package var advice: String {
        switch self {
        case .unknownCode, .otherClient: "This code or token is not known here; start the authorization again."
        case .expiredCode: "The code is older than ten minutes; start the authorization again."
        case .usedCode: "The code was used before; a code is good once. Start the authorization again."
        case .missingVerifier:
            "code_verifier has to be the 43 to 128 letters, digits, - . _ or ~ whose S256 challenge was sent."
        case .wrongVerifier: "code_verifier is not the one whose S256 challenge began the authorization."
        case .otherRedirectURI: "redirect_uri is not the one that the code was sent to."
        case .unknownRefreshToken: "This refresh token is not known here; start the authorization again."
        case .expiredRefreshToken: "The refresh token was not used for thirty days; start the authorization again."
        case .replayedRefreshToken:
            "The refresh token was used before, so the whole connection was ended; start the authorization again."
        case .endedGrant: "The connection was ended; start the authorization again."
        case .otherServer: "resource names another server than the one that was authorized."
        case .moreScopes: "scope asks for more than was authorized; start the authorization again to ask for more."
        }
    }
}
