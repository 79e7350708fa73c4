import Connections
import HTTPMessages
import Testing
import WebUI

struct AuthorizeTests {
    @Test(
        "a client or redirect URI that is not known is told to the person, and nobody is sent anywhere (RFC 6749 4.1.2.1)"
    )
    func errorPages() async throws {
        try await withDoor { door in
            let changes: [KeyValuePairs<String, String?>] = [
                ["client_id": nil], ["client_id": "nobody"], ["redirect_uri": "https://evil.example/back"],
                ["redirect_uri": Door.back + "/"], ["redirect_uri": Door.back + "?x=1"],
                ["redirect_uri": "https://client.example/back/../evil"], ["redirect_uri": "javascript:alert(1)"],
                ["redirect_uri": "https://client.example@evil.example/back"], ["client_id": "desk"],
            ]
            for change in changes {
                let answer = try await door.authorize(change)
                #expect(answer.status == 400 && answer.location == nil, "\(change)")
                #expect(answer.fields.first(.contentType) == "text/html; charset=utf-8")
                #expect(answer.fields.first(.wwwAuthenticate) == nil)
            }
        }
    }

    @Test("a client that stands there twice is nobody (RFC 6749 3.1)")
    func repeated() async throws {
        try await withDoor { door in
            let answer = try await door.ask("/oauth/authorize?client_id=app&client_id=shop&redirect_uri=" + Door.back)
            #expect(answer.status == 400 && answer.location == nil)
        }
    }

    @Test("what else is wrong goes back to the client, with its state and our issuer (RFC 6749 4.1.2.1, RFC 9207 2)")
    func redirectedErrors() async throws {
        try await withDoor { door in
            let cases: [(KeyValuePairs<String, String?>, String)] = [
                (["response_type": "token"], "unsupported_response_type"), (["response_type": nil], "invalid_request"),
                (["code_challenge": nil], "invalid_request"), (["code_challenge_method": "plain"], "invalid_request"),
                (["code_challenge_method": nil], "invalid_request"),
                (["resource": "https://evil.example/mcp"], "invalid_target"),
                (["resource": "https://gate.example/v1/mcp/open"], "invalid_target"),
                (["scope": "everything"], "invalid_scope"), (["request": "jwt"], "request_not_supported"),
                (["client_id": "machine"], "unauthorized_client"),
            ]
            for (change, error) in cases {
                let answer = try await door.authorize(change)
                #expect(answer.status == 303 && answer.location?.hasPrefix(Door.back + "?") == true)
                #expect(answer.parameter("error") == error, "\(change)")
                #expect(answer.parameter("iss") == "https://gate.example")
                #expect(answer.parameter("state") == "s")
                #expect(answer.parameter("code") == nil)
            }
        }
    }

    @Test("state comes back byte for byte, and cannot write fields (RFC 6749 4.1.2)")
    func state() async throws {
        try await withDoor { door in
            let state = "a+b/=%~ \"<>&\r\nset-cookie: x=1" + String(repeating: "s", count: 500)
            let answer = try await door.authorize(["state": state, "scope": "junk"])
            #expect(answer.parameter("state") == state)
            #expect(!answer.fields.values(.setCookie).contains { $0.hasPrefix("x=1") })
            let without = try await door.authorize(["state": nil, "scope": "junk"])
            #expect(without.parameter("error") == "invalid_scope" && without.parameter("state") == nil)
        }
    }

    @Test("whatever ChatGPT sends is taken, unknown parameters included (E01)")
    func parameters() async throws {
        try await withDoor { door in
            let answer = try await door.authorize([
                "scope": "mcp:read mcp:write offline_access openid", "resource": "https://gate.example/mcp",
                "prompt": "consent", "id_token_hint": "x", "unheard_of": "y",
                "state": String(repeating: "s", count: 300),
            ])
            #expect(answer.status == 303 && answer.location?.hasPrefix("/oauth/consent?request=") == true)
        }
    }

    @Test("a browser may fetch it twice, and each request can be answered (rulings 5.7)")
    func twice() async throws {
        try await withDoor { door in
            let one = try await door.authorize()
            let two = try await door.authorize(browser: one.browser)
            #expect(one.parameter("request") != two.parameter("request"))
            for begun in [one, two] {
                let page = try await door.ask(try #require(begun.location), session: "anna", browser: one.browser)
                #expect(page.status == 200 && page.text.contains("Authorize"))
            }
        }
    }

    @Test("strangers cannot fill the store with requests: beyond a limit clients hear to come again")
    func crowd() async throws {
        try await withDoor(requestsMax: 10) { door in
            for _ in 0..<10 { _ = try await door.authorize(session: nil) }
            let answer = try await door.authorize(session: nil)
            #expect(answer.parameter("error") == "temporarily_unavailable")
        }
    }

    @Test("prompt=none shows nothing: a code, or what would have had to be shown (OpenID Connect Core 3.1.2.6)")
    func silence() async throws {
        try await withDoor { door in
            #expect(try await door.authorize(["prompt": "none"], session: nil).parameter("error") == "login_required")
            #expect(try await door.authorize(["prompt": "none"]).parameter("error") == "consent_required")
            #expect(
                try await door.authorize(["prompt": "none"], session: "carl").parameter("error") == "access_denied")
            _ = try await door.code()
            let silent = try await door.authorize(["prompt": "none"])
            #expect(silent.parameter("code")?.hasPrefix("pbc_") == true && silent.parameter("state") == "s")
            #expect(silent.parameter("iss") == "https://gate.example")
            try door.connections.say(.missing)
            #expect(try await door.authorize(["prompt": "none"]).parameter("error") == "interaction_required")
        }
    }
}
