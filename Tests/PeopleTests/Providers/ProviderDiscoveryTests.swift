import Cryptography
import JSONCoding
import Testing

@testable import People

@Suite("What a provider publishes")
struct ProviderDiscoveryTests {
    private static let place = "/.well-known/openid-configuration"

    @Test(
        "is not used when it is about another issuer, or lacks a place",
        arguments: [
            ["issuer": "https://evil.example"], ["issuer": nil], ["token_endpoint": nil],
            ["jwks_uri": "http://other.example/keys"], ["authorization_endpoint": "javascript:alert(1)"],
        ] as [[String: JSONValue?]])
    func unusable(change: [String: JSONValue?]) async throws {
        try await withProvider { (under) async throws in
            under.provider.set { $0.metadata = change }
            _ = try await under.browser.get("/sign-in")
            #expect(try await under.browser.post("/sign-in/test").status == 502)
            #expect(under.reports.count == 1)
        }
    }

    @Test("is compared with the issuer byte for byte: a final slash makes another one")
    func finalSlash() async throws {
        try await withProvider { (under) async throws in
            let slash = under.provider.issuer + "/"
            under.provider.set { $0.metadata = ["issuer": .string(slash)] }
            _ = try await under.browser.get("/sign-in")
            #expect(try await under.browser.post("/sign-in/test").status == 502)
            #expect(under.reports.first?.contains("a final slash included") == true)
        }
    }

    @Test("is kept for an hour, and longer while it cannot be had")
    func kept() async throws {
        try await withProvider { (under) async throws in
            #expect(try await under.signIn().status == 303)
            #expect(try await under.signIn().status == 303)
            #expect(under.provider.asked(Self.place) == 1 && under.provider.asked("/keys") == 1)
            under.test.clock.advance(.seconds(3_600))
            _ = try await under.begin()
            #expect(under.provider.asked(Self.place) == 2)
            under.test.clock.advance(.seconds(3_600))
            under.provider.set { $0.isAway = true }
            _ = try await under.begin()
            #expect(under.provider.asked(Self.place) == 3)
            let asked = try await under.begin()
            #expect(under.provider.asked(Self.place) == 3, "asked again after a minute only")
            #expect(try await under.comeBack(asked).status == 502, "the token endpoint is away")
        }
    }

    @Test("cannot be had at first: a page says so, and strangers cannot make us ask all the time")
    func away() async throws {
        try await withProvider { (under) async throws in
            under.provider.set { $0.isAway = true }
            for _ in 1...3 {
                _ = try await under.browser.get("/sign-in")
                let answer = try await under.browser.post("/sign-in/test")
                #expect(answer.status == 503 && answer.field("retry-after") != nil)
                #expect(answer.text.contains("cannot be reached"))
            }
            #expect(under.provider.asked(Self.place) == 1)
            under.provider.set { $0.isAway = false }
            under.test.clock.advance(.seconds(5))
            #expect(try await under.signIn().status == 303)
        }
    }

    @Test("has a new key when an ID token names one, asked for once in a minute")
    func newKey() async throws {
        try await withProvider { (under) async throws in
            #expect(try await under.signIn().status == 303)
            let key = try SigningKey.generate()
            under.provider.set { state in
                state.signing = key
                state.published = [("k2", key)]
            }
            #expect(try await under.signIn().status == 303)
            #expect(under.provider.asked("/keys") == 2)
            under.provider.set { $0.header = ["kid": "invented"] }
            for _ in 1...3 { #expect(try await under.signIn().status == 502) }
            #expect(under.provider.asked("/keys") == 2)
        }
    }

    @Test("a refused code is a page, and the log has the provider's reason")
    func refusedCode() async throws {
        try await withProvider { (under) async throws in
            under.provider.set { $0.tokenAnswer = ["error": "invalid_client", "error_description": "wrong secret"] }
            #expect(try await under.signIn().status == 502)
            #expect(under.reports == ["test: it refused the code: invalid_client, wrong secret"])
        }
    }

    @Test(
        "a host is bare or a mistake (F040)",
        arguments: [
            ("example.okta.com", true), ("https://example.okta.com", false), ("example.okta.com/", false),
            ("example.okta.com:443", false), ("user@example.okta.com", false), ("", false), ("Example.okta.com", false),
        ])
    func bareHost(text: String, isBare: Bool) {
        #expect((ProviderPreset.Kind.host.mistake(in: text) == nil) == isBare)
    }

    @Test("a path of dots, slashes or nothing is no word of an issuer", arguments: ["..", "a/b", "", "a b", "a?b"])
    func words(text: String) {
        #expect(ProviderPreset.Kind.word.mistake(in: text) != nil)
        #expect(ProviderPreset.Kind.guid.mistake(in: text) != nil)
    }
}
