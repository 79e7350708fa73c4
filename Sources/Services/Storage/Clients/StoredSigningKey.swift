import SQLDatabase

/// A key that signs our tokens; the private part is sealed under a key that is not in the database.
package struct StoredSigningKey: Sendable, Hashable {
    /// Its `kid`.
    package let id: String
    /// The key, sealed.
    package let sealed: [UInt8]
    /// Since when it is published.
    package let madeAt: Duration
    /// From when on it signs.
    package let signsFrom: Duration

    /// A key of these parts.
    package init(
        id: String, sealed: [UInt8], madeAt: Duration, signsFrom: Duration
    ) {
        self.id = id
        self.sealed = sealed
        self.madeAt = madeAt
        self.signsFrom = signsFrom
    }
}

extension StoredSigningKey: StoredRow {
    init(_ row: SQLRow) throws(SQLError) {
        self.init(
            id: try row.value("id"), sealed: try row.value("sealed"), madeAt: try row.value("made_at"),
            signsFrom: try row.value("signs_from"))
    }
}
