import GatewayModel
import JSONCoding
import Storage
import Synchronization
import Testing
import WebUI

@testable import People

@Suite("Signing in by a provider")
struct ProviderSignInTests {
    @Test("leads where somebody wanted to go, and tells nobody the provider's token (F038)")
    func signIn() async throws {
        try await withProvider { (under) async throws in
            let page = try await under.browser.get("/sign-in")
            #expect(page.text.contains("Sign in with The &lt;ID&gt; of test"))
            let asked = try await under.begin(next: "/account?x=1")
            #expect(asked["response_type"] == "code" && asked["client_id"] == "client-of-ours")
            #expect(asked["redirect_uri"] == "http://127.0.0.1:8080/sign-in/test/callback")
            #expect(asked["code_challenge_method"] == "S256" && asked["code_challenge"]?.count == 43)
            #expect(asked["state"]?.count == 43 && asked["nonce"]?.count == 43 && asked["nonce"] != asked["state"])
            #expect(asked["scope"] == "openid profile email" && !asked.values.contains(TestProvider.secret))
            let answer = try await under.comeBack(asked)
            #expect(answer.status == 303 && answer.field("location") == "/account?x=1")
            #expect(await under.browser.cookie("patchbay-provider") == nil)
            #expect(try await under.browser.get("/account").text.contains("Grace"))
            #expect(try await under.browser.get("/sign-in").status == 303, "no second sign-in (F041)")
            let user = try await under.test.people.user(named: "grace")
            #expect(user.identity == ProviderIdentity(provider: "test", subject: "subject-1"))
            #expect(user.email == "grace@example.org" && user.groups == ["admins", "crew"] && user.role == .operator)
            #expect(user.passwordHash == nil && under.reports == [])
            #expect(try !under.test.database.contains(TestProvider.accessToken))
            #expect(under.provider.asked("/userinfo") == 0, "everything stands in the ID token")
        }
    }

    @Test("gives the groups and the role of this sign-in; a missing claim means none (F086)")
    func groups() async throws {
        try await withProvider { (under) async throws in
            #expect(try await under.signIn().status == 303)
            let id = try await under.test.people.user(named: "grace").id
            under.provider.set {
                $0.claims = ["groups": ["crew"], "preferred_username": "other", "email": "g@new.example"]
            }
            #expect(try await under.signIn().status == 303)
            let second = try await under.test.people.user(named: "grace")
            #expect(second.id == id && second.groups == ["crew"] && second.role == .member)
            #expect(second.email == "g@new.example" && under.test.news.all == ["changed \(id)"])
            #expect(try await under.signIn().status == 303)
            #expect(under.test.news.all.count == 1, "nothing new is no news")
            under.provider.set { state in
                state.claims = ["groups": nil]
                state.info = ["sub": "subject-1"]
            }
            #expect(try await under.signIn().status == 303)
            #expect(try await under.test.people.user(named: "grace").groups == [])
            #expect(try await under.names == ["Grace"])
        }
    }

    @Test("leaves to the operator what the provider is not asked for")
    func operatorsGroups() async throws {
        try await withProvider(roles: [:], groupsClaim: nil) { (under) async throws in
            #expect(try await under.signIn().status == 303)
            #expect(try await under.test.people.user(named: "grace").groups == [])
            try await under.test.people.setGroups(["staff"], of: "grace")
            try await under.test.people.setRole(.builder, of: "grace")
            #expect(try await under.signIn().status == 303)
            let user = try await under.test.people.user(named: "grace")
            #expect(user.groups == ["staff"] && user.role == .builder)
        }
    }

    @Test("never joins somebody to an account that has the same name or address")
    func sameName() async throws {
        try await withProvider { (under) async throws in
            try await under.test.people.addUser(
                name: UserName("GRACE"), role: .operator, password: Password("correct horse"))
            #expect(try await under.signIn().status == 303)
            #expect(try await under.names == ["GRACE", "Grace-2"])
            under.provider.set {
                $0.claims = ["sub": "subject-2", "preferred_username": " \u{202E}", "email": "Grace"]
            }
            #expect(try await under.signIn().status == 303)
            #expect(try await under.names == ["GRACE", "Grace-2", "Grace-3"])
            under.provider.set { $0.claims = ["sub": "subject-3", "preferred_username": "Ada Lovelace"] }
            #expect(try await under.signIn().status == 303)
            #expect(try await under.names.contains("Ada-Lovelace"))
            // The same subject of another provider is another person.
            let asked = try await under.begin(at: "other")
            let code = under.provider.code(for: asked)
            #expect(
                try await under.callback([("code", code), ("state", asked["state"] ?? "")], at: "other").status == 303)
            #expect(try await under.names.count == 5)
        }
    }

    @Test("asks userinfo for what does not stand in the ID token, and believes it of the same person only")
    func userInfo() async throws {
        try await withProvider { (under) async throws in
            under.provider.set { state in
                state.claims = ["groups": nil, "email": nil]
                state.info = ["sub": "subject-1", "email": "grace@example.org", "groups": ["crew"]]
            }
            #expect(try await under.signIn().status == 303)
            let user = try await under.test.people.user(named: "grace")
            #expect(user.email == "grace@example.org" && user.groups == ["crew"])
            under.provider.set { $0.info = ["sub": "subject-2", "groups": ["admins"]] }
            #expect(try await under.signIn().status == 502)
            #expect(under.reports == ["test: its userinfo is about somebody else"])
            #expect(try await under.test.people.user(named: "grace").groups == ["crew"])
        }
    }

    @Test("takes groups by the path of a claim, and by a name that is an address")
    func claimNames() async throws {
        try await withProvider(groupsClaim: "realm_access.roles") { (under) async throws in
            under.provider.set { $0.claims = ["realm_access": ["roles": ["admins"]]] }
            #expect(try await under.signIn().status == 303)
            #expect(try await under.test.people.user(named: "grace").groups == ["admins"])
        }
        try await withProvider(groupsClaim: "https://example.com/groups") { (under) async throws in
            under.provider.set { $0.claims = ["https://example.com/groups": "crew"] }
            #expect(try await under.signIn().status == 303)
            #expect(try await under.test.people.user(named: "grace").groups == ["crew"])
        }
    }

    @Test("keeps out whoever is disabled, is in too many groups, or has no verified address of ours")
    func notAdmitted() async throws {
        try await withProvider(emailDomains: ["example.org"]) { (under) async throws in
            let odd: [[String: JSONValue?]] = [
                ["email": "grace@example.com"], ["email_verified": false], ["email_verified": nil], ["email": nil],
                ["email": "grace@example.org@example.com"], ["groups": .array((0...100).map { .string("g\($0)") })],
            ]
            for claims in odd {
                under.provider.set { state in
                    state.claims = claims
                    state.info = ["sub": "subject-1"]
                }
                let answer = try await under.signIn()
                #expect(answer.status == 403 && answer.text.contains("may not come in"), "\(claims)")
            }
            #expect(try await under.names == [])
            under.provider.set { $0.claims = ["email_verified": "true", "email": "Grace@EXAMPLE.org"] }
            #expect(try await under.signIn().status == 303)
            try await under.test.people.setDisabled(true, of: "grace")
            #expect(try await under.signIn().status == 403)
            #expect(try await under.browser.get("/account").status == 303)
        }
    }

    @Test(
        "says who we are in the way that the provider knows",
        arguments: [
            (TestProvider.secret, ["client_secret_post", "client_secret_basic"], true),
            (TestProvider.secret, nil, true), (TestProvider.secret, ["client_secret_post"], false),
            (nil, ["none"], false),
        ] as [(String?, [String]?, Bool)])
    func clientAuthentication(secret: String?, methods: [String]?, isBasic: Bool) async throws {
        try await withProvider(secret: secret) { (under) async throws in
            under.provider.set { $0.methods = methods }
            #expect(try await under.signIn().status == 303)
            let authorization = under.provider.state.withLock { $0.authorizations[0] }
            let body = parameters(of: under.provider.state.withLock { $0.bodies[0] })
            #expect(authorization.hasPrefix("Basic ") == isBasic)
            #expect(body["client_id"] == (isBasic ? nil : "client-of-ours"))
            #expect(body["client_secret"] == (isBasic ? nil : secret))
        }
    }
}
