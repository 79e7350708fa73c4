import AuthorizationServer
import Cryptography
import GatewayModel
import JSONCoding
import OAuthRules
import Reactor
import Testing

@Suite("An access token")
struct AccessTokenTests {
    @Test("says what RFC 9068 asks for, and is read as it was made")
    func contents() async throws {
        let house = try await TokensUnderTest()
        let text = try await house.token()
        let token = try SignedToken(text)
        #expect(token.header.type == "at+jwt")
        #expect(token.header.algorithm == "ES256")
        #expect(token.header.keyID == house.keeping.kept.first?.id)
        for name in ["iss", "sub", "client_id", "jti", "gid", "scope"] { _ = try token.claims.required(name) }
        let found = try #require(try await house.tokens.contents(of: text))
        #expect(found.user == "u_ann")
        #expect(found.client == "https://client.example/id")
        #expect(found.grant == "g_1")
        #expect(found.scopes == .read)
        #expect(found.audiences == ["https://gate.example/mcp", "https://gate.example/v1/mcp/default"])
        #expect(found.expires - found.issued == AccessTokenContents.lifetime)
        #expect(try await house.token() != text, "each has a jti of its own")
    }

    @Test("can be checked by anybody with the published keys, which say nothing of the private ones")
    func keySet() async throws {
        let house = try await TokensUnderTest()
        let set = try #require(try await house.tokens.keySet().objectValue)
        try SignedToken(try await house.token()).check(keys: CheckingKey.keys(of: set))
        let text = String(decoding: JSONWriter.bytes(of: .object(set)), as: UTF8.self)
        #expect(!text.contains("\"d\""))
        let key = try #require(set["keys"]?.arrayValue?.first)
        #expect(key["use"] == "sig")
        #expect(key["alg"] == "ES256")
    }

    /// What a forger changes, and what comes of it.
    struct Forgery: Sendable, CustomTestStringConvertible {
        let clause: String
        var header: [String: JSONValue?] = [:]
        var claims: [String: JSONValue?] = [:]
        var problem = TokenProblem.unknown

        var testDescription: String { clause }
    }

    static let forgeries: [Forgery] = [
        Forgery(clause: "RFC 9068, 4: typ is at+jwt, not JWT", header: ["typ": "JWT"]),
        Forgery(clause: "RFC 8725, 3.11: a token without a type", header: ["typ": JSONValue?.none]),
        Forgery(clause: "RFC 8725, 3.2: alg none", header: ["alg": "none"]),
        Forgery(clause: "RFC 8725, 2.1: a public key as a secret", header: ["alg": "HS256"]),
        Forgery(clause: "RFC 8725, 3.1: another algorithm than the key's", header: ["alg": "RS256"]),
        Forgery(clause: "RFC 7515, 4.1.11: crit", header: ["crit": ["exp"]]),
        Forgery(clause: "RFC 7515, 4.1.4: an unknown key", header: ["kid": "another"]),
        Forgery(clause: "RFC 8725, 3.8: another issuer", claims: ["iss": "https://evil.example"]),
        Forgery(clause: "RFC 7519, 4.1.1: no issuer", claims: ["iss": JSONValue?.none]),
        Forgery(
            clause: "RFC 8707, 2: another virtual server", claims: ["aud": "https://gate.example/v1/mcp/team"],
            problem: .otherAudience),
        Forgery(clause: "RFC 8725, 3.9: no audience", claims: ["aud": JSONValue?.none], problem: .otherAudience),
        Forgery(
            clause: "RFC 8725, 3.9: the issuer is no audience", claims: ["aud": "https://gate.example"],
            problem: .otherAudience),
        Forgery(clause: "RFC 7519, 4.1.4: its time is over", claims: ["exp": 1_799_999_999], problem: .expired),
        Forgery(clause: "RFC 7519, 4.1.4: it ends now", claims: ["exp": 1_800_000_000], problem: .expired),
        Forgery(clause: "RFC 9068, 2.2: no end", claims: ["exp": JSONValue?.none]),
        Forgery(clause: "RFC 7519, 2: an end that is text", claims: ["exp": "1800000600"]),
        Forgery(clause: "RFC 7519, 4.1.5: its time has not come", claims: ["nbf": 1_800_000_100]),
        Forgery(clause: "RFC 8725, 3.10: made in the future", claims: ["iat": 1_800_000_100]),
        Forgery(clause: "RFC 9068, 2.2: no time of its making", claims: ["iat": JSONValue?.none]),
        Forgery(clause: "RFC 9068, 2.2: nobody's", claims: ["sub": JSONValue?.none]),
        Forgery(clause: "RFC 9068, 2.2: of no client", claims: ["client_id": JSONValue?.none]),
        Forgery(clause: "RFC 9068, 2.2: a client that is no text", claims: ["client_id": ["c_1"]]),
        Forgery(clause: "of no grant", claims: ["gid": JSONValue?.none]),
    ]

    @Test("is refused, although our key signed it", arguments: forgeries)
    func forged(forgery: Forgery) async throws {
        let house = try await TokensUnderTest()
        #expect(await house.examine(try await house.forged()).user == "u_ann", "the unchanged one is taken")
        let token = try await house.forged(header: forgery.header, claims: forgery.claims)
        #expect(await house.examine(token) == .refused(forgery.problem))
        #expect(house.judge(token) != .principal(user: "u_ann", client: "c_1", scopes: .read, groups: ["staff"]))
    }

    @Test("is refused when its signature is not our key's for these bytes (RFC 7515, 5.2)")
    func signatures() async throws {
        let house = try await TokensUnderTest()
        let parts = try await house.forged().split(separator: ".").map(String.init)
        let other = try SigningKey.generate()
        let body = "\(parts[0]).\(parts[1])"
        let bytes = Array(body.utf8)
        let foreign = try other.signature(of: bytes.span)
        let elsewhere = try await house.forged(claims: ["sub": "u_bob"]).split(separator: ".").map(String.init)
        let own = try #require(Base64.url.decode(parts[2]))
        let (short, long) = (Array(own.dropLast()), own + [0])
        let zeros = [UInt8](repeating: 0, count: 64)
        let forgeries = [
            "\(body).\(Base64.url.encode(foreign.span))",
            "\(parts[0]).\(elsewhere[1]).\(parts[2])",
            "\(elsewhere[0]).\(parts[1]).\(elsewhere[2])",
            "\(body).\(Base64.url.encode(short.span))",
            "\(body).\(Base64.url.encode(long.span))",
            // CVE-2022-21449: r = s = 0.
            "\(body).\(Base64.url.encode(zeros.span))",
            // The same bits in a second spelling: two of the last digit's bits are not used.
            "\(body).\(parts[2].dropLast())\(Self.next(parts[2]))",
            "\(body).", body, "\(body).\(parts[2]).\(parts[2])", "\(body).\(parts[2])=",
        ]
        for forgery in forgeries {
            #expect(await house.examine(forgery) == .refused(.unknown), "\(forgery)")
        }
    }

    @Test("is not checked with a key that it brings itself (RFC 8725, 3.10)", arguments: ["jwk", "jku", "x5u", "x5c"])
    func ownKey(member: String) async throws {
        let house = try await TokensUnderTest()
        let mine = try ForeignKey("mine")
        let value: JSONValue = member == "jwk" ? .object(mine.json) : "https://evil.example/keys"
        let claims: JSONObject = [
            "iss": .string(TokensUnderTest.issuer), "sub": "u_ann", "aud": "https://gate.example/mcp",
            "client_id": "c_1", "scope": "mcp:read", "gid": "g_1", "iat": 1_800_000_000, "exp": 1_800_000_600,
        ]
        for kid in ["mine", house.keeping.kept[0].id] {
            var header: JSONObject = ["alg": "ES256", "typ": "at+jwt", "kid": .string(kid)]
            header[member] = value
            #expect(await house.examine(try signed(header, claims, by: mine.key)) == .refused(.unknown))
        }
        #expect(house.web.asked.isEmpty)
    }

    @Test("is not looked at, and not called bad, while there is too much to do")
    func busy() async throws {
        let house = try await TokensUnderTest()
        let token = try await house.token()
        house.lane.shutDown()
        #expect(await house.examine(token) == .refused(.unavailable))
        await #expect(throws: AccessTokenProblem.self) { _ = try await house.tokens.contents(of: token) }
    }

    @Test("that says other scopes than ours allows nothing")
    func scopes() async throws {
        let house = try await TokensUnderTest()
        let token = try await house.forged(claims: ["scope": "mcp:readwrite openid"])
        #expect(
            await house.examine(token)
                == .principal(user: "u_ann", client: "c_1", scopes: [], groups: ["staff"]))
    }

    /// The digit after the last one of a text in base64url.
    private static func next(_ text: String) -> Character {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let last = text.last.flatMap { digits.firstIndex(of: $0) } ?? 0
        return digits[(last + 1) % digits.count]
    }
}
