/// How a client proves at the token endpoint that it is the one (RFC 7591 section 2, OpenID Connect Core section 9).
package enum ClientAuthMethod: String, Sendable, Hashable, CaseIterable {
    /// Not at all: a public client, whose codes are bound by PKCE.
    case none
    /// A secret in the `Authorization` field.
    case basic = "client_secret_basic"
    /// A secret in the form.
    case post = "client_secret_post"
    /// A signature of its own key.
    case assertion = "private_key_jwt"

    /// Whether a secret that both sides know is used.
    package var usesSecret: Bool { self == .basic || self == .post }
}
