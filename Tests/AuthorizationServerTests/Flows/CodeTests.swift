import AuthorizationServer
import Cryptography
import GatewayModel
import HTTPMessages
import JSONCoding
import Testing

struct CodeTests {
    @Test("a code with its verifier gives tokens for one server (RFC 6749 5.1, RFC 8707 2.2)")
    func tokens() async throws {
        try await withDoor { door in
            let code = try await door.code(["scope": "mcp:read", "resource": "https://gate.example/v1/mcp/team/"])
            let answer = try await door.redeem(code, ["resource": "https://gate.example/v1/mcp/team"])
            #expect(answer.status == 200)
            #expect(answer.json?["token_type"] == "Bearer" && answer.json?["expires_in"]?.integer == 3600)
            #expect(answer.json?["scope"] == "mcp:read offline_access")
            #expect(answer.json?["refresh_token"]?.stringValue?.hasPrefix("pbr_") == true)
            #expect(answer.fields.first(.cacheControl) == "no-store")
            #expect(answer.fields.first(.accessControlAllowOrigin) == "*")
            let token = try #require(answer.json?["access_token"]?.stringValue)
            let contents = try #require(door.tokens.contents(of: token))
            #expect(contents.audiences == ["https://gate.example/v1/mcp/team"])
            #expect(contents.user == "u_anna" && contents.client == "app" && contents.scopes == .read)
        }
    }

    @Test("resource and redirect_uri may stay unsaid (rulings 5.3, OAuth 2.1)")
    func bare() async throws {
        try await withDoor { door in
            let answer = try await door.redeem(try await door.code(), ["redirect_uri": nil])
            #expect(answer.status == 200 && answer.json?["scope"] == "mcp:read mcp:write offline_access")
        }
    }

    @Test("a refresh token comes with offline_access or a registered refresh grant, not otherwise (F056)")
    func refreshTokens() async throws {
        try await withDoor { door in
            let plain = try await door.redeem(
                try await door.code(["client_id": "once"]), ["client_id": "once"])
            #expect(plain.status == 200 && plain.json?["refresh_token"] == nil)
            #expect(plain.json?["scope"] == "mcp:read mcp:write")
            let asked = try await door.redeem(
                try await door.code(["client_id": "once", "scope": "mcp:read offline_access", "prompt": "consent"]),
                ["client_id": "once"])
            #expect(asked.json?["refresh_token"] != nil)
        }
    }

    @Test("what does not fit gives nothing, and leaves the code to its client")
    func refusals() async throws {
        try await withDoor { door in
            let code = try await door.code()
            let cases: [(KeyValuePairs<String, String?>, String, Int)] = [
                // RFC 7636 4.6: wrong, missing, short, long.
                (["code_verifier": String(Door.verifier.reversed())], "invalid_grant", 400),
                (["code_verifier": nil], "invalid_request", 400),
                (["code_verifier": String(repeating: "v", count: 42)], "invalid_request", 400),
                (["code_verifier": String(repeating: "v", count: 129)], "invalid_request", 400),
                // RFC 6749 4.1.3: of another client, to another place.
                (["client_id": "once"], "invalid_grant", 400),
                (["redirect_uri": "https://evil.example/back"], "invalid_grant", 400),
                // RFC 8707 2.2: for another server, or for none.
                (["resource": "https://gate.example/v1/mcp/team"], "invalid_target", 400),
                (["resource": "https://evil.example/mcp"], "invalid_target", 400),
                // RFC 6749 5.2: by nobody.
                (["client_id": "nobody"], "invalid_client", 401), (["client_id": nil], "invalid_client", 401),
                (["code": "pbc_made-up"], "invalid_grant", 400), (["code": nil], "invalid_request", 400),
                // RFC 6749 5.2, 3.2 and 4.4 (F065).
                (["grant_type": nil], "invalid_request", 400),
                (["grant_type": "client_credentials"], "unsupported_grant_type", 400),
                (["grant_type": "password"], "unsupported_grant_type", 400),
            ]
            for (change, error, status) in cases {
                let answer = try await door.redeem(code, change)
                #expect(answer.error == error && answer.status == status, "\(change)")
                #expect(answer.json?["error_description"] != nil)
            }
            #expect(try await door.redeem(code).status == 200)
        }
    }

    @Test("a client with a secret sends it, in the field or in the form (RFC 6749 2.3.1)")
    func secrets() async throws {
        try await withDoor { door in
            let code = try await door.code(["client_id": "shop"])
            let basic = "Basic " + Base64.standard.encode(Array("shop:wrong".utf8).span)
            let wrong = try await door.redeem(code, ["client_id": nil], fields: [(.authorization, basic)])
            #expect(wrong.status == 401 && wrong.fields.first(.wwwAuthenticate)?.hasPrefix("Basic") == true)
            #expect(try await door.redeem(code, ["client_id": "shop"]).error == "invalid_client")
            #expect(try await door.redeem(code, ["client_id": "shop", "client_secret": "secret"]).status == 200)
        }
    }

    @Test("a repeated parameter and a body that is no form are refused (RFC 6749 3.2)")
    func forms() async throws {
        try await withDoor { door in
            let twice = try await door.ask(
                "/oauth/token", form: [("grant_type", "authorization_code"), ("code", "a"), ("code", "b")])
            #expect(twice.error == "invalid_request")
            #expect(try await door.ask("/oauth/token", form: []).error == "invalid_request")
            // A code in the query would stand in logs.
            #expect(try await door.ask("/oauth/token?grant_type=authorization_code&code=a", form: []).status == 400)
            #expect(try await door.ask("/oauth/token").status == 405)
        }
    }

    @Test("a code lives ten minutes (RFC 6749 4.1.2, F054)")
    func expiry() async throws {
        try await withDoor { door in
            let code = try await door.code()
            door.clock.advance(.seconds(600))
            #expect(try await door.redeem(code).error == "invalid_grant")
        }
    }

    @Test("a second use by the client within a minute is refused and ends nothing (rulings 5.1, F06)")
    func repetition() async throws {
        try await withDoor { door in
            let code = try await door.code()
            let first = try await door.redeem(code)
            #expect(try await door.redeem(code).error == "invalid_grant")
            let token = try #require(first.json?["access_token"]?.stringValue)
            #expect(door.tokens.contents(of: token) != nil)
            let refresh = try #require(first.json?["refresh_token"]?.stringValue)
            #expect(try await door.refresh(refresh).status == 200)
        }
    }

    @Test("a replay ends what the first use gave (RFC 6749 4.1.2, RFC 9700 4.5)", arguments: [true, false])
    func replay(isLate: Bool) async throws {
        try await withDoor { door in
            let code = try await door.code()
            let first = try await door.redeem(code)
            if isLate { door.clock.advance(.seconds(61)) }
            let thief = isLate ? try await door.redeem(code) : try await door.redeem(code, ["client_id": "once"])
            #expect(thief.error == "invalid_grant")
            let token = try #require(first.json?["access_token"]?.stringValue)
            #expect(door.tokens.contents(of: token) == nil)
            let refresh = try #require(first.json?["refresh_token"]?.stringValue)
            #expect(try await door.refresh(refresh).error == "invalid_grant")
        }
    }

    @Test("of parallel uses one wins, and its tokens live (rulings 5.1, F053)")
    func parallel() async throws {
        try await withDoor { door in
            let code = try await door.code()
            let answers = try await withThrowingTaskGroup(of: Door.Answer.self) { group in
                for _ in 0..<8 { group.addTask { try await door.redeem(code) } }
                return try await group.reduce(into: [Door.Answer]()) { $0.append($1) }
            }
            let winners = answers.filter { $0.status == 200 }
            #expect(winners.count == 1 && answers.count { $0.error == "invalid_grant" } == 7)
            let token = try #require(winners.first?.json?["access_token"]?.stringValue)
            #expect(door.tokens.contents(of: token) != nil)
        }
    }

    @Test("a code's state comes before an assertion: a repeated request hears of the code (rulings 5.1)")
    func assertions() async throws {
        try await withDoor { door in
            let code = try await door.code(["client_id": "signer"])
            let change: KeyValuePairs<String, String?> = [
                "client_id": nil, "client_assertion": "signer#1",
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ]
            #expect(try await door.redeem(code, change).status == 200)
            #expect(try await door.redeem(code, change).error == "invalid_grant")
            let other = try await door.code(["client_id": "signer", "prompt": "consent"])
            // RFC 7523 3: an assertion is good once.
            #expect(try await door.redeem(other, change).error == "invalid_client")
        }
    }
}
