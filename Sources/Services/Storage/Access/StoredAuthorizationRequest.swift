import SQLDatabase

/// A client's request, while a person signs in, connects and decides.
package struct StoredAuthorizationRequest: Sendable, Hashable {
    /// Of what its page is asked for with.
    package let digest: [UInt8]
    /// What the client asks for, as text of whoever keeps it.
    package let contents: String
    /// The browser session that it belongs to, once one has opened it.
    package let session: [UInt8]?
    /// When the person decided.
    package let answeredAt: Duration?
    /// Until when it is good.
    package let endsAt: Duration

    /// A request of these parts.
    package init(
        digest: [UInt8], contents: String, session: [UInt8]? = nil, answeredAt: Duration? = nil, endsAt: Duration
    ) {
        self.digest = digest
        self.contents = contents
        self.session = session
        self.answeredAt = answeredAt
        self.endsAt = endsAt
    }
}

extension StoredAuthorizationRequest: StoredRow {
    init(_ row: SQLRow) throws(SQLError) {
        self.init(
            digest: try row.value("digest"), contents: try row.value("contents"), session: try row.value("session"),
            answeredAt: try row.value("answered_at"), endsAt: try row.value("ends_at"))
    }
}
