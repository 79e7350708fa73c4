import Cryptography
package import JSONCoding
package import OAuthRules

/// A signed text that was read and, after `check`, may be believed: an access token, a client's assertion, an ID token.
package struct SignedToken: Sendable {
    /// What it says about its signature.
    package let header: TokenHeader
    /// What it says; not to be believed before `check`.
    package let claims: TokenClaims
    private let text: TokenText

    /// Nothing of ours or of providers nests deeper or has more members.
    private static let limits = JSONLimits(depth: 16, bytes: TokenText.bytesMax, values: 2_000)

    /// Reads a text without believing it.
    package init(_ text: String) throws(TokenFault) {
        guard let parts = TokenText(text) else { throw .malformed }
        self.text = parts
        header = try TokenHeader(try Self.object(parts.header))
        claims = try TokenClaims(try Self.object(parts.claims))
    }

    /// The keys that may have made the signature: those of its algorithm that its header names, never another one's.
    func candidates(among keys: [CheckingKey]) -> [CheckingKey] {
        let published = PublishedKey.candidates(in: keys.map(\.published), for: header)
        return keys.filter { published.contains($0.published) }
    }

    /// Whether one of these keys made the signature. Takes up to 150 microseconds for each key tried: not on a loop.
    package func check(keys: [CheckingKey]) throws(TokenFault) {
        let candidates = candidates(among: keys)
        guard !candidates.isEmpty else { throw .unknownKey }
        guard let signature = Base64.url.decode(text.signature) else { throw .malformed }
        let signed = Array(text.signed.utf8)
        for key in candidates where key.verifying.isSignature(signature.span, of: signed.span) { return }
        throw .badSignature
    }

    private static func object(_ part: String) throws(TokenFault) -> JSONObject {
        guard let bytes = Base64.url.decode(part), let value = try? JSONParser.parse(bytes, limits: limits),
            let object = value.objectValue
        else { throw .malformed }
        return object
    }
}

/// A published key that OpenSSL has read.
package struct CheckingKey: Sendable {
    /// As its set says it.
    package let published: PublishedKey
    let verifying: VerifyingKey

    /// Reads a key; nothing when its numbers are no key's.
    package init?(_ key: PublishedKey) {
        let material: PublicKeyMaterial
        switch key.numbers {
        case .p256(let x, let y):
            guard let x = Base64.url.decode(x), let y = Base64.url.decode(y) else { return nil }
            material = .p256(x: x, y: y)
        case .rsa(let modulus, let exponent):
            guard let modulus = Base64.url.decode(modulus), let exponent = Base64.url.decode(exponent) else {
                return nil
            }
            material = .rsa(modulus: modulus, exponent: exponent)
        case .ed25519(let bytes):
            guard let bytes = Base64.url.decode(bytes) else { return nil }
            material = .ed25519(bytes)
        }
        guard let verifying = try? VerifyingKey(material) else { return nil }
        published = key
        self.verifying = verifying
    }

    /// All keys of a set that can be read.
    package static func keys(of set: JSONObject) -> [CheckingKey] {
        PublishedKey.keys(of: set).compactMap { CheckingKey($0) }
    }
}
