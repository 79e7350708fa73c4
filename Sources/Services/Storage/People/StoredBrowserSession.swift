import SQLDatabase

/// A browser in which somebody is signed in.
package struct StoredBrowserSession: Sendable, Hashable {
    /// Of what the cookie holds.
    package let digest: [UInt8]
    /// Whose it is.
    package let user: String
    /// When they signed in.
    package let beganAt: Duration
    /// When it ends if nobody uses it.
    package var endsAt: Duration

    /// A session of these parts.
    package init(
        digest: [UInt8], user: String, beganAt: Duration, endsAt: Duration
    ) {
        self.digest = digest
        self.user = user
        self.beganAt = beganAt
        self.endsAt = endsAt
    }
}

extension StoredBrowserSession: StoredRow {
    init(_ row: SQLRow) throws(SQLError) {
        self.init(
            digest: try row.value("digest"), user: try row.value("user_id"), beganAt: try row.value("began_at"),
            endsAt: try row.value("ends_at"))
    }
}
