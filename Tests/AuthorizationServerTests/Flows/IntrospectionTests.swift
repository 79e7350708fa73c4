import AuthorizationServer
import HTTPMessages
import JSONCoding
import Testing

struct IntrospectionTests {
    private func look(_ door: Door, _ token: String, _ client: String, secret: String? = "secret") async throws
        -> Door.Answer
    {
        try await door.ask(
            "/oauth/introspect",
            form: [("token", token), ("client_id", client)] + (secret.map { [("client_secret", $0)] } ?? []))
    }

    @Test("a resource server of the operator's learns what a token is (RFC 7662 2.2)")
    func active() async throws {
        try await withDoor { door in
            let answer = try await door.redeem(try await door.code(["scope": "mcp:read"]))
            let access = try #require(answer.json?["access_token"]?.stringValue)
            let found = try await look(door, access, "back")
            #expect(found.status == 200 && found.json?["active"] == true && found.json?["scope"] == "mcp:read")
            #expect(found.json?["sub"] == "u_anna" && found.json?["client_id"] == "app")
            #expect(found.json?["iss"] == "https://gate.example")
            #expect(found.fields.first(.cacheControl) == "no-store")
            #expect(found.fields.first(.accessControlAllowOrigin) == nil)
            let refresh = try #require(answer.json?["refresh_token"]?.stringValue)
            #expect(try await look(door, refresh, "back").json?["active"] == true)
            _ = try await door.refresh(refresh)
            #expect(try await look(door, refresh, "back").json == ["active": false])
        }
    }

    @Test("public clients and wrong secrets learn nothing (RFC 7662 2.1, rulings 5.11)")
    func unproven() async throws {
        try await withDoor { door in
            let answer = try await door.redeem(try await door.code())
            let access = try #require(answer.json?["access_token"]?.stringValue)
            for (client, secret) in [("app", nil), ("back", "wrong"), ("back", nil), ("nobody", "secret")] {
                let refused = try await look(door, access, client, secret: secret)
                #expect(refused.status == 401 && refused.error == "invalid_client")
            }
        }
    }

    @Test("a client learns about its own tokens only, and dead ones are dead (RFC 7662 4)")
    func foreign() async throws {
        try await withDoor { door in
            let answer = try await door.redeem(try await door.code())
            let access = try #require(answer.json?["access_token"]?.stringValue)
            #expect(try await look(door, access, "shop").json == ["active": false])
            #expect(try await look(door, "junk", "back").json == ["active": false])
            door.clock.advance(.seconds(3600))
            #expect(try await look(door, access, "back").json == ["active": false])
        }
    }
}
