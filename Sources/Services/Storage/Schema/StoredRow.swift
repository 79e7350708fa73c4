import SQLDatabase

/// What is read from one row of an answer.
protocol StoredRow {
    init(_ row: SQLRow) throws(SQLError)
}

extension SQLConnection {
    /// All rows of an answer as records.
    mutating func all<Record: StoredRow>(_ sql: SQL, as type: Record.Type = Record.self) throws(SQLError) -> [Record] {
        let rows = try rows(sql)
        var records: [Record] = []
        records.reserveCapacity(rows.count)
        for row in rows { records.append(try Record(row)) }
        return records
    }

    /// The first row of an answer as a record.
    mutating func first<Record: StoredRow>(_ sql: SQL, as type: Record.Type = Record.self) throws(SQLError) -> Record? {
        guard let row = try row(sql) else { return nil }
        return try Record(row)
    }

    /// Whether an answer has a row.
    mutating func has(_ sql: SQL) throws(SQLError) -> Bool {
        try row(sql) != nil
    }
}
