import GatewayModel
import Storage
import Telemetry
import Testing
import WebUI

@testable import People

@Suite("The pages of people")
struct PageTests {
    private let form = [("username", "ada"), ("password", PeopleUnderTest.password)]

    @Test("signing in leads where somebody wanted to go, with cookies of this host")
    func signIn() async throws {
        try await withPages(try await PeopleUnderTest.withAda()) { browser, _ in
            let first = try await browser.get("/account?x=1")
            #expect(first.status == 303 && first.field("location") == "/sign-in?next=%2Faccount%3Fx%3D1")
            let page = try await browser.get("/sign-in?next=%2Faccount%3Fx%3D1")
            #expect(
                page.status == 200 && page.text.contains("name=\"username\"") && page.text.contains("name=\"password\"")
            )
            let visit = await browser.cookie("patchbay-visit")
            let answer = try await browser.post("/sign-in", form + [("next", "/account?x=1")])
            #expect(answer.status == 303 && answer.field("location") == "/account?x=1")
            #expect(answer.values("set-cookie").allSatisfy { $0.contains("HttpOnly; SameSite=Lax") })
            let session = await browser.cookie("patchbay")
            #expect(session != nil && session != visit)
            let account = try await browser.get("/account")
            #expect(
                account.status == 200 && account.text.contains("Claude &lt;b&gt;")
                    && !account.text.contains("Claude <b>"))
            #expect(try await browser.get("/sign-in?next=/account").status == 303, "no second sign-in")
        }
    }

    @Test(
        "signing in leads to no other place than ours",
        arguments: [
            "//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)",
            "/\r\nset-cookie: patchbay=planted",
        ])
    func openRedirect(_ next: String) async throws {
        try await withPages(try await PeopleUnderTest.withAda()) { browser, _ in
            let page = try await browser.get("/sign-in?next=" + WebAddress.escaped(next))
            #expect(page.text.contains("name=\"next\" value=\"/account\""))
            let answer = try await browser.post("/sign-in", form + [("next", next)])
            #expect(answer.status == 303 && answer.field("location") == "/account")
            #expect(answer.cookie("patchbay") != "planted")
            let out = try await browser.get("/account")
            #expect(out.status == 200)
            #expect(try await browser.post("/sign-out", [("next", next)]).field("location") == "/sign-in")
        }
    }

    @Test("an unknown user and a wrong password read the same, byte by byte, also when they have to wait")
    func enumeration() async throws {
        try await withPages(try await PeopleUnderTest.withAda()) { browser, _ in
            for attempt in 0...AttemptLedger.freeAttempts {
                var texts: [String] = []
                for name in ["ada", "bob"] {
                    _ = try await browser.get("/sign-in")
                    let answer = try await browser.post(
                        "/sign-in", [("username", name), ("password", "wrong password")])
                    let isFree = attempt < AttemptLedger.freeAttempts
                    #expect(answer.status == (isFree ? 401 : 429) && (answer.field("retry-after") == nil) == isFree)
                    texts.append(answer.text.replacing("value=\"\(name)\"", with: "value=\"\""))
                }
                #expect(texts[0] == texts[1])
            }
        }
    }

    @Test("the sign-in form is bound to the browser that it was shown in")
    func signInForgery() async throws {
        try await withPages(try await PeopleUnderTest.withAda()) { browser, port in
            _ = try await browser.get("/sign-in")
            let attackers = TestBrowser(port: port)
            let shown = try await attackers.get("/sign-in").formToken
            #expect(try await browser.post("/sign-in", form + [("form_token", shown)]).status == 403)
            await browser.setCookie("patchbay-visit", nil)
            #expect(try await browser.post("/sign-in", form).status == 403)
        }
    }

    @Test("a session id that somebody planted is not the one that is signed in")
    func fixation() async throws {
        try await withPages(try await PeopleUnderTest.withAda()) { browser, port in
            await browser.setCookie("patchbay", "planted")
            _ = try await browser.get("/sign-in")
            #expect(try await browser.post("/sign-in", form).status == 303)
            #expect(await browser.cookie("patchbay") != "planted")
            let attacker = TestBrowser(port: port)
            await attacker.setCookie("patchbay", "planted")
            #expect(try await attacker.get("/account").status == 303)
        }
    }

    @Test("signing out ends the session, not only the cookie, and its forms with it")
    func signOut() async throws {
        let test = try await PeopleUnderTest.withAda()
        try await withPages(test) { browser, _ in
            _ = try await browser.get("/sign-in")
            _ = try await browser.post("/sign-in", form)
            _ = try await browser.get("/account")
            let session = await browser.cookie("patchbay")
            #expect(
                try await browser.post("/sign-out", [("next", "/oauth/consent?request=1")]).field("location")
                    == "/oauth/consent?request=1")
            #expect(await browser.cookie("patchbay") == nil)
            #expect(try await test.sessionsOfAda() == 0)
            await browser.setCookie("patchbay", session)
            #expect(try await browser.get("/account").status == 303)
            #expect(try await browser.post("/account/keys", [("server", "default")]).status == 303)
        }
    }

    @Test("a key is shown once, for a server that the person may use, and revoked")
    func keys() async throws {
        let test = try await PeopleUnderTest.withAda()
        try await withPages(test) { browser, _ in
            _ = try await browser.get("/sign-in")
            _ = try await browser.post("/sign-in", form)
            _ = try await browser.get("/account")
            #expect(try await browser.post("/account/keys", [("server", "other")]).status == 403)
            let made = try await browser.post("/account/keys", [("server", "default"), ("name", "<build>")])
            #expect(made.status == 200 && made.text.contains("pbk_") && made.field("cache-control") == "no-store")
            let page = try await browser.get("/account")
            #expect(!page.text.contains("pbk_") && page.text.contains("&lt;build&gt;"))
            let key = try #require(try await test.people.keys().first)
            #expect(try await browser.post("/account/keys/k_none/revoke").status == 404)
            #expect(try await browser.post("/account/keys/\(key.id)/revoke").status == 303)
            #expect(try await test.people.keys().isEmpty)
        }
    }

    @Test("clients are revoked, and browsers signed out everywhere")
    func clientsAndBrowsers() async throws {
        let test = try await PeopleUnderTest.withAda()
        let parts = MadeUpParts()
        try await withPages(test, parts: parts) { browser, _ in
            _ = try await browser.get("/sign-in")
            _ = try await browser.post("/sign-in", form)
            _ = try await browser.get("/account")
            #expect(try await browser.post("/account/clients/g_1/revoke").status == 303)
            #expect(try await browser.post("/account/clients/g_2/revoke").status == 404)
            #expect(parts.revoked.all == ["g_1 of Ada", "g_2 of Ada"])
            _ = try await test.signedIn()
            #expect(try await browser.post("/account/sign-out-everywhere").status == 303)
            #expect(try await test.sessionsOfAda() == 0)
        }
    }

    @Test("who knows the present password sets another one, stays signed in here and nowhere else")
    func password() async throws {
        let test = try await PeopleUnderTest.withAda()
        try await withPages(test) { browser, port in
            _ = try await browser.get("/sign-in")
            _ = try await browser.post("/sign-in", form)
            _ = try await test.signedIn()
            _ = try await browser.get("/account")
            let new = "another long password"
            for (present, wanted) in [("wrong password", new), (PeopleUnderTest.password, "short"), ("", new)] {
                let answer = try await browser.post("/account/password", [("present", present), ("password", wanted)])
                #expect(answer.status == 422 && answer.text.contains("role=\"alert\""))
            }
            #expect(try await test.sessionsOfAda() == 2)
            let fields = [("present", PeopleUnderTest.password), ("password", new)]
            let done = try await browser.post("/account/password", fields)
            #expect(done.status == 303 && done.field("location") == "/account?changed=password")
            #expect(try await browser.get("/account?changed=password").text.contains("role=\"status\""))
            #expect(try await test.sessionsOfAda() == 1)
            let other = TestBrowser(port: port)
            _ = try await other.get("/sign-in")
            #expect(try await other.post("/sign-in", form).status == 401)
            #expect(try await other.post("/sign-in", [("username", "ada"), ("password", new)]).status == 303)
        }
    }

    @Test("the present password cannot be guessed faster on the account page than at the sign-in")
    func passwordGuesses() async throws {
        try await withPages(try await PeopleUnderTest.withAda()) { browser, _ in
            _ = try await browser.get("/sign-in")
            _ = try await browser.post("/sign-in", form)
            _ = try await browser.get("/account")
            var statuses: [Int] = []
            for _ in 0...AttemptLedger.freeAttempts {
                let fields = [("present", "wrong password"), ("password", "another long password")]
                statuses.append(try await browser.post("/account/password", fields).status)
            }
            #expect(statuses == Array(repeating: 422, count: AttemptLedger.freeAttempts) + [429])
        }
    }

    @Test("the first start's page makes the operator, signs them in, and is gone")
    func setUp() async throws {
        let test = try await PeopleUnderTest()
        try await withPages(test) { browser, _ in
            #expect(try await browser.get("/setup").status == 410)
            #expect(try await browser.get("/setup?token=guess").status == 410)
            let link = try #require(try await test.people.firstStartLink()).exposed.text
            let token = String(link.split(separator: "=")[1])
            #expect(try await browser.get(link).status == 200)
            let short = try await browser.post(
                "/setup", [("token", token), ("username", "root"), ("password", "short")])
            #expect(short.status == 422 && short.text.contains("at least 8"))
            let made = try await browser.post(
                "/setup", [("token", token), ("username", "root"), ("password", "long enough")])
            #expect(made.status == 303)
            #expect(try await browser.get("/account").text.contains("Operator"))
            #expect(try await browser.get(link).status == 410)
        }
    }

    @Test("on https the cookies have the name that no neighbouring host can set")
    func secureCookies() async throws {
        try await withPages(try await PeopleUnderTest.withAda(), publicURL: "https://gate.example") { browser, _ in
            _ = try await browser.get("/sign-in")
            let answer = try await browser.post("/sign-in", form, ["origin: https://gate.example"])
            #expect(answer.status == 303)
            #expect(
                answer.values("set-cookie").allSatisfy { $0.hasPrefix("__Host-patchbay") && $0.contains("; Secure") })
            #expect(try await browser.get("/account").status == 200)
        }
    }

    @Test("providers have buttons, whose page lets a form end elsewhere, and the texts agree in both languages")
    func waysAndWords() async throws {
        let ways = [SignInWay("/sign-in/example", name: "Example <ID>")]
        try await withPages(try await PeopleUnderTest.withAda(), ways: ways) { browser, _ in
            let page = try await browser.get("/sign-in?next=/account", ["accept-language: de"])
            #expect(page.text.contains("Mit Example &lt;ID&gt; anmelden"))
            #expect(page.field("content-security-policy")?.contains("form-action") == false)
            #expect(page.field("content-security-policy")?.contains("frame-ancestors 'none'") == true)
        }
        #expect(PeopleWord.disagreements == [])
    }
}
