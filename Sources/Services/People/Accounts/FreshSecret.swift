import Cryptography
package import Telemetry

/// What somebody keeps to be known by, and the digest of it that the store keeps.
package struct FreshSecret: Sendable {
    /// Of each secret and token.
    package static let byteCount = 32

    /// Shown once.
    package let secret: Secret<String>
    /// 32 bytes.
    package let digest: [UInt8]

    /// A new one, base64url behind a prefix that tells finders what they have found.
    package init(prefix: String = "") throws(PeopleError) {
        let bytes = try Self.random(Self.byteCount)
        let text = prefix + Base64.url.encode(bytes.span)
        secret = Secret(text)
        digest = try Self.digest(of: text)
    }

    /// The digest that the store knows a secret by.
    package static func digest(of secret: String) throws(PeopleError) -> [UInt8] {
        do throws(CryptographyError) {
            let bytes = Array(secret.utf8)
            return try DigestAlgorithm.sha256.digest(of: bytes.span)
        } catch {
            throw .unavailable(error.sentence)
        }
    }

    /// A new id: a prefix and 20 digits of base 32, which is 100 bits.
    package static func identifier(prefix: String) throws(PeopleError) -> String {
        let digits = Array("abcdefghijklmnopqrstuvwxyz234567")
        return prefix + String(try random(20).map { digits[Int($0 & 31)] })
    }

    private static func random(_ count: Int) throws(PeopleError) -> [UInt8] {
        do throws(CryptographyError) {
            return try SecureRandom.bytes(count)
        } catch {
            throw .unavailable(error.sentence)
        }
    }
}
