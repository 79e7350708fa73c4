import GatewayModel
import Storage
import Testing

@Suite struct `Stores of assertions and signing keys` {
    @Test(arguments: StoreDriver.all)
    func `take an assertion once until it ends`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let end = place.now + .seconds(60)
            let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 { group.addTask { try await stores.assertions.use(digest(1), until: end) } }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(taken == 1)
            #expect(try await stores.assertions.use(digest(2), until: end))
            place.pass(.seconds(60))
            // Whoever checks the end refuses it from now on; the store may forget it, and does.
            #expect(try await stores.assertions.use(digest(1), until: place.now + .seconds(60)))
        }
    }

    @Test(arguments: StoreDriver.all)
    func `keep signing keys in the order of their making`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let keys = (1...3).map {
                StoredSigningKey(
                    id: "k\($0)", sealed: [UInt8($0)], madeAt: place.now + .seconds($0),
                    signsFrom: place.now + .seconds($0 + 9))
            }
            try await stores.signingKeys.keep(keys[1])
            try await stores.signingKeys.keep(keys[0])
            #expect(try await stores.signingKeys.keys() == [keys[0], keys[1]])
            #expect(try await !stores.signingKeys.keep(keys[2], after: "k1"))
            #expect(try await stores.signingKeys.keep(keys[2], after: "k2"))
            try await stores.signingKeys.forget("k1")
            #expect(try await stores.signingKeys.keys() == [keys[1], keys[2]])
        }
    }

    @Test(arguments: StoreDriver.all)
    func `let one of several makers of the first signing key win`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let made = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 1...10 {
                    let key = StoredSigningKey(id: "k\(number)", sealed: [], madeAt: place.now, signsFrom: place.now)
                    group.addTask { try await stores.signingKeys.keep(key, after: nil) }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(made == 1)
            #expect(try await stores.signingKeys.keys().count == 1)
        }
    }
}
