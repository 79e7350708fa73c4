import SQLDatabase

/// A browser that was sent to an upstream and has not come back yet.
package struct StoredConnectState: Sendable, Hashable {
    /// Of `state`.
    package let digest: [UInt8]
    /// Who was sent.
    package let user: String
    /// Everything else, which the store cannot read.
    package let sealed: [UInt8]
    /// Until when they may come back.
    package let endsAt: Duration

    /// A state of these parts.
    package init(
        digest: [UInt8], user: String, sealed: [UInt8], endsAt: Duration
    ) {
        self.digest = digest
        self.user = user
        self.sealed = sealed
        self.endsAt = endsAt
    }
}

extension StoredConnectState: StoredRow {
    init(_ row: SQLRow) throws(SQLError) {
        self.init(
            digest: try row.value("digest"), user: try row.value("user_id"), sealed: try row.value("sealed"),
            endsAt: try row.value("ends_at"))
    }
}
