import SQLDatabase

/// An address that does one thing once: the first operator's, an invitation, the way back from a provider's sign-in.
package struct StoredLink: Sendable, Hashable {
    /// Of what the address carries.
    package let digest: [UInt8]
    /// What it does; a link of one kind is not found as another.
    package let kind: String
    /// Whom it is for, where it is for somebody.
    package let user: String?
    /// What whoever made it wants to know again.
    package let contents: String
    /// Until when it is good.
    package let endsAt: Duration

    /// A link of these parts.
    package init(
        digest: [UInt8], kind: String, user: String? = nil, contents: String = "", endsAt: Duration
    ) {
        self.digest = digest
        self.kind = kind
        self.user = user
        self.contents = contents
        self.endsAt = endsAt
    }
}

extension StoredLink: StoredRow {
    init(_ row: SQLRow) throws(SQLError) {
        self.init(
            digest: try row.value("digest"), kind: try row.value("kind"), user: try row.value("user_id"),
            contents: try row.value("contents"), endsAt: try row.value("ends_at"))
    }
}
