import GatewayModel
import JSONCoding
import OAuthRules

/// What a provider publishes about itself (OpenID Connect Discovery 1.0, 3), as far as a sign-in needs it.
struct ProviderMetadata: Sendable, Hashable {
    /// Where the browser goes.
    let authorizationEndpoint: HTTPURL
    /// Where a code becomes tokens.
    let tokenEndpoint: HTTPURL
    /// The keys that sign its ID tokens.
    let keys: HTTPURL
    /// Where claims are that do not stand in the ID token.
    let userInfo: HTTPURL?
    /// How we may say who we are at the token endpoint.
    let tokenMethods: [String]
    /// Whether it always says who it is when it sends the browser back (RFC 9207).
    let namesItself: Bool

    /// Where a provider publishes it: behind its issuer, whose final slash does not count (section 4.1).
    static func place(of provider: IdentityProvider) -> HTTPURL? {
        let issuer = provider.issuer.hasSuffix("/") ? String(provider.issuer.dropLast()) : provider.issuer
        return try? HTTPURL(issuer + "/.well-known/openid-configuration")
    }

    /// Reads a document. A provider that does not list S256 gets a challenge all the same: most of those know it, and the nonce
    /// binds the code too.
    init(_ document: JSONValue, of provider: IdentityProvider) throws(ProviderProblem) {
        let named = document["issuer"]?.stringValue ?? ""
        guard named.utf8.elementsEqual(provider.issuer.utf8) else {
            throw .unusable(
                "its metadata say the issuer \"\(named.prefix(200))\", and the configuration \"\(provider.issuer)\"; both "
                    + "must be the same, a final slash included")
        }
        let callable = CallableURLs(beside: provider.place)
        func endpoint(_ name: String) -> HTTPURL? {
            guard let text = document[name]?.stringValue, let url = try? HTTPURL(text), callable.contains(url) else {
                return nil
            }
            return url
        }
        func required(_ name: String) throws(ProviderProblem) -> HTTPURL {
            guard let url = endpoint(name) else {
                throw .unusable("the \(name) in its metadata is missing or is no address that may be called")
            }
            return url
        }
        authorizationEndpoint = try required("authorization_endpoint")
        tokenEndpoint = try required("token_endpoint")
        keys = try required("jwks_uri")
        userInfo = endpoint("userinfo_endpoint")
        tokenMethods =
            document["token_endpoint_auth_methods_supported"]?.arrayValue?.compactMap(\.stringValue)
            ?? ["client_secret_basic"]
        namesItself = document["authorization_response_iss_parameter_supported"]?.boolValue ?? false
    }
}
