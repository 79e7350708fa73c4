import AuthorizationServer
import Cryptography
import GatewayModel
import Synchronization
import Testing

@Suite("The token gate")
struct TokenGateTests {
    private let client = "https://client.example/id"

    private func ann(scopes: AccessScopes = .read, groups: Set<String> = ["staff"]) -> Outcome {
        .principal(user: "u_ann", client: client, scopes: scopes, groups: groups)
    }

    @Test("looks at a token once, and knows it from then on")
    func remembers() async throws {
        let house = try await TokensUnderTest()
        let token = try await house.token()
        #expect(house.judge(token) == .unknown)
        #expect(await house.examine(token) == ann())
        for _ in 0..<10 { #expect(house.judge(token) == ann()) }
        #expect(house.people.askings == 1)
    }

    @Test("knows a token on the loop that has looked at it")
    func loops() async throws {
        let house = try await TokensUnderTest()
        let token = try await house.token()
        #expect(await house.examine(token, on: 1) == ann())
        #expect(house.judge(token, on: 1) == ann())
        #expect(house.judge(token, on: 0) == .unknown)
    }

    @Test("does not take a token that differs from a known one in one byte, wherever it is")
    func changed() async throws {
        let house = try await TokensUnderTest()
        let token = Array(try await house.token().utf8)
        #expect(await house.examine(String(decoding: token, as: UTF8.self)) == ann())
        for place in stride(from: 0, to: token.count, by: 5) + [token.count - 9, token.count - 1] {
            var other = token
            other[place] = other[place] == UInt8(ascii: "x") ? UInt8(ascii: "y") : UInt8(ascii: "x")
            let text = String(decoding: other, as: UTF8.self)
            #expect(house.judge(text) == .unknown)
            #expect(await house.examine(text).user == nil)
        }
        let text = String(decoding: token, as: UTF8.self)
        for other in ["\(text)x", String(text.dropFirst()), "x\(text.dropFirst())", "x\(text)"] {
            #expect(house.judge(other) == .unknown)
        }
        #expect(house.judge(text) == ann(), "and forgets nothing over it")
    }

    @Test("refuses what is too short to be a token", arguments: ["", "x", "123456789012345"])
    func short(text: String) async throws {
        let house = try await TokensUnderTest()
        #expect(house.judge(text) == .refused(.unknown))
        #expect(await house.examine(text) == .refused(.unknown))
    }

    @Test("takes a token at the one virtual server that it is for, known or not (RFC 8707, 2)")
    func audience() async throws {
        let house = try await TokensUnderTest()
        let token = try await house.token()
        #expect(await house.examine(token) == ann())
        #expect(house.judge(token, house.team) == .unknown)
        #expect(await house.examine(token, house.team) == .refused(.otherAudience))
        #expect(await house.examine(token, house.outside) == .refused(.unknown), "which takes none of ours")
        let other = try await house.token(audiences: ["\(TokensUnderTest.issuer)/v1/mcp/team"])
        #expect(await house.examine(other, house.team) == ann())
        #expect(await house.examine(other) == .refused(.otherAudience))
    }

    @Test("ends with a token's time, however well it is known (RFC 7519, 4.1.4)")
    func expiry() async throws {
        let house = try await TokensUnderTest()
        let token = try await house.token()
        house.clock.advance(3_300)
        #expect(await house.examine(token) == ann())
        #expect(house.judge(token, after: 299) == ann())
        #expect(house.judge(token, after: 301) == .unknown)
        house.clock.advance(300)
        #expect(await house.examine(token) == .refused(.expired))
    }

    @Test("looks at a known token again after ten minutes, because the wall clock may have been set")
    func again() async throws {
        let house = try await TokensUnderTest()
        let token = try await house.token()
        #expect(await house.examine(token) == ann())
        #expect(house.judge(token, after: 599) == ann())
        #expect(house.judge(token, after: 601) == .unknown)
    }

    @Test(
        "refuses a known token at once when its grant, client or person is ended, and no other",
        arguments: [
            EndedAccess.Thing.grant("g_1"), .client("https://client.example/id"), .user("u_ann"),
        ])
    func revoked(thing: EndedAccess.Thing) async throws {
        let house = try await TokensUnderTest()
        let token = try await house.token()
        let other = try await house.token(user: "u_bob", client: "c_2", grant: "g_2")
        #expect(await house.examine(token) == ann())
        #expect(await house.examine(other).user == "u_bob")
        house.ended.ended(thing, now: house.clock.seconds)
        #expect(house.judge(token) == .refused(.revoked))
        #expect(house.judge(token) == .unknown, "and it is known no more")
        #expect(await house.examine(token) == .refused(.revoked))
        #expect(try await house.tokens.contents(of: token) == nil)
        #expect(house.judge(other).user == "u_bob")
        #expect(house.people.askings == 2 + 1, "news about others cost no look into the store")
    }

    @Test("takes what is made after a client or a person had an end, in the same second too")
    func comesBack() async throws {
        let house = try await TokensUnderTest()
        let old = try await house.token()
        house.ended.ended(.client(client), now: house.clock.seconds)
        house.ended.ended(.user("u_ann"), now: house.clock.seconds)
        let new = try await house.token(grant: "g_2")
        #expect(await house.examine(old) == .refused(.revoked))
        #expect(await house.examine(new) == ann())
        house.clock.advance(600)
        #expect(await house.examine(try await house.token(grant: "g_3")) == ann())
        #expect(await house.examine(old) == .refused(.revoked))
    }

    @Test("remembers an end for longer than any token lives")
    func memory() async throws {
        let house = try await TokensUnderTest()
        let token = try await house.token()
        house.ended.ended(.grant("g_1"), now: house.clock.seconds)
        house.clock.advance(3_599)
        house.ended.ended(.grant("g_other"), now: house.clock.seconds)
        #expect(await house.examine(token) == .refused(.revoked))
        house.clock.advance(1)
        #expect(await house.examine(token) == .refused(.expired))
    }

    @Test("sees other groups of a person with the next call, and asks for nobody else again")
    func changedGroups() async throws {
        let house = try await TokensUnderTest()
        let token = try await house.token()
        let other = try await house.token(user: "u_bob", client: "c_2", grant: "g_2")
        #expect(await house.examine(token) == ann())
        #expect(await house.examine(other).user == "u_bob")
        house.people.state.withLock { $0.people["u_ann"] = TokenPerson(groups: ["guests"], role: .member) }
        house.ended.changed(user: "u_ann", now: house.clock.seconds)
        #expect(house.judge(other).user == "u_bob")
        #expect(house.judge(token) == .unknown)
        #expect(await house.examine(token) == ann(groups: ["guests"]))
        #expect(house.judge(token) == ann(groups: ["guests"]))
        #expect(house.people.askings == 3)
    }

    @Test("looks at every token again after a change of the configuration")
    func configuration() async throws {
        let house = try await TokensUnderTest()
        let token = try await house.token()
        #expect(await house.examine(token) == ann())
        house.ended.configurationChanged()
        #expect(house.judge(token) == .unknown)
        #expect(await house.examine(token) == ann())
        #expect(house.judge(token) == ann())
    }

    @Test("refuses the token of a person who is gone, and says nothing of it while the store is away")
    func people() async throws {
        let house = try await TokensUnderTest()
        let token = try await house.token()
        house.people.state.withLock { $0.isAway = true }
        #expect(await house.examine(token) == .refused(.unavailable))
        house.people.state.withLock { state in
            state.isAway = false
            state.people["u_ann"] = nil
        }
        #expect(await house.examine(token) == .refused(.revoked))
        #expect(house.judge(token) == .unknown)
    }
}
