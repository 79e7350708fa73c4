import GatewayModel
import Storage
import Testing

@Suite struct `A store of connections` {
    @Test(arguments: StoreDriver.all)
    func `writes only in the place of the version that its writer knows`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            _ = try await stores.users.add(place.user(1))
            var connection = place.connection("weather", owner: "u_1")
            #expect(try await !stores.connections.replace(connection, version: 1))
            #expect(try await stores.connections.replace(connection, version: 0))
            #expect(try await !stores.connections.replace(connection, version: 0))
            let written = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in UInt8(0)..<20 {
                    var next = connection
                    next.sealed = [number]
                    next.version = 2
                    group.addTask { [next] in try await stores.connections.replace(next, version: 1) }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(written == 1)
            connection.version = 3
            connection.state = .reconnect
            connection.account = nil
            connection.problem = "revoked"
            #expect(try await stores.connections.replace(connection, version: 2))
            #expect(try await stores.connections.connection(upstream: "weather", owner: "u_1") == connection)
            #expect(try await stores.connections.connection(upstream: "weather", owner: "") == nil)
            #expect(try await stores.connections.remove(upstream: "weather", owner: "u_1") == connection)
            #expect(try await stores.connections.remove(upstream: "weather", owner: "u_1") == nil)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `keeps what belongs to everybody beside what belongs to a person`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            _ = try await stores.users.add(place.user(1))
            for (upstream, owner) in [("weather", "u_1"), ("time", "u_1"), ("weather", "")] {
                #expect(try await stores.connections.replace(place.connection(upstream, owner: owner), version: 0))
            }
            #expect(try await stores.connections.connections(of: "u_1").map(\.upstream) == ["time", "weather"])
            #expect(try await stores.connections.connections(of: "").map(\.upstream) == ["weather"])
            #expect(try await stores.connections.page(limit: 2).map(\.upstream) == ["time", "weather"])
            #expect(try await stores.connections.page(after: ("weather", "")).map(\.owner) == ["u_1"])
        }
    }

    @Test(arguments: StoreDriver.all)
    func `names whose connection the gateway itself may use: operators first, then builders, then all others`(
        driver: StoreDriver
    ) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let roles: [UserRole] = [.member, .builder, .operator, .member, .operator, .operator, .member]
            for (number, role) in roles.enumerated() {
                _ = try await stores.users.add(place.user(number, role: role))
                place.pass(.seconds(1))
                // Of two operators, the one that connected first; the last one has to connect again.
                let state: StoredConnection.State = number == 5 ? .reconnect : .connected
                _ = try await stores.connections.replace(
                    place.connection("weather", owner: "u_\(number)", state: state), version: 0)
            }
            _ = try await stores.users.change("u_6") { $0.isDisabled = true }
            #expect(try await stores.connections.usableOwners(of: "weather") == ["u_2", "u_4", "u_1", "u_0", "u_3"])
            #expect(try await stores.connections.usableOwners(of: "weather", limit: 2) == ["u_2", "u_4"])
            #expect(try await stores.connections.usableOwners(of: "time") == [])
            #expect(try await stores.connections.broken(at: "weather").map(\.owner) == ["u_5"])
            #expect(try await stores.connections.broken(at: "time") == [])
        }
    }

    @Test(arguments: StoreDriver.all)
    func `puts another seal on what nobody has changed meanwhile`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let old = place.connection("weather", owner: "")
            _ = try await stores.connections.replace(old, version: 0)
            #expect(try await stores.connections.reseal(old, as: [9]))
            #expect(try await stores.connections.connection(upstream: "weather", owner: "")?.sealed == [9])
            #expect(try await stores.connections.connection(upstream: "weather", owner: "")?.version == 1)
            #expect(try await !stores.connections.reseal(old, as: [8]))
        }
    }

    @Test(arguments: StoreDriver.all)
    func `keeps registrations by issuer and address`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            var registration = StoredRegistration(
                issuer: "https://a/", redirectURI: "https://us/back", sealed: [1], createdAt: place.now)
            try await stores.registrations.keep(registration)
            registration.sealed = [2]
            try await stores.registrations.keep(registration)
            #expect(
                try await stores.registrations.registration(issuer: "https://a/", redirectURI: "https://us/back")
                    == registration)
            #expect(
                try await stores.registrations.registration(issuer: "https://a/", redirectURI: "https://us/") == nil)
            #expect(try await stores.registrations.all() == [registration])
            try await stores.registrations.remove(issuer: "https://a/", redirectURI: "https://us/back")
            #expect(try await stores.registrations.all() == [])
        }
    }

    @Test(arguments: StoreDriver.all)
    func `gives a connect state to one of many that bring it at once, while it is good`(driver: StoreDriver)
        async throws
    {
        try await withStores(driver) { stores, place, database async throws in
            _ = try await stores.users.add(place.user(1))
            func state(_ number: UInt8) -> StoredConnectState {
                StoredConnectState(digest: digest(number), user: "u_1", sealed: [1], endsAt: place.now + .seconds(600))
            }
            #expect(try await stores.connectStates.keep(state(1)))
            let first = state(1)
            let taken = try await withThrowingTaskGroup(of: StoredConnectState?.self) { group in
                for _ in 0..<20 { group.addTask { try await stores.connectStates.take(digest(1)) } }
                return try await group.reduce(into: [StoredConnectState]()) { $0 += [$1].compactMap(\.self) }
            }
            #expect(taken == [first])
            #expect(try await stores.connectStates.keep(state(2)))
            place.pass(.seconds(600))
            #expect(try await stores.connectStates.take(digest(2)) == nil)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `keeps as many states of one person as there may be, and forgets the oldest of more`(driver: StoreDriver)
        async throws
    {
        try await withStores(driver) { stores, place, database async throws in
            _ = try await stores.users.add(place.user(1))
            for number in 0...ConnectStateStore.statesMax {
                place.pass(.seconds(1))
                _ = try await stores.connectStates.keep(
                    StoredConnectState(
                        digest: digest(many: number), user: "u_1", sealed: [], endsAt: place.now + .seconds(600)))
            }
            #expect(try await stores.connectStates.take(digest(many: 0)) == nil)
            #expect(try await stores.connectStates.take(digest(many: 1)) != nil)
        }
    }
}
