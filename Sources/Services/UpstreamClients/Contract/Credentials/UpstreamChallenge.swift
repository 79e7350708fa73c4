package import HTTPMessages

/// What an upstream said when it refused what it was shown (RFC 6750 section 3, RFC 9728 section 5.1).
package struct UpstreamChallenge: Sendable, Hashable {
    /// 401 or 403.
    package let status: Int
    /// `invalid_token`, `insufficient_scope` and the like.
    package let error: String?
    /// What it wants, if it said so.
    package let scopes: [String]
    /// Where it says who gives out its tokens.
    package let resourceMetadata: String?

    /// A challenge of these parts.
    package init(status: Int, error: String? = nil, scopes: [String] = [], resourceMetadata: String? = nil) {
        self.status = status
        self.error = error
        self.scopes = scopes
        self.resourceMetadata = resourceMetadata
    }

    /// Reads the first `Bearer` challenge of a refusal.
    package init(status: Int, fields: HTTPFields) {
        let challenge = AuthenticationChallenge.all(in: fields).first { $0.isBearer }
        self.init(
            status: status, error: challenge?["error"],
            scopes: challenge?["scope"]?.split(separator: " ").map(String.init) ?? [],
            resourceMetadata: challenge?["resource_metadata"])
    }

    /// Whether more rights would help.
    package var wantsMoreScopes: Bool { status == 403 && error == "insufficient_scope" }
}
