import GatewayModel
import OAuthRules
import Storage
import Testing

@Suite struct `A store of codes` {
    @Test(arguments: StoreDriver.all)
    func `of many uses at once lets one win, and its tokens live`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let grant = try place.grant(1)
            _ = try await stores.users.add(place.user(1))
            _ = try await stores.grants.begin(grant, code: place.code(of: grant), digest: digest(200))
            let verdicts = try await withThrowingTaskGroup(of: CodeUse.Verdict.self) { group in
                for number in UInt8(1)...20 {
                    group.addTask {
                        try await stores.grants.use(code: digest(200), .right(grant), refreshToken: digest(number))
                            .verdict
                    }
                }
                return try await group.reduce(into: [CodeUse.Verdict]()) { $0.append($1) }
            }
            #expect(verdicts.filter { $0 == .accept }.count == 1)
            #expect(verdicts.filter { $0 == .refuse(.usedCode) }.count == 19)
            var tokens: [UInt8] = []
            for number in UInt8(1)...20 where try await stores.grants.refreshToken(digest(number)) != nil {
                tokens.append(number)
            }
            #expect(tokens.count == 1)
            let use = try await stores.grants.use(refreshToken: digest(tokens[0]), .right(grant), next: digest(100))
            #expect(use.verdict == .accept(.all, generation: 2))
        }
    }

    @Test(arguments: StoreDriver.all)
    func `remembers a used code, so that a second use ends what the first one gave`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let grant = try place.grant(1)
            try await stores.begin(place, grant: grant, token: digest(1))
            place.pass(.seconds(61))
            let second = try await stores.grants.use(code: digest(200), .right(grant), refreshToken: digest(2))
            let ending = Ending(.grant("g_1"), at: place.now)
            #expect(second.verdict == .refuseAndEndGrant(.usedCode))
            #expect(second.ending == ending)
            #expect(second.grant?.id == "g_1")
            #expect(try await stores.endings.endings() == [ending])
            #expect(try await stores.grants.refreshToken(digest(2)) == nil)
            let refresh = try await stores.grants.use(refreshToken: digest(1), .right(grant), next: digest(3))
            #expect(refresh.verdict == .refuse(.endedGrant))
            #expect(refresh.ending == nil)
            // The news was said once.
            let third = try await stores.grants.use(code: digest(200), .right(grant), refreshToken: digest(2))
            #expect(third.ending == nil)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `uses nothing up for who does not have the verifier`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let grant = try place.grant(1)
            _ = try await stores.users.add(place.user(1))
            _ = try await stores.grants.begin(grant, code: place.code(of: grant), digest: digest(200))
            let wrong = try await stores.grants.use(
                code: digest(200), .right(grant, challenge: "another"), refreshToken: digest(1))
            #expect(wrong.verdict == .refuse(.wrongVerifier))
            #expect(try await stores.grants.code(digest(200))?.code.usedAt == nil)
            #expect(try await stores.grants.refreshToken(digest(1)) == nil)
            let right = try await stores.grants.use(code: digest(200), .right(grant), refreshToken: nil)
            #expect(right.verdict == .accept)
            #expect(try await stores.grants.code(digest(200))?.code.usedAt == place.now)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `knows no code that it was not given`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            let grant = try place.grant(1)
            let use = try await stores.grants.use(code: digest(200), .right(grant), refreshToken: digest(1))
            #expect(use.verdict == .refuse(.unknownCode))
            #expect(use.grant == nil)
            #expect(try await stores.grants.code(digest(200)) == nil)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `begins a grant for a request once, and again only for who clicks twice`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            _ = try await stores.users.add(place.user(1))
            _ = try await stores.authorizationRequests.keep(place.request(9))
            func begin(_ number: Int, answering request: [UInt8]?) async throws -> GrantBeginning {
                let grant = try place.grant(number)
                return try await stores.grants.begin(
                    grant, code: place.code(of: grant), digest: digest(UInt8(number)), answering: request)
            }
            #expect(try await begin(1, answering: digest(8)) == .requestIsOver)
            #expect(try await begin(1, answering: digest(9)) == .begun(ended: []))
            place.pass(GrantStore.repetitionTime)
            #expect(try await begin(2, answering: digest(9)) == .begun(ended: []))
            place.pass(.seconds(1))
            #expect(try await begin(3, answering: digest(9)) == .requestIsOver)
            #expect(try await stores.grants.grant("g_3") == nil)
            #expect(try await stores.grants.code(digest(3)) == nil)
        }
    }
}
