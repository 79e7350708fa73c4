import Cryptography
import JSONCoding

/// What an account is called, from the id token that came with its tokens: for display only, so nobody has to verify it beyond
/// that it came straight from the token endpoint (OpenID Connect Core 3.1.3.7, point 6).
struct AccountLabel {
    /// The longest that is shown.
    static let charactersMax = 100

    let text: String

    init?(_ idToken: String) {
        let parts = idToken.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Base64.url.decode(String(parts[1])),
            let claims = try? JSONParser.parse(bytes)
        else { return nil }
        let names = ["email", "preferred_username", "name"].compactMap { claims[$0]?.stringValue }
        guard let name = names.first(where: { !$0.isEmpty }) else { return nil }
        text = String(name.filter { !$0.isNewline }.prefix(Self.charactersMax))
    }
}
