import GatewayModel
import JSONCoding
import OAuthRules

/// Who comes with a token of another issuer, in our words.
struct ForeignPerson {
    /// Never an id of ours, which have neither colon nor `#`; the same at all virtual servers of one issuer.
    let user: String
    /// The client, where the token says it.
    let client: String
    /// What the token allows here.
    let scopes: AccessScopes
    /// What the issuer's claim lists; a missing claim means none.
    let groups: Set<String>

    /// Ids become parts of keys and of log lines.
    private static let idBytesMax = 512

    /// Reads them from claims that were checked.
    init(_ claims: TokenClaims, of issuer: ExternalIssuer) throws(TokenFault) {
        // An ID token says to a client who signed in; it opens nothing (RFC 8725, 3.12; only ID tokens have these hashes).
        guard claims.all["at_hash"] == nil, claims.all["c_hash"] == nil else { throw .malformed }
        user = "\(issuer.issuer)#\(try Self.id(try claims.required("sub"), "sub"))"
        client = try Self.id(claims.text("client_id") ?? claims.text("azp") ?? "", "client_id")
        // An issuer that does not know our two scopes gives its tokens for all that the audience offers; one that knows them,
        // for what it names.
        let scopes = claims.list("scope").flatMap { $0.split(separator: " ") }
            .reduce(into: AccessScopes()) { $0.formUnion(AccessScopes(name: $1) ?? []) }
        self.scopes = scopes.isEmpty ? .all : scopes
        groups = Set(claims.list(issuer.groupsClaim))
    }

    /// Whatever could end a line could also be another person's key.
    private static func id(_ text: String, _ claim: String) throws(TokenFault) -> String {
        guard text.utf8.count <= idBytesMax, text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F })
        else { throw .claimMissing(claim) }
        return text
    }
}
