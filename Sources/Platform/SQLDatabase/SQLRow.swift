/// One row of an answer, copied out of the database, so that it outlives its statement.
package struct SQLRow: Sendable, Hashable {
    /// The names of the columns, shared by all rows of one answer.
    package let columns: [String]
    /// The values in the order of `columns`.
    package let values: [SQLValue]

    /// Pairs the values of a row with their columns.
    package init(columns: [String], values: [SQLValue]) {
        precondition(columns.count == values.count, "a driver reads as many values as the statement has columns")
        self.columns = columns
        self.values = values
    }

    /// Reads a column as the type that the caller wants; an unknown column or another kind of value is an error.
    package func value<Value: SQLConvertible>(
        _ column: String, as type: Value.Type = Value.self
    ) throws(SQLError) -> Value {
        guard let index = columns.firstIndex(of: column) else {
            throw .noSuchColumn(column)
        }
        guard let value = Value(sqlValue: values[index]) else {
            throw .wrongKind(column: column, found: values[index].kind)
        }
        return value
    }
}
