import JSONCoding
import OAuthRules
import SignedTokens
import Telemetry

/// What an ID token must say besides being signed (OpenID Connect Core 1.0, 3.1.3.7).
enum IDTokenRules {
    /// Bytes of a subject (section 2).
    static let subjectBytesMax = 255

    /// Holds the rules that cost nothing, before any key is looked at. `now` is in seconds since 1970.
    static func check(
        _ token: SignedToken, of provider: IdentityProvider, nonce: String, now: Int
    ) throws(ProviderProblem) {
        let claims = token.claims
        // An access token is none, though the same keys signed it (RFC 9068, 2.1; RFC 8725, 3.11).
        guard ["", "jwt"].contains(token.header.type) else { throw .unusable("what it gave as ID token is none") }
        do throws(TokenFault) {
            try claims.check(issuer: provider.issuer)
            try claims.check(audience: [provider.clientID])
            try claims.checkTime(now: now)
            guard try claims.seconds("iat") != nil else { throw .claimMissing("iat") }
        } catch {
            throw .unusable(sentence(error))
        }
        // Made for several, or at the wish of another one: only whoever asked for it may believe it.
        let party = claims.all["azp"]?.stringValue
        guard party == nil ? claims.list("aud").count == 1 : party == provider.clientID else {
            throw .unusable("its ID token was made for another client (azp)")
        }
        // Replay and injection of codes (section 15.5.2; RFC 9700, 4.5.3.2).
        guard let found = claims.text("nonce"), [UInt8].equalInConstantTime(Array(found.utf8), Array(nonce.utf8))
        else { throw .unusable("its ID token is not of this sign-in (nonce)") }
        _ = try subject(claims)
    }

    /// Who it is, there.
    static func subject(_ claims: TokenClaims) throws(ProviderProblem) -> String {
        guard let subject = claims.text("sub", bytesMax: subjectBytesMax),
            subject.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { throw .unusable("its ID token has no sub that can be used") }
        return subject
    }

    /// What is wrong with a token, for the operator.
    static func sentence(_ fault: TokenFault) -> String {
        switch fault {
        case .malformed: "its ID token cannot be read, or is not signed"
        case .unknownKey:
            "its ID token is signed with a key that it does not publish, or not with RS256, ES256 or EdDSA"
        case .badSignature: "the signature of its ID token is wrong"
        case .otherIssuer: "its ID token is of another issuer"
        case .otherAudience: "its ID token is not for the clientID of the configuration"
        case .expired: "its ID token is over; are both clocks right?"
        case .notYet: "its ID token is of a later time; are both clocks right?"
        case .claimMissing(let name): "its ID token has no \(name)"
        case .notLookedAt: "its ID token could not be looked at now"
        }
    }
}
