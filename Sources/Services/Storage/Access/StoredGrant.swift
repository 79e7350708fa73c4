package import GatewayModel
package import OAuthRules
import SQLDatabase

/// What a person gave a client at a virtual server: the family of all codes and tokens that come of it, and end with it.
package struct StoredGrant: Sendable, Hashable {
    /// `g_` and 20 digits.
    package let id: String
    /// The person.
    package let user: String
    /// The client.
    package let client: String
    /// The virtual server.
    package let server: ServerSlug
    /// What was allowed.
    package let scopes: AccessScopes
    /// Whether refresh tokens come of it.
    package let givesRefreshTokens: Bool
    /// The newest generation of its refresh tokens; 0 before the first.
    package let generation: Int
    /// When that began.
    package let generationBegan: Duration
    /// When the person said yes.
    package let createdAt: Duration
    /// When tokens were given last; nothing while only the code was.
    package let usedAt: Duration?
    /// When it was ended.
    package let endedAt: Duration?

    /// A grant of these parts.
    package init(
        id: String, user: String, client: String, server: ServerSlug, scopes: AccessScopes,
        givesRefreshTokens: Bool, generation: Int = 0, generationBegan: Duration = .zero, createdAt: Duration,
        usedAt: Duration? = nil, endedAt: Duration? = nil
    ) {
        self.id = id
        self.user = user
        self.client = client
        self.server = server
        self.scopes = scopes
        self.givesRefreshTokens = givesRefreshTokens
        self.generation = generation
        self.generationBegan = generationBegan
        self.createdAt = createdAt
        self.usedAt = usedAt
        self.endedAt = endedAt
    }

    /// What its refresh tokens are judged by; a person who may not come in any more has ended it too.
    package var family: RefreshUse.Family {
        RefreshUse.Family(
            client: client, server: server, scopes: scopes, generation: generation, generationBegan: generationBegan,
            isEnded: endedAt != nil)
    }
}

extension StoredGrant: StoredRow {
    static let columns: SQL =
        """
        grants.id, user_id, client, server, scopes, gives_refresh, generation, generation_began, grants.created_at, used_at, \
        ended_at
        """

    init(_ row: SQLRow) throws(SQLError) {
        self.init(
            id: try row.value("id"), user: try row.value("user_id"), client: try row.value("client"),
            server: try row.value("server"), scopes: try row.value("scopes"),
            givesRefreshTokens: try row.value("gives_refresh"), generation: try row.value("generation"),
            generationBegan: try row.value("generation_began"), createdAt: try row.value("created_at"),
            usedAt: try row.value("used_at"), endedAt: try row.value("ended_at"))
    }
}
