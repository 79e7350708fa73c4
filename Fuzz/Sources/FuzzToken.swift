import JSONCoding
import OAuthRules
import SignedTokens

/// Holds the promises of the readers of signed tokens and of key sets: an input is a token, a header, claims or a set, whichever it
/// can be; nothing that is read can be read in a second way.
func fuzzToken(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    if let parts = TokenText(text) {
        precondition("\(parts.signed).\(parts.signature)".utf8.elementsEqual(bytes), "a token has a second spelling")
        if let token = try? SignedToken(text) { check(token) }
    }
    guard let object = try? JSONParser.parse(bytes).objectValue else { return }
    if let header = try? TokenHeader(object) { check(header) }
    if let claims = try? TokenClaims(object) { check(claims) }
    check(PublishedKey.keys(of: object) + PublishedKey.keys(of: ["keys": [.object(object)]]))
}

private func check(_ token: SignedToken) {
    check(token.header)
    check(token.claims)
    // Nobody has a key, so nobody may believe it.
    precondition((try? token.check(keys: [])) == nil, "a token is believed without a key")
}

private func check(_ header: TokenHeader) {
    precondition(header.algorithm.lowercased() != "none", "a token without a signature is taken")
    precondition((header.keyID ?? "").utf8.count <= 256, "an id above its limit")
}

private func check(_ claims: TokenClaims) {
    precondition(claims.all.hasUniqueNames, "two claims of one name")
    if let end = try? claims.checkTime(now: 1_000, grace: 0) {
        precondition(end > 1_000, "a token is taken after its end")
        precondition((try? claims.checkTime(now: end, grace: 0)) == nil, "a token lives at its end")
    }
    precondition(claims.list("aud", countMax: 3).count <= 3, "a list above its limit")
}

private func check(_ keys: [PublishedKey]) {
    for key in keys {
        precondition(PublishedKey(key.json) == key, "a key is not read as it is written")
        _ = CheckingKey(key)
    }
}
