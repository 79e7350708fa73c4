import AuthorizationServer
import Cryptography
import GatewayModel
import JSONCoding
import OAuthRules
import Synchronization
import Testing

@Suite("A token of another issuer")
struct ExternalIssuerTests {
    private static let issuer = "https://issuer.example"
    private static let metadataURL = "https://issuer.example/.well-known/oauth-authorization-server"
    private static let openIDURL = "https://issuer.example/.well-known/openid-configuration"
    private static let keysURL = "https://issuer.example/keys"

    private func house(
        _ external: ExternalIssuer = ExternalIssuer(issuer: issuer), keys: [ForeignKey]
    ) async throws -> TokensUnderTest {
        let house = try await TokensUnderTest(external: external)
        house.web.publish(Self.openIDURL, ["issuer": .string(Self.issuer), "jwks_uri": .string(Self.keysURL)])
        house.web.publish(Self.keysURL, ForeignKey.set(keys))
        return house
    }

    private func token(
        _ house: TokensUnderTest, _ key: ForeignKey, header: [String: JSONValue?] = [:],
        claims: [String: JSONValue?] = [:]
    ) throws -> String {
        var head: JSONObject = ["alg": "ES256", "typ": "JWT", "kid": .string(key.id)]
        var body: JSONObject = [
            "iss": .string(Self.issuer), "sub": "ann", "aud": "https://gate.example/v1/mcp/outside",
            "client_id": "app", "groups": ["staff", "admins"], "iat": .number(JSONNumber(house.clock.seconds)),
            "exp": .number(JSONNumber(house.clock.seconds + 7_200)),
        ]
        for (name, value) in header { head[name] = value }
        for (name, value) in claims { body[name] = value }
        return try signed(head, body, by: key.key)
    }

    private let ann = Outcome.principal(
        user: "https://issuer.example#ann", client: "app", scopes: .all, groups: ["staff", "admins"])

    @Test("is taken by keys that the issuer's metadata name, and known from then on")
    func metadata() async throws {
        let key = try ForeignKey("k")
        let house = try await house(keys: [key])
        let token = try token(house, key)
        #expect(house.judge(token, house.outside) == .unknown)
        #expect(await house.examine(token, house.outside) == ann)
        #expect(house.judge(token, house.outside) == ann)
        #expect(house.web.asked == [Self.metadataURL, Self.openIDURL, Self.keysURL])
        #expect(house.people.askings == 0)
    }

    @Test("is taken by keys at the address that the operator wrote")
    func keysAddress() async throws {
        let key = try ForeignKey("k")
        let external = ExternalIssuer(issuer: Self.issuer, keys: try HTTPURL(Self.keysURL))
        let house = try await house(external, keys: [key])
        #expect(await house.examine(try token(house, key), house.outside) == ann)
        #expect(house.web.asked == [Self.keysURL])
    }

    @Test("of one audience is known at several virtual servers side by side")
    func sharedAudience() async throws {
        let key = try ForeignKey("k")
        let house = try await house(ExternalIssuer(issuer: Self.issuer, audience: "api://all"), keys: [key])
        let token = try token(house, key, claims: ["aud": "api://all"])
        #expect(await house.examine(token, house.outside) == ann)
        #expect(await house.examine(token, house.beside) == ann)
        #expect(house.judge(token, house.outside) == ann)
        #expect(house.judge(token, house.beside) == ann)
    }

    @Test("is not taken where metadata are about another issuer (RFC 8414, 3.3)")
    func otherMetadata() async throws {
        let key = try ForeignKey("k")
        let house = try await house(keys: [key])
        house.web.publish(Self.openIDURL, ["issuer": "https://issuer.example/", "jwks_uri": .string(Self.keysURL)])
        #expect(await house.examine(try token(house, key), house.outside) == .refused(.unavailable))
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let clause: String
        var header: [String: JSONValue?] = [:]
        var claims: [String: JSONValue?] = [:]
        var problem = TokenProblem.unknown

        var testDescription: String { clause }
    }

    static let refusals: [Refusal] = [
        Refusal(
            clause: "rulings 5.11: another audience", claims: ["aud": "https://gate.example/v1/mcp/team"],
            problem: .otherAudience),
        Refusal(clause: "RFC 8725, 3.9: no audience", claims: ["aud": JSONValue?.none], problem: .otherAudience),
        Refusal(clause: "RFC 8725, 3.8: another issuer", claims: ["iss": "https://issuer.example/"]),
        Refusal(
            clause: "RFC 7519, 4.1.4: over for longer than clocks differ", claims: ["exp": 1_799_999_940],
            problem: .expired),
        Refusal(clause: "RFC 7519, 4.1.4: no end", claims: ["exp": JSONValue?.none]),
        Refusal(clause: "RFC 7519, 4.1.5: not yet", claims: ["nbf": 1_800_000_061]),
        Refusal(clause: "RFC 7519, 4.1.2: nobody's", claims: ["sub": JSONValue?.none]),
        Refusal(clause: "a person whose id could be the key of another one", claims: ["sub": "ann\napp\noutside"]),
        Refusal(clause: "a client whose id could be the key of another one", claims: ["client_id": "app\noutside"]),
        Refusal(
            clause: "a person with a longer id than any", claims: ["sub": .string(String(repeating: "a", count: 513))]),
        Refusal(clause: "RFC 8725, 3.12: an ID token", claims: ["at_hash": "x"]),
        Refusal(clause: "RFC 8725, 3.11: a logout token", header: ["typ": "logout+jwt"]),
        Refusal(clause: "RFC 8725, 3.11: an assertion", header: ["typ": "oauth-id-jag+jwt"]),
        Refusal(clause: "RFC 8725, 3.2: alg none", header: ["alg": "none"]),
        Refusal(clause: "RFC 8725, 2.1: a public key as a secret", header: ["alg": "HS256"]),
        Refusal(clause: "RFC 8725, 3.1: another algorithm than the key's", header: ["alg": "RS256"]),
    ]

    @Test("is refused", arguments: refusals)
    func refused(refusal: Refusal) async throws {
        let key = try ForeignKey("k")
        let house = try await house(keys: [key])
        let token = try token(house, key, header: refusal.header, claims: refusal.claims)
        #expect(await house.examine(token, house.outside) == .refused(refusal.problem))
    }

    @Test("opens nothing at a virtual server that takes ours, and ours nothing at this one")
    func otherMode() async throws {
        let key = try ForeignKey("k")
        let house = try await house(keys: [key])
        #expect(await house.examine(try token(house, key), house.main) == .refused(.unknown))
        let ours = try await house.token(audiences: ["https://gate.example/v1/mcp/outside"])
        #expect(await house.examine(ours, house.outside) == .refused(.unknown))
    }

    @Test("allows what it names of our scopes, or everything where its issuer does not know them")
    func scopes() async throws {
        let key = try ForeignKey("k")
        let house = try await house(keys: [key])
        for (scope, allowed) in [("mcp:read openid", AccessScopes.read), ("access_as_user", .all)] {
            let token = try token(house, key, claims: ["scope": .string(scope)])
            let expected = Outcome.principal(
                user: "https://issuer.example#ann", client: "app", scopes: allowed, groups: ["staff", "admins"])
            #expect(await house.examine(token, house.outside) == expected)
        }
    }

    @Test("without the claim that lists groups is in none (F079)")
    func groups() async throws {
        let key = try ForeignKey("k")
        let house = try await house(ExternalIssuer(issuer: Self.issuer, groupsClaim: "roles"), keys: [key])
        let found = await house.examine(try token(house, key), house.outside)
        #expect(
            found == .principal(user: "https://issuer.example#ann", client: "app", scopes: .all, groups: []))
    }

    @Test("of a key that nobody knows fetches the keys once in a minute, however many come")
    func unknownKey() async throws {
        let (old, new) = (try ForeignKey("old"), try ForeignKey("new"))
        let house = try await house(ExternalIssuer(issuer: Self.issuer, keys: try HTTPURL(Self.keysURL)), keys: [old])
        #expect(await house.examine(try token(house, old), house.outside) == ann)
        house.web.publish(Self.keysURL, ForeignKey.set([old, new]))
        for _ in 0..<5 {
            #expect(await house.examine(try token(house, new), house.outside) == .refused(.unknown))
        }
        #expect(house.web.asked.count == 1, "the keys came just now")
        house.clock.advance(60)
        #expect(await house.examine(try token(house, new), house.outside) == ann)
        #expect(house.web.asked.count == 2)
        #expect(await house.examine(try token(house, try ForeignKey("forged")), house.outside) == .refused(.unknown))
        #expect(house.web.asked.count == 2)
    }

    @Test("is taken by the known keys while the issuer is away; one of an unknown key is not called bad then")
    func away() async throws {
        let (old, new) = (try ForeignKey("old"), try ForeignKey("new"))
        let house = try await house(keys: [old])
        #expect(await house.examine(try token(house, old), house.outside) == ann)
        house.web.state.withLock { $0.isAway = true }
        house.clock.advance(3_600)
        for _ in 0..<3 {
            #expect(await house.examine(try token(house, old), house.outside) == ann)
            #expect(await house.examine(try token(house, new), house.outside) == .refused(.unavailable))
            house.clock.advance(60)
        }
    }

    @Test("cannot be looked at before the keys were there once, and is tried again after a minute")
    func neverThere() async throws {
        let key = try ForeignKey("k")
        let house = try await house(ExternalIssuer(issuer: Self.issuer, keys: try HTTPURL(Self.keysURL)), keys: [key])
        house.web.state.withLock { $0.isAway = true }
        for _ in 0..<3 {
            #expect(await house.examine(try token(house, key), house.outside) == .refused(.unavailable))
        }
        #expect(house.web.asked.count == 1)
        house.web.state.withLock { $0.isAway = false }
        house.clock.advance(60)
        #expect(await house.examine(try token(house, key), house.outside) == ann)
    }

    @Test("of a key that was withdrawn is refused within an hour")
    func withdrawn() async throws {
        let (old, new) = (try ForeignKey("old"), try ForeignKey("new"))
        let house = try await house(keys: [old])
        let token = try token(house, old)
        #expect(await house.examine(token, house.outside) == ann)
        house.web.publish(Self.keysURL, ForeignKey.set([new]))
        house.clock.advance(3_600)
        #expect(await house.examine(token, house.outside) == .refused(.unknown))
    }

    @Test("waits for the one fetch of the keys together with all others")
    func together() async throws {
        let key = try ForeignKey("k")
        let house = try await house(ExternalIssuer(issuer: Self.issuer, keys: try HTTPURL(Self.keysURL)), keys: [key])
        let token = try token(house, key)
        house.web.state.withLock { $0.isHeld = true }
        let outcomes = await withTaskGroup(of: Outcome.self) { group in
            for _ in 0..<20 { group.addTask { await house.examine(token, house.outside) } }
            await house.web.waitUntil(asked: 1)
            house.web.letGo()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes == Array(repeating: ann, count: 20))
        #expect(house.web.asked.count == 1)
    }

    @Test("is looked at although the caller who fetched the keys went away")
    func leaver() async throws {
        let key = try ForeignKey("k")
        let house = try await house(ExternalIssuer(issuer: Self.issuer, keys: try HTTPURL(Self.keysURL)), keys: [key])
        let token = try token(house, key)
        house.web.state.withLock { $0.isHeld = true }
        let leaver = Task { await house.examine(token, house.outside) }
        await house.web.waitUntil(asked: 1)
        async let other = house.examine(token, house.outside)
        leaver.cancel()
        house.web.letGo()
        #expect(await leaver.value == .refused(.unavailable))
        #expect(await other == ann)
    }
}
