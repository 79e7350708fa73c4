import SQLDatabase

extension SQLiteConnection {
    /// A transaction for reading; `query_only` makes a write an error instead of a surprise.
    func reading<Value>(
        _ body: (inout SQLConnection) throws(SQLError) -> Value
    ) throws(SQLError) -> Value {
        try execute("PRAGMA query_only = ON")
        do throws(SQLError) {
            let value = try transaction(begin: "BEGIN DEFERRED", body)
            try execute("PRAGMA query_only = OFF")
            return value
        } catch {
            try execute("PRAGMA query_only = OFF")
            throw error
        }
    }

    /// A transaction for writing; it takes the write lock at once, so it cannot fail half-way because of another writer.
    func writing<Value>(
        _ body: (inout SQLConnection) throws(SQLError) -> Value
    ) throws(SQLError) -> Value {
        try transaction(begin: "BEGIN IMMEDIATE", body)
    }

    private func transaction<Value>(
        begin: SQL, _ body: (inout SQLConnection) throws(SQLError) -> Value
    ) throws(SQLError) -> Value {
        try execute(begin)
        do throws(SQLError) {
            var lent = SQLConnection(self)
            let value = try body(&lent)
            try execute("COMMIT")
            return value
        } catch {
            // SQLite has rolled back by itself after some errors (a full disk); then there is nothing to roll back.
            if isInTransaction { _ = try? execute("ROLLBACK") }
            throw error
        }
    }
}
