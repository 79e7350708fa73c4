import Cryptography
package import JSONCoding
package import OAuthRules

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
