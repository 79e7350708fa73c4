/// One numbered step of a schema; it is never changed after it was released, only followed by another.
package struct SQLMigration: Sendable, Hashable {
    /// What the step does, for the log and for a person who looks into the table of steps.
    package let name: String
    /// The statements, run in one transaction together with the record that they ran.
    package let statements: [SQL]

    /// Describes a step.
    package init(_ name: String, _ statements: [SQL]) {
        self.name = name
        self.statements = statements
    }
}

/// The schema of one component: its steps in order, numbered from 1 by their place.
///
/// Several components may keep their tables in one database; each counts its own steps.
package struct SQLSchema: Sendable, Hashable {
    /// Whose tables these are.
    package let component: String
    /// All steps since the first release.
    package let migrations: [SQLMigration]

    /// Names a component and its steps.
    package init(component: String, migrations: [SQLMigration]) {
        self.component = component
        self.migrations = migrations
    }
}
