import SQLDatabase

/// What an issuer gave us when we registered there.
package struct StoredRegistration: Sendable, Hashable {
    /// Whom it is good for, and nobody else.
    package let issuer: String
    /// Which address of ours it was made with.
    package let redirectURI: String
    /// Id, secret and method, which the store cannot read.
    package var sealed: [UInt8]
    /// When it was made.
    package let createdAt: Duration

    /// A registration of these parts.
    package init(
        issuer: String, redirectURI: String, sealed: [UInt8], createdAt: Duration
    ) {
        self.issuer = issuer
        self.redirectURI = redirectURI
        self.sealed = sealed
        self.createdAt = createdAt
    }
}

extension StoredRegistration: StoredRow {
    init(_ row: SQLRow) throws(SQLError) {
        self.init(
            issuer: try row.value("issuer"), redirectURI: try row.value("redirect_uri"),
            sealed: try row.value("sealed"), createdAt: try row.value("created_at"))
    }
}
