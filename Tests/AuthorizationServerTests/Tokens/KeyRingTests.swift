import AuthorizationServer
import Cryptography
import GatewayModel
import JSONCoding
import OAuthRules
import Telemetry
import Testing

@Suite("The keys that sign tokens")
struct KeyRingTests {
    private let start = 1_800_000_000

    private func ring(_ keeping: TestKeyKeeping) -> KeyRing {
        KeyRing(keeping: keeping, seal: { $0.exposed.reversed() }, open: { Secret($0.reversed()) })
    }

    private func published(_ ring: KeyRing) -> [String] {
        (ring.set.objectValue?["keys"]?.arrayValue ?? []).compactMap { $0["kid"]?.stringValue }
    }

    private func signer(_ house: TokensUnderTest) async throws -> String? {
        try SignedToken(try await house.token()).header.keyID
    }

    @Test("are made at the first start, kept sealed, and the same after a restart")
    func firstStart() async throws {
        let keeping = TestKeyKeeping()
        let first = ring(keeping)
        try await first.tend(now: start)
        let kept = try #require(keeping.kept.first)
        #expect(keeping.kept.count == 1)
        #expect(throws: CryptographyError.self, "what is kept is sealed") { _ = try SigningKey(Secret(kept.sealed)) }
        let second = ring(keeping)
        try await second.tend(now: start + 60)
        #expect(second.set == first.set)
        #expect(keeping.kept.count == 1)
    }

    @Test("are published a day before they sign, and until their last token is over")
    func rotation() async throws {
        let house = try await TokensUnderTest()
        let first = try #require(house.keeping.kept.first?.id)
        let last = try await house.token()
        // A day before the first one's time is over.
        house.clock.advance(KeyRing.signingSeconds - KeyRing.noticeSeconds - 1)
        try await house.ring.tend(now: house.clock.seconds)
        #expect(published(house.ring) == [first])
        house.clock.advance(1)
        try await house.ring.tend(now: house.clock.seconds)
        let second = try #require(house.keeping.kept.last?.id)
        #expect(published(house.ring) == [first, second])
        #expect(try await signer(house) == first, "the new one is announced and does not sign yet")
        house.clock.advance(KeyRing.noticeSeconds - 1)
        #expect(try await signer(house) == first)
        let token = try await house.token()
        house.clock.advance(1)
        #expect(try await signer(house) == second)
        house.clock.advance(3_500)
        try await house.ring.tend(now: house.clock.seconds)
        #expect(await house.examine(token).user == "u_ann", "a token of the old key lives")
        #expect(await house.examine(last) == .refused(.expired))
        house.clock.advance(300)
        try await house.ring.tend(now: house.clock.seconds)
        #expect(published(house.ring) == [second])
        #expect(house.keeping.kept.map(\.id) == [second])
    }

    @Test("rotate early when an operator says so, but are never more than so many")
    func early() async throws {
        let house = try await TokensUnderTest()
        for count in 2...KeyRing.keysMax {
            try await house.ring.rotate(now: house.clock.seconds)
            #expect(published(house.ring).count == count)
        }
        await #expect(throws: AccessTokenProblem.self) { try await house.ring.rotate(now: house.clock.seconds) }
        #expect(house.keeping.kept.count == KeyRing.keysMax)
        house.clock.advance(KeyRing.noticeSeconds)
        #expect(try await signer(house) != house.keeping.kept[0].id)
    }

    @Test("go on after a long stop with the key that is there until its successor was announced")
    func longStop() async throws {
        let house = try await TokensUnderTest()
        let first = house.keeping.kept[0].id
        house.clock.advance(10 * KeyRing.signingSeconds)
        try await house.ring.tend(now: house.clock.seconds)
        #expect(published(house.ring).count == 2)
        #expect(try await signer(house) == first)
    }

    @Test("that cannot be opened stop the start with a sentence that says where to look")
    func foreignKeyFile() async throws {
        let keeping = TestKeyKeeping()
        try await ring(keeping).tend(now: start)
        let other = KeyRing(keeping: keeping, seal: { $0.exposed }, open: { Secret($0) })
        let problem = await #expect(throws: AccessTokenProblem.self) { try await other.tend(now: start) }
        #expect(problem?.reason.contains("key file") == true)
        #expect(keeping.kept.count == 1)
    }
}
