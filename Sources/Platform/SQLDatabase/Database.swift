/// A database, whatever drives it: what stores are written over, so that they run on SQLite and on a server alike.
///
/// A body may run more than once, because a server refuses one of two transactions that contradict each other and the driver
/// begins it anew: what it does besides its statements must bear that.
package protocol Database: Sendable {
    /// Runs `body` in a transaction that sees one state of the database; what it writes is an error.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (inout SQLConnection) throws(SQLError) -> Value
    ) async throws(SQLError) -> Value

    /// Runs `body` in a transaction that behaves as if no other ran beside it: all of it is stored when this returns, nothing
    /// of it when it throws.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (inout SQLConnection) throws(SQLError) -> Value
    ) async throws(SQLError) -> Value

    /// Ends the use of the database after the work that waits; later uses are `unavailable`.
    func close() async
}
