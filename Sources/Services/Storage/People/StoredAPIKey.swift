package import GatewayModel
import SQLDatabase

/// A key by which a machine calls on a person's behalf, without what it is known by.
package struct StoredAPIKey: Sendable, Hashable {
    /// `k_` and 20 digits.
    package let id: String
    /// On whose behalf it calls.
    package let user: String
    /// What its owner calls it.
    package let name: String
    /// The one virtual server that it is for.
    package let server: ServerSlug
    /// What it allows.
    package let scopes: AccessScopes
    /// When it was made.
    package let createdAt: Duration
    /// Until when it is good; for ever without.
    package let endsAt: Duration?
    /// When it was seen last, to the hour.
    package let usedAt: Duration?

    /// A key of these parts.
    package init(
        id: String, user: String, name: String, server: ServerSlug, scopes: AccessScopes, createdAt: Duration,
        endsAt: Duration? = nil, usedAt: Duration? = nil
    ) {
        self.id = id
        self.user = user
        self.name = name
        self.server = server
        self.scopes = scopes
        self.createdAt = createdAt
        self.endsAt = endsAt
        self.usedAt = usedAt
    }
}

extension StoredAPIKey: StoredRow {
    static let columns: SQL = "id, user_id, name, server, scopes, created_at, ends_at, used_at"

    init(_ row: SQLRow) throws(SQLError) {
        self.init(
            id: try row.value("id"), user: try row.value("user_id"), name: try row.value("name"),
            server: try row.value("server"), scopes: try row.value("scopes"), createdAt: try row.value("created_at"),
            endsAt: try row.value("ends_at"), usedAt: try row.value("used_at"))
    }
}
