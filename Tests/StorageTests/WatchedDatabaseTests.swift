import SQLDatabase
import Storage
import Testing

@Suite struct `A watched database` {
    @Test(arguments: StoreDriver.all)
    func `notes a statement that looks at a whole table, and none that has an index`(driver: StoreDriver) async throws {
        let place = try TemporaryStore(driver)
        let database = WatchedDatabase(try await place.open(), driver: driver)
        try await database.read { connection throws(SQLError) in
            _ = try connection.rows("SELECT id FROM users WHERE folded_name = \("anna")")
        }
        #expect(database.scans == [])
        try await database.read { connection throws(SQLError) in
            _ = try connection.rows("SELECT id FROM users WHERE email = \("anna@example.org")")
        }
        #expect(database.scans.count == 1)
        try await database.write { connection throws(SQLError) in
            _ = try connection.execute("DELETE FROM grants WHERE created_at = 1")
        }
        #expect(database.scans.count == 2)
    }
}
