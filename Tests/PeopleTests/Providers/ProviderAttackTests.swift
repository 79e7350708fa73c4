import Cryptography
import JSONCoding
import Testing
import WebUI

@testable import People

/// One negative test for each clause.
@Suite("A sign-in by a provider that is not one")
struct ProviderAttackTests {
    @Test(
        "is refused by its ID token (OpenID Connect Core 1.0, 3.1.3.7)",
        arguments: [
            ("3.1.3.7.2: another issuer", ["iss": "http://evil.example"]),
            ("3.1.3.7.3: for somebody else", ["aud": "another-client"]),
            ("3.1.3.7.3: for nobody", ["aud": nil]),
            ("3.1.3.7.4: for several, and nobody says for whom", ["aud": ["client-of-ours", "another"]]),
            ("3.1.3.7.5: at the wish of another one", ["azp": "another"]),
            ("3.1.3.7.9: over", ["exp": 1_700_000_000]), ("3.1.3.7.9: without an end", ["exp": nil]),
            ("3.1.3.7.10: of no time", ["iat": nil]), ("3.1.3.7.10: of a later time", ["iat": 1_900_000_000]),
            ("3.1.3.7.11: of another sign-in", ["nonce": "another"]), ("3.1.3.7.11: of no sign-in", ["nonce": nil]),
            ("2: of nobody", ["sub": nil]),
            ("2: of somebody with a long name", ["sub": .string(String(repeating: "x", count: 256))]),
        ] as [(String, [String: JSONValue?])])
    func claims(clause: String, claims: [String: JSONValue?]) async throws {
        try await withProvider { (under) async throws in
            under.provider.set { $0.claims = claims }
            try await expectNothing(under)
        }
    }

    @Test(
        "is refused by its header or its signature (RFC 8725, 3.1, 3.2, 3.11)",
        arguments: [
            (["alg": "none"], ""), (["alg": "none"], nil), (["alg": "None"], "AAAA"), (["alg": "HS256"], nil),
            (["alg": "RS256"], nil),
            ([:], "AAAA"), (["kid": "k2"], nil), (["typ": "at+jwt"], nil), (["crit": ["x"]], nil),
        ] as [([String: JSONValue?], String?)])
    func signature(header: [String: JSONValue?], signature: String?) async throws {
        try await withProvider { (under) async throws in
            under.provider.set { state in
                state.header = header
                state.signature = signature
            }
            try await expectNothing(under)
        }
    }

    @Test("is refused when another key has signed it, under the name of the right one or without a name")
    func foreignKey() async throws {
        let foreign = try SigningKey.generate()
        try await withProvider { (under) async throws in
            under.provider.set { $0.signing = foreign }
            try await expectNothing(under)
            under.provider.set { $0.header = ["kid": nil] }
            let answer = try await under.signIn()
            #expect(answer.status == 502)
            #expect(try await under.names == [])
        }
    }

    private func expectNothing(_ under: ProviderUnderTest) async throws {
        let answer = try await under.signIn()
        #expect(answer.status == 502 && answer.text.contains("did not work"))
        #expect(try await under.names == [])
        #expect(await under.browser.cookie("patchbay") == nil)
        #expect(under.reports.count == 1 && under.reports[0].hasPrefix("test: "))
        #expect(!under.reports[0].contains("eyJ") && !under.reports[0].contains(TestProvider.accessToken))
    }

    @Test(
        "ends at a page to begin again: an invented state, none, another browser's, another provider's (RFC 6749, 10.12)"
    )
    func state() async throws {
        try await withProvider { (under) async throws in
            let asked = try await under.begin(next: "/account?x=1")
            let state = asked["state"] ?? ""
            let stranger = TestBrowser(port: under.port)
            let theirs = try await under.begin(in: stranger)
            let attempts: [Answer] = [
                try await under.comeBack(theirs, in: TestBrowser(port: under.port)),
                try await under.comeBack(asked, in: stranger),
                try await under.callback([("code", under.provider.code(for: asked)), ("state", state)], at: "other"),
            ]
            for answer in attempts {
                #expect(answer.status == 400 && answer.text.contains("Begin again"))
                #expect(answer.field("location") == nil)
            }
            for query in [[("code", "c")], [("code", "c"), ("state", "")], [("code", "c"), ("state", state + "x")]] {
                let again = try await under.begin()
                _ = again
                #expect(try await under.callback(query).status == 400)
            }
            #expect(try await under.names == [] && under.provider.asked("/token") == 0)
            #expect(under.reports == [])
        }
    }

    @Test("is refused when it comes a second time, with the code or another one")
    func replay() async throws {
        try await withProvider { (under) async throws in
            let asked = try await under.begin()
            let cookie = await under.browser.cookie("patchbay-provider")
            #expect(try await under.comeBack(asked).status == 303)
            await under.browser.setCookie("patchbay-provider", cookie)
            let answer = try await under.comeBack(asked)
            #expect(answer.status == 400 && answer.text.contains("Begin again"))
            #expect(under.provider.asked("/token") == 1)
        }
    }

    @Test("ends at a page to begin again after a quarter of an hour, and that page knows where to go (F043)")
    func tooOld() async throws {
        try await withProvider { (under) async throws in
            let asked = try await under.begin(next: "/account?x=1")
            under.test.clock.advance(PendingSignIn.lifetime)
            let answer = try await under.comeBack(asked)
            #expect(answer.status == 400 && answer.text.contains("took too long"))
            #expect(answer.text.contains("/sign-in?next=%2Faccount%3Fx%3D1"))
            #expect(try await under.names == [])
        }
    }

    @Test("is not acted on when another provider answers (RFC 9207, 2.4; RFC 9700, 4.4)")
    func mixUp() async throws {
        try await withProvider { (under) async throws in
            let asked = try await under.begin()
            #expect(try await under.comeBack(asked, with: [("iss", "https://evil.example")]).status == 502)
            #expect(try await under.comeBack(asked, with: [("iss", under.provider.issuer + "/")]).status == 502)
            #expect(under.provider.asked("/token") == 0, "the code went nowhere")
            #expect(try await under.comeBack(asked, with: [("iss", under.provider.issuer)]).status == 303)
        }
        try await withProvider { (under) async throws in
            under.provider.set { $0.metadata = ["authorization_response_iss_parameter_supported": true] }
            let asked = try await under.begin()
            #expect(try await under.comeBack(asked).status == 502)
        }
    }

    @Test("is told to the client that waits, or on a page, and what the provider says is only text (F044)")
    func accessDenied() async throws {
        let denied: @Sendable (WebAddress, WebRequest) async throws(WebProblem) -> WebResponse? = {
            (next, _) throws(WebProblem) in
            guard next == "/oauth/consent?request=r" else { return nil }
            return try .redirect(toRegistered: "client:/back?error=access_denied&state=s")
        }
        try await withProvider(givenUp: denied) { (under) async throws in
            let asked = try await under.begin(next: "/oauth/consent?request=r")
            let answer = try await under.callback([("error", "access_denied"), ("state", asked["state"] ?? "")])
            #expect(answer.field("location") == "client:/back?error=access_denied&state=s")
            let second = try await under.begin()
            let page = try await under.callback([("error", "access_denied"), ("state", second["state"] ?? "")])
            #expect(page.status == 403 && page.text.contains("did not sign you in"))
            let third = try await under.begin(next: "/oauth/consent?request=r")
            let odd = try await under.callback([("error", "<script>"), ("state", third["state"] ?? "")])
            #expect(odd.status == 502 && odd.text.contains("&lt;script&gt;") && !odd.text.contains("<script>"))
            // Nobody else can make our client hear it.
            _ = try await under.begin(next: "/oauth/consent?request=r")
            #expect(try await under.callback([("error", "access_denied"), ("state", "invented")]).status == 400)
        }
    }

    @Test("cannot be begun by another page, nor lead to another place than ours")
    func beginning() async throws {
        try await withProvider { (under) async throws in
            _ = try await under.browser.get("/sign-in")
            #expect(try await under.browser.post("/sign-in/test", [("form_token", "invented")]).status == 403)
            #expect(try await under.browser.get("/sign-in/test").status == 405)
            let asked = try await under.begin(next: "//evil.example")
            #expect(try await under.comeBack(asked).field("location") == "/account")
            _ = try await under.browser.get("/sign-in?again=1")
            #expect(try await under.browser.post("/sign-in/nobody").status == 404)
        }
    }
}
