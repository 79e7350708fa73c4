/// An authorization server of others whose tokens a virtual server takes.
package struct ExternalIssuer: Sendable, Hashable {
    /// Its issuer, byte for byte as its tokens and metadata say it.
    package let issuer: String
    /// What its tokens must name as audience; the server's own addresses where nothing is written.
    package let audience: String?
    /// Where its keys are; found by its metadata where nothing is written.
    package let keys: HTTPURL?
    /// The claim that lists groups.
    package let groupsClaim: String

    /// An issuer of these parts.
    package init(issuer: String, audience: String? = nil, keys: HTTPURL? = nil, groupsClaim: String = "groups") {
        self.issuer = issuer
        self.audience = audience
        self.keys = keys
        self.groupsClaim = groupsClaim
    }
}
