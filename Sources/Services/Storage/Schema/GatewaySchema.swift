package import SQLDatabase

/// The tables of the gateway itself; built-in apps have their own.
package enum GatewaySchema {
    /// All steps since the first release; one that was released is never changed, only followed by another.
    package static let schema = SQLSchema(
        component: "gateway",
        migrations: [
            SQLMigration(
                "inventories and sessions",
                [
                    """
                    CREATE TABLE inventories (
                        upstream TEXT NOT NULL PRIMARY KEY,
                        configuration TEXT NOT NULL,
                        contents BLOB NOT NULL,
                        kept_at INTEGER NOT NULL
                    ) STRICT
                    """,
                    """
                    CREATE TABLE sessions (
                        digest BLOB NOT NULL PRIMARY KEY,
                        is_ended INTEGER NOT NULL CHECK (is_ended IN (0, 1)),
                        log_level TEXT,
                        subscriptions TEXT NOT NULL,
                        kept_until INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID
                    """,
                    "CREATE INDEX sessions_by_end ON sessions (kept_until)",
                ]),
            door,
        ])
}
