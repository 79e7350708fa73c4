import SQLDatabase

/// Asks the store, with its failure as ours.
func stored<Value>(_ body: () async throws(SQLError) -> Value) async throws(ConnectionError) -> Value {
    do throws(SQLError) {
        return try await body()
    } catch {
        throw .store(error)
    }
}
