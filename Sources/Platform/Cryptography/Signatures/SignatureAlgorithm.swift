/// How signatures are made and checked, by its JOSE name (RFC 7518, RFC 8037). A key has one algorithm and no other, so that
/// what a message says about itself never chooses the way in which it is checked.
package enum SignatureAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case rs256 = "RS256"
    /// Ed25519.
    case edDSA = "EdDSA"
}
