import Connections
import GatewayModel
import HTTPMessages
import Testing
import WebUI

struct ConsentTests {
    @Test("who is not signed in signs in first and comes back to the request")
    func signIn() async throws {
        try await withDoor { door in
            let begun = try await door.authorize(session: nil)
            let answer = try await door.ask(try #require(begun.location), browser: begun.browser)
            #expect(answer.status == 303 && answer.location?.hasPrefix("/sign-in?next=%2Foauth%2Fconsent") == true)
        }
    }

    @Test("Authorize gives a code, with the state and our issuer; Cancel gives access_denied (E08, F049)")
    func answers() async throws {
        try await withDoor { door in
            let (begun, page) = try await door.page()
            #expect(page.text.contains("App &lt;app&gt;") && page.text.contains("client.example"))
            let given = try await door.press(.authorize, on: page, of: begun)
            #expect(given.status == 303 && given.location?.hasPrefix(Door.back + "?code=pbc_") == true)
            #expect(given.parameter("state") == "s" && given.parameter("iss") == "https://gate.example")
            let (again, second) = try await door.page(["prompt": "consent"])
            let refused = try await door.press(.cancel, on: second, of: again)
            #expect(refused.parameter("error") == "access_denied" && refused.parameter("code") == nil)
            #expect(refused.parameter("state") == "s" && refused.parameter("iss") == "https://gate.example")
        }
    }

    @Test("the page's answers can leave, and nobody can frame it (rulings 5.10, F050)")
    func fields() async throws {
        try await withDoor { door in
            let (_, page) = try await door.page()
            let policy = page.fields.first(.contentSecurityPolicy) ?? ""
            #expect(policy.contains("frame-ancestors 'none'") && !policy.contains("form-action"))
            #expect(page.fields.first(.referrerPolicy) == "same-origin")
            #expect(page.fields.first(.cacheControl) == "no-store")
            let (begun, _) = try await door.page()
            #expect(begun.fields.values(.setCookie).allSatisfy { $0.contains("SameSite=Lax") })
        }
    }

    @Test("a form that was not shown in this session is refused (RFC 9700 4.7, CSRF)")
    func forgery() async throws {
        try await withDoor { door in
            let (begun, page) = try await door.page()
            let request = try #require(begun.parameter("request"))
            let form = [("request", request), ("action", "authorize")]
            let without = try await door.ask("/oauth/consent", session: "anna", browser: begun.browser, form: form)
            #expect(without.status == 403 && without.location == nil)
            let (_, other) = try await door.page(session: "bert")
            let foreign = try await door.ask(
                "/oauth/consent", session: "anna", browser: begun.browser,
                form: form + [("form_token", try #require(other.formToken))])
            #expect(foreign.status == 403)
            let crossSite = try await door.ask(
                "/oauth/consent", session: "anna", browser: begun.browser,
                form: form + [("form_token", try #require(page.formToken))],
                fields: [(.origin, "https://evil.example")])
            #expect(crossSite.status == 403)
        }
    }

    @Test("a request belongs to the session that opened it; a link to it is worth nothing elsewhere (session fixation)")
    func binding() async throws {
        try await withDoor { door in
            let (begun, _) = try await door.page(session: "bert")
            let elsewhere = try await door.ask(try #require(begun.location), session: "anna")
            #expect(elsewhere.status == 403 && !elsewhere.text.contains("Authorize"))
            // In the browser in which it began, another account may be used.
            let sameBrowser = try await door.ask(
                try #require(begun.location), session: "anna", browser: begun.browser)
            #expect(sameBrowser.status == 200 && sameBrowser.text.contains("anna"))
        }
    }

    @Test("a request is over after 30 minutes, and soon after its answer; two clicks work (rulings 5.9)")
    func ends() async throws {
        try await withDoor { door in
            let (begun, page) = try await door.page()
            let first = try await door.press(.authorize, on: page, of: begun)
            let second = try await door.press(.authorize, on: page, of: begun)
            #expect(first.parameter("code") != nil && second.parameter("code") != nil)
            door.clock.advance(.seconds(61))
            #expect(try await door.press(.authorize, on: page, of: begun).status == 410)
            let (late, latePage) = try await door.page(["prompt": "consent"])
            door.clock.advance(.seconds(1800))
            #expect(try await door.press(.authorize, on: latePage, of: late).status == 410)
            #expect(try await door.ask("/oauth/consent?request=made-up", session: "anna").status == 410)
        }
    }

    @Test("who is in none of the server's groups is told so before anything else, and gives nothing (F086)")
    func groups() async throws {
        try await withDoor { door in
            let (begun, page) = try await door.page(session: "carl")
            #expect(page.status == 403 && page.text.contains("carl") && !page.text.contains(">Authorize<"))
            let forced = try await door.press(.authorize, on: page, of: begun, session: "carl")
            #expect(forced.status == 403 && forced.location == nil)
            let back = try await door.press(.cancel, on: page, of: begun, session: "carl")
            #expect(back.parameter("error") == "access_denied")
            let (_, open) = try await door.page(["resource": "https://gate.example/v1/mcp/team"], session: "carl")
            #expect(open.status == 200)
        }
    }

    @Test("Authorize waits for what is required, also when the form is sent by hand (F046)")
    func required() async throws {
        try await withDoor { door in
            try door.connections.say(.missing)
            let (begun, page) = try await door.page()
            let early = try await door.press(.authorize, on: page, of: begun)
            #expect(early.status == 409 && early.location == nil)
            try door.connections.say(.connected)
            #expect(try await door.press(.authorize, on: page, of: begun).parameter("code") != nil)
        }
    }

    @Test("Connect remembers the client first, and coming back gives no code by itself (rulings 5.9, confused deputy)")
    func connecting() async throws {
        try await withDoor { door in
            try door.connections.say(.missing)
            let (begun, page) = try await door.page()
            let away = try await door.press(.connect, on: page, of: begun, more: [("upstream", "weather")])
            #expect(away.location == "https://upstream.example/authorize?state=x")
            let start = try #require(door.connections.firstStart)
            #expect(start.user == "u_anna" && start.session == Array("anna".utf8))
            #expect(start.returnTo == begun.location)
            try door.connections.say(.connected)
            let back = try await door.ask(start.returnTo, session: "anna", browser: begun.browser)
            #expect(back.status == 200 && back.text.contains("Authorize"))
            // Nor does the next request of that client, which nobody has authorized.
            let (_, next) = try await door.page()
            #expect(next.status == 200)
            let unknown = try await door.press(.connect, on: page, of: begun, more: [("upstream", "other")])
            #expect(unknown.status == 404)
        }
    }

    @Test("coming back from an upstream gives no code even to a client that was allowed before")
    func returning() async throws {
        try await withDoor { door in
            _ = try await door.code()
            try door.connections.say(.missing)
            let (begun, page) = try await door.page()
            #expect(page.status == 200)
            try door.connections.say(.connected)
            let back = try await door.ask(try #require(begun.location), session: "anna", browser: begun.browser)
            #expect(back.status == 200 && back.location == nil)
        }
    }

    @Test("what was allowed before is not asked again, unless something is different")
    func remembered() async throws {
        try await withDoor { door in
            let (_, first) = try await door.page(["scope": "mcp:read"])
            #expect(first.status == 200)
            _ = try await door.code(["scope": "mcp:read"])
            let (_, again) = try await door.page(["scope": "mcp:read"])
            #expect(again.status == 303 && again.parameter("code") != nil)
            for change in [
                ["scope": "mcp:read mcp:write"], ["scope": "mcp:read", "prompt": "consent"],
                ["scope": "mcp:read", "resource": "https://gate.example/v1/mcp/team"],
                ["scope": "mcp:read", "client_id": "once"],
            ] as [KeyValuePairs<String, String?>] {
                #expect(try await door.page(change).page.status == 200, "\(change)")
            }
            #expect(try await door.page(["scope": "mcp:read"], session: "bert").page.status == 200)
            door.clients.changeRedirects(of: "app")
            #expect(try await door.page(["scope": "mcp:read"]).page.status == 200)
        }
    }

    @Test("programs on the person's device are asked for each time (rulings 5.9, RFC 8252 8.6)")
    func devices() async throws {
        try await withDoor { door in
            let port = "http://127.0.0.1:51004/back"
            _ = try await door.code(["client_id": "desk", "redirect_uri": port])
            let (_, page) = try await door.page(["client_id": "desk", "redirect_uri": port])
            #expect(page.status == 200)
        }
    }

    @Test("Cancel forgets what was allowed")
    func forgetting() async throws {
        try await withDoor { door in
            _ = try await door.code()
            let (begun, page) = try await door.page(["prompt": "consent"])
            _ = try await door.press(.cancel, on: page, of: begun)
            #expect(try await door.page().page.status == 200)
        }
    }

    @Test("prompt=login wants a new session (OpenID Connect Core 3.1.2.1)")
    func login() async throws {
        try await withDoor { door in
            let (begun, page) = try await door.page(["prompt": "login"])
            #expect(page.status == 303 && page.location?.hasPrefix("/sign-in?next=") == true)
            #expect(page.location?.hasSuffix("&again=1") == true)
            let fresh = try await door.ask(
                try #require(begun.location), session: "anna-2", browser: begun.browser)
            #expect(fresh.status == 200 && fresh.text.contains("Authorize"))
        }
    }

    @Test("the default server is named where the client named none (rulings 5.3)")
    func defaultServer() async throws {
        try await withDoor { door in
            let (_, page) = try await door.page()
            #expect(page.text.contains("Everything") && page.text.contains("named no server"))
            let (_, named) = try await door.page(["resource": "https://gate.example/mcp"])
            #expect(!named.text.contains("named no server"))
        }
    }
}
