import GatewayModel
import OAuthRules
import Storage
import Testing

@Suite struct `A store of refresh tokens` {
    @Test(arguments: StoreDriver.all)
    func `counts the generations of a family`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let grant = try place.grant(1)
            try await stores.begin(place, grant: grant, token: digest(1))
            for number in UInt8(1)...5 {
                place.pass(.seconds(3600))
                let use = try await stores.grants.use(
                    refreshToken: digest(number), .right(grant), next: digest(number + 1))
                #expect(use.verdict == .accept(.all, generation: Int(number) + 1))
            }
            let newest = try await stores.grants.refreshToken(digest(6))
            #expect(newest?.token == RefreshUse.Token(generation: 6, expires: place.now + RefreshUse.lifetime))
            #expect(newest?.grant.family.generation == 6)
            #expect(newest?.grant.family.generationBegan == place.now)
            #expect(newest?.grant.usedAt == place.now)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `gives the client that lost an answer another one, and the replayer of an older one nothing`(
        driver: StoreDriver
    ) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let grant = try place.grant(1)
            try await stores.begin(place, grant: grant, token: digest(1))
            func use(_ token: UInt8, next: UInt8) async throws -> TokenUse<RefreshUse.Verdict> {
                try await stores.grants.use(refreshToken: digest(token), .right(grant), next: digest(next))
            }
            #expect(try await use(1, next: 2).verdict == .accept(.all, generation: 2))
            place.pass(.seconds(120))
            #expect(try await use(1, next: 3).verdict == .accept(.all, generation: 2))
            #expect(try await use(3, next: 4).verdict == .accept(.all, generation: 3))
            let replay = try await use(1, next: 5)
            #expect(replay.verdict == .refuseAndEndGrant(.replayedRefreshToken))
            #expect(replay.ending == Ending(.grant("g_1"), at: place.now))
            #expect(try await use(4, next: 6).verdict == .refuse(.endedGrant))
            #expect(try await stores.grants.refreshToken(digest(5)) == nil)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `gives many that repeat themselves at once tokens of one generation, of which one goes on`(
        driver: StoreDriver
    ) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let grant = try place.grant(1)
            try await stores.begin(place, grant: grant, token: digest(0))
            let verdicts = try await withThrowingTaskGroup(of: RefreshUse.Verdict.self) { group in
                for number in UInt8(1)...8 {
                    group.addTask {
                        try await stores.grants.use(refreshToken: digest(0), .right(grant), next: digest(number))
                            .verdict
                    }
                }
                return try await group.reduce(into: [RefreshUse.Verdict]()) { $0.append($1) }
            }
            #expect(verdicts == [RefreshUse.Verdict](repeating: .accept(.all, generation: 2), count: 8))
            place.pass(RefreshUse.repetitionTime + .seconds(1))
            let first = try await stores.grants.use(refreshToken: digest(5), .right(grant), next: digest(50))
            #expect(first.verdict == .accept(.all, generation: 3))
            place.pass(RefreshUse.repetitionTime + .seconds(1))
            let second = try await stores.grants.use(refreshToken: digest(6), .right(grant), next: digest(60))
            #expect(second.verdict == .refuseAndEndGrant(.replayedRefreshToken))
            let third = try await stores.grants.use(refreshToken: digest(50), .right(grant), next: digest(70))
            #expect(third.verdict == .refuse(.endedGrant))
        }
    }

    @Test(arguments: StoreDriver.all)
    func `keeps few tokens of a family, however often its client refreshes or repeats itself`(driver: StoreDriver)
        async throws
    {
        try await withStores(driver) { stores, place, database async throws in
            let grant = try place.grant(1)
            try await stores.begin(place, grant: grant, token: digest(many: 0))
            for number in 0..<(GrantStore.generationsMax + 5) {
                _ = try await stores.grants.use(
                    refreshToken: digest(many: number), .right(grant), next: digest(many: number + 1))
            }
            let last = GrantStore.generationsMax + 5
            #expect(try await stores.grants.refreshToken(digest(many: last - GrantStore.generationsMax)) == nil)
            let oldest = last - GrantStore.generationsMax + 1
            #expect(try await stores.grants.refreshToken(digest(many: oldest)) != nil)
            for number in 0..<20 {
                place.pass(.milliseconds(1))
                _ = try await stores.grants.use(
                    refreshToken: digest(many: last), .right(grant), next: digest(many: 1000 + number))
            }
            var siblings: [Int] = []
            for number in 0..<20 where try await stores.grants.refreshToken(digest(many: 1000 + number)) != nil {
                siblings.append(number)
            }
            #expect(siblings == Array(20 - GrantStore.siblingsMax..<20))
        }
    }

    @Test(arguments: StoreDriver.all)
    func `knows no token that it was not given`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let use = try await stores.grants.use(refreshToken: digest(1), .right(try place.grant(1)), next: digest(2))
            #expect(use.verdict == .refuse(.unknownRefreshToken))
            #expect(use.grant == nil)
        }
    }
}
