/// A JWS in compact form (RFC 7515, 7.1), split into its parts and not believed yet.
package struct TokenText: Sendable, Hashable {
    /// Tokens and assertions of all issuers that we know stay below half of it; a head has 32 KiB.
    package static let bytesMax = 16 * 1024

    /// Base64url of the header.
    package let header: String
    /// Base64url of the claims.
    package let claims: String
    /// Base64url of the signature.
    package let signature: String
    /// What is signed.
    package var signed: String { "\(header).\(claims)" }

    /// Splits a text that has three parts, none of them empty, of base64url's characters; nothing for any other.
    ///
    /// An empty signature is RFC 7515's way to write "unsecured", and RFC 8725, 3.2 says to refuse it.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.bytesMax else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Self.isDigit) }) else { return nil }
        header = String(parts[0]) ?? ""
        claims = String(parts[1]) ?? ""
        signature = String(parts[2]) ?? ""
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
