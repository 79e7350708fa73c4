import SQLDatabase

/// An OAuth client.
package struct StoredClient: Sendable, Hashable {
    /// Where a client is known from.
    package enum Kind: String, Sendable, Hashable {
        /// It publishes a document (CIMD); what is here is a copy.
        case document
        /// It registered itself (DCR).
        case registered
        /// The operator made it.
        case `operator`
    }

    /// `c_` and 20 digits; the address of its document where it has one.
    package let id: String
    /// Where we know it from.
    package let kind: Kind
    /// What it says of itself, as JSON.
    package var metadata: String
    /// Of its secret, where it has one.
    package var secretDigest: [UInt8]?
    /// Of the token by which it manages its registration.
    package var registrationDigest: [UInt8]?
    /// Whether it ever got a token; without, it is forgotten after a while.
    package let gotToken: Bool
    /// When we heard of it first.
    package let createdAt: Duration
    /// When it was used last, to the hour.
    package let usedAt: Duration
    /// When its document was fetched.
    package var fetchedAt: Duration?
    /// Until when that need not be done again.
    package var freshUntil: Duration?

    /// A client of these parts.
    package init(
        id: String, kind: Kind, metadata: String, secretDigest: [UInt8]? = nil,
        registrationDigest: [UInt8]? = nil, gotToken: Bool = false, createdAt: Duration, usedAt: Duration,
        fetchedAt: Duration? = nil, freshUntil: Duration? = nil
    ) {
        self.id = id
        self.kind = kind
        self.metadata = metadata
        self.secretDigest = secretDigest
        self.registrationDigest = registrationDigest
        self.gotToken = gotToken
        self.createdAt = createdAt
        self.usedAt = usedAt
        self.fetchedAt = fetchedAt
        self.freshUntil = freshUntil
    }
}

extension StoredClient: StoredRow {
    static let columns: SQL =
        """
        id, kind, metadata, secret_digest, registration_digest, got_token, created_at, used_at, fetched_at, fresh_until
        """

    init(_ row: SQLRow) throws(SQLError) {
        let kind: String = try row.value("kind")
        guard let kind = Kind(rawValue: kind) else { throw .wrongKind(column: "kind", found: "another word") }
        self.init(
            id: try row.value("id"), kind: kind, metadata: try row.value("metadata"),
            secretDigest: try row.value("secret_digest"), registrationDigest: try row.value("registration_digest"),
            gotToken: try row.value("got_token"), createdAt: try row.value("created_at"),
            usedAt: try row.value("used_at"), fetchedAt: try row.value("fetched_at"),
            freshUntil: try row.value("fresh_until"))
    }
}
