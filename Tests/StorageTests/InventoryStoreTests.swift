import SQLDatabase
import Storage
import Testing

@Suite struct `A store of inventories` {
    @Test(arguments: StoreDriver.all)
    func `gives back after a restart what was kept last`(driver: StoreDriver) async throws {
        let place = try TemporaryStore(driver)
        let first = try await place.open()
        let store = InventoryStore(database: first, now: place.clock)
        try await store.keep(inventory("weather", "one", "old"))
        try await store.keep(inventory("time", "one", "times"))
        try await store.keep(inventory("weather", "two", "new"))
        await first.close()
        let again = InventoryStore(database: try await place.open(), now: place.clock)
        #expect(
            try await again.inventories(of: ["weather", "time", "unknown"]) == [
                inventory("time", "one", "times"), inventory("weather", "two", "new"),
            ])
        #expect(try await again.inventories(of: ["time"]) == [inventory("time", "one", "times")])
        #expect(try await again.inventories(of: []) == [])
    }

    @Test(arguments: StoreDriver.all)
    func `has what was acknowledged when the program dies without a goodbye`(driver: StoreDriver) async throws {
        let place = try TemporaryStore(driver)
        let dying = try await place.open()
        try await InventoryStore(database: dying, now: place.clock).keep(inventory("weather", "one", "kept"))
        let next = try await place.open()
        #expect(
            try await InventoryStore(database: next, now: place.clock).inventories(of: ["weather"])
                == [inventory("weather", "one", "kept")])
        await dying.close()
    }

    @Test(arguments: StoreDriver.all)
    func `forgets an upstream that is gone, a month after it was last read`(driver: StoreDriver) async throws {
        let place = try TemporaryStore(driver)
        let store = InventoryStore(database: try await place.open(), now: place.clock)
        try await store.keep(inventory("gone", "one", "a"))
        try await store.keep(inventory("configured", "one", "b"))
        place.pass(InventoryStore.orphanTime)
        try await store.prune(configured: ["configured"])
        #expect(try await store.inventories(of: ["gone", "configured"]).count == 2)
        place.pass(.seconds(1))
        try await store.prune(configured: ["configured"])
        #expect(try await store.inventories(of: ["gone", "configured"]) == [inventory("configured", "one", "b")])
    }

    @Test(arguments: StoreDriver.all)
    func `refuses what is longer than the database takes, and keeps what it had`(driver: StoreDriver) async throws {
        let place = try TemporaryStore(driver)
        let store = InventoryStore(database: try await place.open(), now: place.clock)
        try await store.keep(inventory("weather", "one", "small"))
        let huge = StoredInventory(
            upstream: "weather", configuration: "one", contents: [UInt8](repeating: 32, count: 17 << 20))
        await #expect(throws: SQLError.tooBig) { try await store.keep(huge) }
        #expect(try await store.inventories(of: ["weather"]) == [inventory("weather", "one", "small")])
    }

    private func inventory(_ upstream: String, _ configuration: String, _ text: String) -> StoredInventory {
        StoredInventory(upstream: upstream, configuration: configuration, contents: Array(text.utf8))
    }
}
