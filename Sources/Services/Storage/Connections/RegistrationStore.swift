package import SQLDatabase

/// What issuers gave us when we registered there.
package struct RegistrationStore: Sendable {
    /// Registrations at once; an operator has tens of upstreams.
    package static let registrationsMax = 10_000

    private let database: any Database

    /// Keeps registrations in a database that has ``GatewaySchema``.
    package init(database: any Database) {
        self.database = database
    }

    /// Our registration at an issuer for an address of ours.
    package func registration(issuer: String, redirectURI: String) async throws(SQLError) -> StoredRegistration? {
        try await database.read { connection throws(SQLError) in
            try connection.first(
                "SELECT * FROM upstream_registrations WHERE issuer = \(issuer) AND redirect_uri = \(redirectURI)")
        }
    }

    /// All registrations, for sealing them anew.
    package func all() async throws(SQLError) -> [StoredRegistration] {
        try await database.read { connection throws(SQLError) in
            try connection.all(
                """
                SELECT * FROM upstream_registrations ORDER BY issuer, redirect_uri LIMIT \(Self.registrationsMax)
                """)
        }
    }

    /// Keeps a registration in place of the one before it.
    package func keep(_ registration: StoredRegistration) async throws(SQLError) {
        try await database.write { connection throws(SQLError) -> Void in
            try connection.execute(
                """
                INSERT INTO upstream_registrations (issuer, redirect_uri, sealed, created_at)
                VALUES (\(registration.issuer), \(registration.redirectURI), \(registration.sealed),
                    \(registration.createdAt))
                ON CONFLICT (issuer, redirect_uri) DO UPDATE SET
                    sealed = excluded.sealed, created_at = excluded.created_at
                """)
        }
    }

    /// Forgets a registration that the issuer does not know any more.
    package func remove(issuer: String, redirectURI: String) async throws(SQLError) {
        try await database.write { connection throws(SQLError) in
            _ = try connection.execute(
                "DELETE FROM upstream_registrations WHERE issuer = \(issuer) AND redirect_uri = \(redirectURI)")
        }
    }
}
