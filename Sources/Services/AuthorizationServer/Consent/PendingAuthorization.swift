import OAuthRules

/// A client's request, while the person signs in, connects and decides.
struct PendingAuthorization: Sendable, Hashable {
    /// How long a person may take (rulings 5.9).
    static let lifetime: Duration = .seconds(1800)

    /// What the client asks for.
    let request: AuthorizationRequest
    /// Of the redirect URIs that the client had when it asked.
    let redirectsDigest: [UInt8]
    /// The browser session in which the request came; `prompt=login` wants another one.
    let earlierSession: [UInt8]?
    /// The digest of the cookie of the browser in which the request came: there the person may become another one.
    let browser: [UInt8]
    /// Until when it is good, since 1970.
    let expires: Duration

    /// A request of these parts.
    init(
        request: AuthorizationRequest, redirectsDigest: [UInt8], earlierSession: [UInt8]?, browser: [UInt8],
        expires: Duration
    ) {
        self.request = request
        self.redirectsDigest = redirectsDigest
        self.earlierSession = earlierSession
        self.browser = browser
        self.expires = expires
    }
}
