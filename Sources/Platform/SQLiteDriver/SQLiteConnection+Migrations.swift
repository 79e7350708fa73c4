import SQLDatabase

extension SQLiteConnection {
    /// Runs the steps of a schema that this file has not seen, each in a transaction with the record that it ran.
    func migrate(_ schema: SQLSchema) throws(SQLError) {
        try execute(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                component TEXT NOT NULL,
                number INTEGER NOT NULL,
                name TEXT NOT NULL,
                PRIMARY KEY (component, number)
            ) STRICT, WITHOUT ROWID
            """)
        let known = schema.migrations.count
        let found = try appliedMigrations(of: schema.component)
        guard found <= known else {
            throw .schemaIsNewer(component: schema.component, found: found, known: known)
        }
        for number in found..<known {
            try apply(schema.migrations[number], number: number + 1, component: schema.component)
        }
    }

    private func apply(_ step: SQLMigration, number: Int, component: String) throws(SQLError) {
        try writing { connection throws(SQLError) in
            // Another process may have opened the same file at the same time and have been faster.
            guard try appliedMigrations(of: component) < number else { return }
            for statement in step.statements { try connection.execute(statement) }
            try connection.execute(
                "INSERT INTO schema_migrations (component, number, name) VALUES (\(component), \(number), \(step.name))"
            )
        }
    }

    /// The number of the last step that this file has seen.
    func appliedMigrations(of component: String) throws(SQLError) -> Int {
        try row("SELECT COALESCE(MAX(number), 0) AS number FROM schema_migrations WHERE component = \(component)")?
            .value("number") ?? 0
    }
}
