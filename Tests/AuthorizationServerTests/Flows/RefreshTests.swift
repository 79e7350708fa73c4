import AuthorizationServer
import GatewayModel
import JSONCoding
import Testing

struct RefreshTests {
    private func connect(_ door: Door, _ changes: KeyValuePairs<String, String?> = [:]) async throws -> String {
        let answer = try await door.redeem(try await door.code(changes))
        return try #require(answer.json?["refresh_token"]?.stringValue)
    }

    private func next(_ answer: Door.Answer) throws -> String {
        try #require(answer.json?["refresh_token"]?.stringValue)
    }

    @Test("a refresh token gives a new pair, and narrows or keeps what was allowed (RFC 6749 6)")
    func rotation() async throws {
        try await withDoor { door in
            let first = try await connect(door)
            let answer = try await door.refresh(first, ["scope": "mcp:read", "resource": "https://gate.example/mcp"])
            #expect(answer.status == 200 && answer.json?["scope"] == "mcp:read offline_access")
            let second = try next(answer)
            #expect(second != first)
            #expect(try await door.refresh(second).json?["scope"] == "mcp:read mcp:write offline_access")
        }
    }

    @Test(
        "a refresh never widens (RFC 6749 6), never changes server (RFC 8707 2.2), never changes hands (RFC 6749 10.4)")
    func limits() async throws {
        try await withDoor { door in
            let token = try await connect(door, ["scope": "mcp:read"])
            #expect(try await door.refresh(token, ["scope": "mcp:read mcp:write"]).error == "invalid_scope")
            let team: KeyValuePairs<String, String?> = ["resource": "https://gate.example/v1/mcp/team"]
            #expect(try await door.refresh(token, team).error == "invalid_target")
            #expect(try await door.refresh(token, ["client_id": "once"]).error == "invalid_grant")
            #expect(try await door.refresh("pbr_made-up").error == "invalid_grant")
            #expect(try await door.refresh(token).status == 200)
        }
    }

    @Test("who lost the answer repeats within two minutes and goes on (rulings 5.2, G03)")
    func grace() async throws {
        try await withDoor { door in
            let first = try await connect(door)
            _ = try await door.refresh(first)
            door.clock.advance(.seconds(119))
            let again = try await door.refresh(first)
            #expect(again.status == 200)
            #expect(try await door.refresh(try next(again)).status == 200)
        }
    }

    @Test("a replay after the grace ends the family, its access tokens too (RFC 9700 4.14.2, F059)")
    func replay() async throws {
        try await withDoor { door in
            let first = try await connect(door)
            let answer = try await door.refresh(first)
            door.clock.advance(.seconds(121))
            #expect(try await door.refresh(first).error == "invalid_grant")
            #expect(try await door.refresh(try next(answer)).error == "invalid_grant")
            let access = try #require(answer.json?["access_token"]?.stringValue)
            #expect(door.tokens.contents(of: access) == nil)
        }
    }

    @Test("a token whose successor was used ends the family at once")
    func successor() async throws {
        try await withDoor { door in
            let first = try await connect(door)
            let second = try next(try await door.refresh(first))
            let third = try next(try await door.refresh(second))
            #expect(try await door.refresh(first).error == "invalid_grant")
            #expect(try await door.refresh(third).error == "invalid_grant")
        }
    }

    @Test("parallel refreshes all get a pair, and the family lives (G09)")
    func parallel() async throws {
        try await withDoor { door in
            let first = try await connect(door)
            let answers = try await withThrowingTaskGroup(of: Door.Answer.self) { group in
                for _ in 0..<8 { group.addTask { try await door.refresh(first) } }
                return try await group.reduce(into: [Door.Answer]()) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 200 })
            #expect(try await door.refresh(try next(try #require(answers.last))).status == 200)
        }
    }

    @Test("thirty days without use end a token, each use begins them anew (design 8)")
    func sliding() async throws {
        try await withDoor { door in
            var token = try await connect(door)
            for _ in 0..<3 {
                door.clock.advance(.seconds(29 * 86_400))
                token = try next(try await door.refresh(token))
            }
            door.clock.advance(.seconds(30 * 86_400))
            #expect(try await door.refresh(token).error == "invalid_grant")
        }
    }
}
