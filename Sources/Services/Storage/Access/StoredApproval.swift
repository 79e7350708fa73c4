package import GatewayModel
import SQLDatabase

/// What a person allowed a client that sends its answers to one place.
package struct StoredApproval: Sendable, Hashable {
    /// Who said it to whom, and where: a client with another redirect URI is another one.
    package struct Key: Sendable, Hashable {
        /// The person.
        package let user: String
        /// The client.
        package let client: String
        /// The redirect URI, as it was asked for.
        package let redirectURI: String
        /// The virtual server.
        package let server: ServerSlug

        /// A key of these parts.
        package init(user: String, client: String, redirectURI: String, server: ServerSlug) {
            self.user = user
            self.client = client
            self.redirectURI = redirectURI
            self.server = server
        }
    }

    /// Whose it is.
    package let key: Key
    /// What was allowed; empty where the person only went to connect an upstream.
    package let scopes: AccessScopes
    /// Of the redirect URIs that the client had then.
    package let redirectsDigest: [UInt8]
    /// When it was said last.
    package let approvedAt: Duration

    /// An approval of these parts.
    package init(
        key: Key, scopes: AccessScopes, redirectsDigest: [UInt8], approvedAt: Duration
    ) {
        self.key = key
        self.scopes = scopes
        self.redirectsDigest = redirectsDigest
        self.approvedAt = approvedAt
    }
}

extension StoredApproval: StoredRow {
    init(_ row: SQLRow) throws(SQLError) {
        self.init(
            key: Key(
                user: try row.value("user_id"), client: try row.value("client"),
                redirectURI: try row.value("redirect_uri"), server: try row.value("server")),
            scopes: try row.value("scopes"), redirectsDigest: try row.value("redirects_digest"),
            approvedAt: try row.value("approved_at"))
    }
}
