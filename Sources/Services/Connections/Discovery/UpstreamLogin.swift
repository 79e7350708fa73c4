import OAuthRules

/// What was found out about who lets in at an upstream.
struct UpstreamLogin: Sendable {
    /// Who that is.
    let metadata: IssuerMetadata
    /// The upstream's name for itself; nothing at servers without metadata of their own, which do not know the parameter.
    let resource: String?
    /// What to ask for.
    var scopes: AskedScopes
}
