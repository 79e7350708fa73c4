package import OAuthRules

/// A client's request, while the person signs in, connects and decides.
package struct PendingAuthorization: Sendable, Hashable {
    /// How long a person may take (rulings 5.9).
    package static let lifetime: Duration = .seconds(1800)
    /// For how long an answer may be repeated: of two clicks the browser shows what the second one brings.
    package static let repetitionTime: Duration = .seconds(60)
    /// Requests that wait at once. Whoever asks is not known yet, so strangers can fill the place, and no more than that.
    package static let countMax = 20_000

    /// What the client asks for.
    package let request: AuthorizationRequest
    /// Of the redirect URIs that the client had when it asked.
    package let redirectsDigest: [UInt8]
    /// The browser session in which the request came; `prompt=login` wants another one.
    package let earlierSession: [UInt8]?
    /// The digest of the cookie of the browser in which the request came: there the person may become another one.
    package let browser: [UInt8]
    /// Until when it is good, since 1970.
    package let expires: Duration

    /// A request of these parts.
    package init(
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
