import AuthorizationServer
import JSONCoding
import Testing

struct RevocationTests {
    private func connect(_ door: Door) async throws -> (access: String, refresh: String) {
        let answer = try await door.redeem(try await door.code())
        return (
            try #require(answer.json?["access_token"]?.stringValue),
            try #require(answer.json?["refresh_token"]?.stringValue)
        )
    }

    private func revoke(_ door: Door, _ token: String, client: String = "app") async throws -> Door.Answer {
        try await door.ask(
            "/oauth/revoke", form: [("token", token), ("client_id", client), ("token_type_hint", "access_token")])
    }

    @Test("either token ends the whole connection at once (RFC 7009 2.1, F060)", arguments: [true, false])
    func ends(withRefreshToken: Bool) async throws {
        try await withDoor { door in
            let tokens = try await connect(door)
            let answer = try await revoke(door, withRefreshToken ? tokens.refresh : tokens.access)
            #expect(answer.status == 200 && answer.text.isEmpty)
            #expect(door.tokens.contents(of: tokens.access) == nil)
            #expect(try await door.refresh(tokens.refresh).error == "invalid_grant")
        }
    }

    @Test(
        "a token that nobody knows is as good as revoked (RFC 7009 2.2)", arguments: ["junk", "pbr_junk", "access-99"])
    func unknown(token: String) async throws {
        try await withDoor { door in
            let answer = try await revoke(door, token)
            #expect(answer.status == 200)
        }
    }

    @Test("another client's token is left alone (RFC 7009 2.1)")
    func foreign() async throws {
        try await withDoor { door in
            let tokens = try await connect(door)
            for token in [tokens.access, tokens.refresh] {
                #expect(try await revoke(door, token, client: "once").error == "unauthorized_client")
            }
            #expect(door.tokens.contents(of: tokens.access) != nil)
            #expect(try await revoke(door, tokens.access, client: "nobody").status == 401)
            #expect(try await door.ask("/oauth/revoke", form: [("client_id", "app")]).error == "invalid_request")
        }
    }
}
