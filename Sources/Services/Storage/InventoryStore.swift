package import SQLDatabase

/// The last known inventories: read at a start, so that lists can be answered while upstreams are slow or away.
package struct InventoryStore: Sendable {
    /// How long the inventory of an upstream that is not configured any more is kept: it may come back tomorrow.
    package static let orphanTime: Duration = .seconds(30 * 86_400)

    private let database: any Database
    private let now: StorageClock

    /// Keeps inventories in a database that has ``GatewaySchema``.
    package init(database: any Database, now: @escaping StorageClock) {
        self.database = database
        self.now = now
    }

    /// What is kept for these upstreams, whatever definition it was read under.
    package func inventories(of upstreams: Set<String>) async throws(SQLError) -> [StoredInventory] {
        try await database.read { connection throws(SQLError) in
            // The names first: the contents of upstreams that nobody asks for stay on the disk.
            let names = try connection.rows("SELECT upstream FROM inventories ORDER BY upstream")
            var found: [StoredInventory] = []
            for row in names {
                let name: String = try row.value("upstream")
                guard upstreams.contains(name) else { continue }
                let row = try connection.row(
                    "SELECT upstream, configuration, contents FROM inventories WHERE upstream = \(name)")
                if let row { found.append(try StoredInventory(row)) }
            }
            return found
        }
    }

    /// Keeps an inventory in place of the one before it; stored when this returns.
    package func keep(_ inventory: StoredInventory) async throws(SQLError) {
        let time = now()
        try await database.write { connection throws(SQLError) in
            _ = try connection.execute(
                """
                INSERT INTO inventories (upstream, configuration, contents, kept_at)
                VALUES (\(inventory.upstream), \(inventory.configuration), \(inventory.contents), \(time))
                ON CONFLICT (upstream) DO UPDATE SET
                    configuration = excluded.configuration, contents = excluded.contents, kept_at = excluded.kept_at
                """)
        }
    }

    /// Forgets upstreams that are not configured and were last read longer ago than ``orphanTime``.
    package func prune(configured: Set<String>) async throws(SQLError) {
        let limit = now() - Self.orphanTime
        try await database.write { connection throws(SQLError) in
            for row in try connection.rows("SELECT upstream FROM inventories WHERE kept_at < \(limit)") {
                let name: String = try row.value("upstream")
                guard !configured.contains(name) else { continue }
                try connection.execute("DELETE FROM inventories WHERE upstream = \(name)")
            }
        }
    }
}
