/// Whose words a statement is written in; almost all of it is the same everywhere.
package enum SQLDialect: Sendable, Hashable {
    case sqlite
    case postgres

    /// What stands in front of the number of a placeholder.
    var placeholderMark: Character {
        switch self {
        case .sqlite: "?"
        case .postgres: "$"
        }
    }
}

/// A word of a schema that each dialect has its own spelling for: `\(.bytes)` in a statement.
package enum SQLWord: Sendable, Hashable {
    /// The type of a column of bytes.
    case bytes
    /// The type of a column of whole numbers of 64 bits.
    case integer
    /// What follows the closing bracket of a table.
    case table
    /// What follows the closing bracket of a table whose rows are found by their primary key alone.
    case keyedTable
    /// The default of a `LIMIT`, for an `OFFSET` without a limit.
    case noLimit

    func text(_ dialect: SQLDialect) -> String {
        switch (self, dialect) {
        case (.bytes, .sqlite): "BLOB"
        case (.bytes, .postgres): "BYTEA"
        case (.integer, .sqlite): "INTEGER"
        case (.integer, .postgres): "BIGINT"
        case (.table, .sqlite): "STRICT"
        case (.keyedTable, .sqlite): "STRICT, WITHOUT ROWID"
        case (.table, .postgres), (.keyedTable, .postgres): ""
        case (.noLimit, .sqlite): "-1"
        case (.noLimit, .postgres): "ALL"
        }
    }
}
