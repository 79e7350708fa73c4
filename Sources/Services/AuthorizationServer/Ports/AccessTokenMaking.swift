package import GatewayModel
package import JSONCoding

/// Makes and reads access tokens.
package protocol AccessTokenMaking: Sendable {
    /// A signed token.
    func token(_ contents: AccessTokenContents) async throws(AccessTokenProblem) -> String
    /// What a token of ours says that lives: its time holds, and neither grant nor client nor person is ended.
    func contents(of token: String) async throws(AccessTokenProblem) -> AccessTokenContents?
    /// The keys that tokens are checked with (RFC 7517 5).
    func keySet() async throws(AccessTokenProblem) -> JSONValue
    /// Says that a grant was ended; returns when no node takes its tokens any more (rulings 5.4).
    func grantEnded(_ id: String) async throws(AccessTokenProblem)
}

/// What an access token says.
package struct AccessTokenContents: Sendable, Hashable {
    /// How long tokens are good.
    package static let lifetime: Duration = .seconds(3600)

    /// The person.
    package let user: String
    /// The client.
    package let client: String
    /// The grant that it came of.
    package let grant: String
    /// The addresses of the virtual server.
    package let audiences: [String]
    /// What it allows.
    package let scopes: AccessScopes
    /// When it was made, since 1970.
    package let issued: Duration
    /// Until when it is good, since 1970.
    package let expires: Duration

    /// A token of these parts.
    package init(
        user: String, client: String, grant: String, audiences: [String], scopes: AccessScopes, issued: Duration,
        expires: Duration
    ) {
        self.user = user
        self.client = client
        self.grant = grant
        self.audiences = audiences
        self.scopes = scopes
        self.issued = issued
        self.expires = expires
    }
}

/// Tokens cannot be made or read now; why, for the log.
package struct AccessTokenProblem: Error, Sendable, Hashable {
    /// For the log.
    package let reason: String

    /// A problem.
    package init(reason: String) {
        self.reason = reason
    }
}
