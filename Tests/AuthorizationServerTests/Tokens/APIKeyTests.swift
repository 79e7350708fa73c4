import AuthorizationServer
import Cryptography
import GatewayModel
import Synchronization
import Testing

@Suite("An API key")
struct APIKeyTests {
    private let text = "pbk_0123456789abcdefghijklmnopqrstuvwxyzABCDEF"

    private func house(expires: Int? = nil) async throws -> TokensUnderTest {
        let house = try await TokensUnderTest()
        let bytes = Array(text.utf8)
        let digest = try DigestAlgorithm.sha256.digest(of: bytes.span)
        house.people.state.withLock { state in
            state.keys[digest] = TokenKey(
                id: "k_1", user: "u_ann", server: .default, scopes: .all, expires: expires)
        }
        return house
    }

    private let ann = Outcome.principal(user: "u_ann", client: "key:k_1", scopes: .all, groups: ["staff"])

    @Test("is found by its digest, and known from then on")
    func remembers() async throws {
        let house = try await house()
        #expect(house.judge(text) == .unknown)
        #expect(await house.examine(text) == ann)
        for _ in 0..<10 { #expect(house.judge(text) == ann) }
        #expect(house.people.askings == 2, "the key and its person")
    }

    @Test("opens its own virtual server, and none with tokens of another issuer")
    func otherServer() async throws {
        let house = try await house()
        #expect(await house.examine(text) == ann)
        #expect(house.judge(text, house.team) == .unknown)
        #expect(await house.examine(text, house.team) == .refused(.otherAudience))
        #expect(await house.examine(text, house.outside) == .refused(.unknown))
    }

    @Test("ends with its time")
    func expiry() async throws {
        let house = try await house(expires: 1_800_000_100)
        #expect(await house.examine(text) == ann)
        #expect(house.judge(text, after: 99) == ann)
        #expect(house.judge(text, after: 101) == .unknown)
        house.clock.advance(100)
        #expect(await house.examine(text) == .refused(.expired))
    }

    @Test(
        "is refused at once when it or its person is ended", arguments: [EndedAccess.Thing.key("k_1"), .user("u_ann")])
    func ended(thing: EndedAccess.Thing) async throws {
        let house = try await house()
        #expect(await house.examine(text) == ann)
        house.ended.ended(thing, now: house.clock.seconds)
        #expect(house.judge(text) == .refused(.revoked))
    }

    @Test("that nobody has is refused, and not called bad while the store is away")
    func unknown() async throws {
        let house = try await house()
        #expect(await house.examine("\(text)x") == .refused(.unknown))
        house.people.state.withLock { $0.isAway = true }
        #expect(await house.examine(text) == .refused(.unavailable))
    }
}
