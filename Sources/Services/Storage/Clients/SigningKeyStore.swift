package import SQLDatabase

/// The keys that sign our tokens.
package struct SigningKeyStore: Sendable {
    /// Keys at once: one signs, one is to sign next, the others only have tokens that have not expired.
    package static let keysMax = 100

    private let database: any Database

    /// Keeps keys in a database that has ``GatewaySchema``.
    package init(database: any Database) {
        self.database = database
    }

    /// All that are kept, in the order of their making.
    package func keys() async throws(SQLError) -> [StoredSigningKey] {
        try await database.read { connection throws(SQLError) in
            try connection.all("SELECT * FROM signing_keys ORDER BY made_at, id LIMIT \(Self.keysMax)")
        }
    }

    /// Keeps a new one if the newest is still the one that its maker knows; `false` when another node was first.
    package func keep(_ key: StoredSigningKey, after newest: String?) async throws(SQLError) -> Bool {
        try await database.write { connection throws(SQLError) in
            let row = try connection.row("SELECT id FROM signing_keys ORDER BY made_at DESC, id DESC LIMIT 1")
            guard try row?.value("id", as: String.self) == newest else { return false }
            try connection.insert(key)
            return true
        }
    }

    /// Keeps a new one, whatever there is.
    package func keep(_ key: StoredSigningKey) async throws(SQLError) {
        try await database.write { connection throws(SQLError) in try connection.insert(key) }
    }

    /// Forgets one whose last token has expired.
    package func forget(_ id: String) async throws(SQLError) {
        try await database.write { connection throws(SQLError) in
            _ = try connection.execute("DELETE FROM signing_keys WHERE id = \(id)")
        }
    }
}

extension SQLConnection {
    fileprivate mutating func insert(_ key: StoredSigningKey) throws(SQLError) {
        try execute(
            """
            INSERT INTO signing_keys (id, sealed, made_at, signs_from)
            VALUES (\(key.id), \(key.sealed), \(key.madeAt), \(key.signsFrom))
            """)
    }
}
