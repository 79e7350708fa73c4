package import Cryptography

/// A code, token or id of ours that says nothing: 32 random bytes. Only its digest is stored.
package struct OpaqueToken: Sendable {
    /// What it is for, so that leaked ones are recognized and none passes for another.
    package enum Kind: String, Sendable, CaseIterable {
        case code = "pbc_"
        case refresh = "pbr_"
        case pendingRequest = ""
    }

    /// As it travels.
    package let text: String
    /// As it is stored.
    package let digest: [UInt8]

    /// A new one.
    package static func fresh(_ kind: Kind) throws(CryptographyError) -> OpaqueToken {
        let bytes = try SecureRandom.bytes(32)
        return try OpaqueToken(kind.rawValue + Base64.url.encode(bytes.span))
    }

    /// One that came back; of another kind or length it has a digest that nothing was stored under.
    package init(_ text: String) throws(CryptographyError) {
        self.text = text
        let bytes = Array(text.utf8)
        digest = try DigestAlgorithm.sha256.digest(of: bytes.span)
    }
}

/// The S256 challenge of a verifier (RFC 7636 4.6).
enum S256 {
    static func challenge(of verifier: String) throws(CryptographyError) -> String {
        let bytes = Array(verifier.utf8)
        let digest = try DigestAlgorithm.sha256.digest(of: bytes.span)
        return Base64.url.encode(digest.span)
    }
}

/// Ids of ours: a letter for what it is, and 100 random bits in base32 without characters that look alike.
enum RandomID {
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    private static let count = 20

    static func grant() throws(CryptographyError) -> String {
        "g_" + (try digits())
    }

    /// What stands behind the letter.
    static func digits() throws(CryptographyError) -> String {
        let bytes = try SecureRandom.bytes(count)
        return String(decoding: bytes.map { alphabet[Int($0 & 31)] }, as: UTF8.self)
    }
}
