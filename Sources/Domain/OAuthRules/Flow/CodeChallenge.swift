/// Proof that whoever brings a code is whoever asked for it (RFC 7636); S256 and nothing else.
package enum CodeChallenge {
    /// The only method.
    package static let method = "S256"
    /// `BASE64URL(SHA256(…))` has always this many characters.
    package static let characters = 43
    /// How long a verifier is (RFC 7636 4.1).
    package static let verifierCharacters = 43...128

    /// Checks what an authorization request says (RFC 7636 4.3 and 4.4.1).
    package static func check(challenge: String?, method: String?) throws(OAuthError) -> String {
        guard let challenge else {
            throw OAuthError(.invalidRequest, "code_challenge is missing; send one, with code_challenge_method=S256.")
        }
        // Without a method the RFC means `plain`, which protects nobody.
        guard method == Self.method else {
            throw OAuthError(.invalidRequest, "code_challenge_method has to be S256.")
        }
        guard challenge.utf8.count == characters, challenge.utf8.allSatisfy(isBase64URL) else {
            throw OAuthError(
                .invalidRequest, "code_challenge has to be the 43 base64url characters of a SHA-256 digest.")
        }
        return challenge
    }

    /// Whether a verifier has the right form (RFC 7636 4.1); whether it is the right one is for ``CodeUse``.
    package static func isVerifier(_ text: String) -> Bool {
        verifierCharacters.contains(text.utf8.count) && text.utf8.allSatisfy(isUnreserved)
    }

    private static func isBase64URL(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        isBase64URL(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "~")
    }
}
