import GatewayModel
import JSONCoding
import Telemetry
import Testing

@testable import OAuthRules

@Suite("What others say about who lets in")
struct IssuerRulesTests {
    @Test("is looked for in the order of the specification")
    func places() throws {
        func metadata(_ issuer: String) throws -> [String] {
            try IssuerPlaces.metadata(of: HTTPURL(issuer)).map(\.description)
        }
        #expect(
            try metadata("https://a.example/t") == [
                "https://a.example/.well-known/oauth-authorization-server/t",
                "https://a.example/.well-known/openid-configuration/t",
                "https://a.example/t/.well-known/openid-configuration",
            ])
        for issuer in ["https://a.example", "https://a.example/"] {
            #expect(
                try metadata(issuer) == [
                    "https://a.example/.well-known/oauth-authorization-server",
                    "https://a.example/.well-known/openid-configuration",
                ])
        }
        #expect(
            try IssuerPlaces.protectedResource(of: HTTPURL("https://a.example/x/mcp?k=v")).map(\.description) == [
                "https://a.example/.well-known/oauth-protected-resource/x/mcp",
                "https://a.example/.well-known/oauth-protected-resource",
            ])
    }

    @Test("is about the resource that it was found for, or one above it at the same origin")
    func resources() throws {
        let url = try HTTPURL("https://a.example/team/mcp")
        let rows: [(String, Bool)] = [
            ("https://a.example/team/mcp", true), ("https://a.example/team/mcp/", true),
            ("https://a.example/team", true),
            ("https://a.example", true), ("https://A.EXAMPLE/team/mcp", true), ("https://a.example/tea", false),
            ("https://a.example/team/mcp/more", false), ("http://a.example/team/mcp", false),
            ("https://b.example/team/mcp", false), ("https://a.example:8443/team/mcp", false),
            ("https://a.example/team/mcp?x=y", false), ("team/mcp", false),
        ]
        for (resource, isTaken) in rows {
            let document: JSONValue = [
                "resource": .string(resource), "authorization_servers": ["https://as.example"],
            ]
            #expect(((try? ProtectedResource(document, of: url)) != nil) == isTaken, "\(resource)")
        }
    }

    @Test("names a token that is read with everything that bounds it")
    func tokens() {
        func read(_ body: JSONValue, _ status: Int = 200) -> String {
            switch TokenAnswer(status: status, body: body, now: 1_000) {
            case .tokens(let tokens):
                "\(tokens.access.exposed) \(tokens.refresh?.exposed ?? "-") \(tokens.expiresAt ?? 0) \(tokens.scopes ?? ["?"])"
            case .refused(let code, _): "refused \(code)"
            case .unusable: "unusable"
            }
        }
        #expect(read(["access_token": "a", "token_type": "bearer"]) == #"a - 0 ["?"]"#)
        #expect(
            read(["access_token": "a", "refresh_token": "r", "expires_in": "60", "scope": "x  y x"])
                == #"a r 1060 ["x", "y"]"#)
        #expect(read(["access_token": "a", "expires_in": -5]) == #"a - 1000 ["?"]"#)
        #expect(read(["access_token": "a", "expires_in": 9e18]).hasPrefix("a - "))
        #expect(read(["access_token": "a b"]) == "unusable")
        #expect(read(["access_token": "a\r\nx: y"]) == "unusable")
        #expect(read(["access_token": ""]) == "unusable")
        let limit = TokenAnswer.tokenBytesMax
        #expect(read(["access_token": .string(String(repeating: "a", count: limit))]) != "unusable")
        #expect(read(["access_token": .string(String(repeating: "a", count: limit + 1))]) == "unusable")
        #expect(read(["access_token": "a", "token_type": "mac"]) == "unusable")
        #expect(read(["error": "invalid_grant"], 400) == "refused invalid_grant")
        #expect(read(["error": "invalid_grant"], 200) == "refused invalid_grant")
        #expect(read(["error": "server_error"], 500) == "unusable")
        #expect(read([], 200) == "unusable")
    }

    @Test("is asked for what the operator wrote, else the challenge, else the metadata, and never for less than before")
    func scopes() {
        var asked = AskedScopes()
        #expect(asked.all == [])
        asked.known = ["offline_access"]
        #expect(asked.all == [])
        asked.supported = ["a", "b"]
        #expect(asked.all == ["a", "b", "offline_access"])
        asked.challenged = ["a"]
        #expect(asked.all == ["a", "offline_access"])
        asked.earlier = ["c", "a"]
        #expect(asked.all == ["a", "c", "offline_access"])
        asked.configured = ["z"]
        #expect(asked.all == ["z", "c", "a"])
        #expect(ScopeText.words("a \"b\" c\\ d\u{7} é e") == ["a", "e"])
        #expect(ScopeText.union((0..<200).map { "s\($0)" }, []).count == ScopeText.countMax)
    }

    @Test("leads only to https, or to the very host that the operator wrote with http")
    func addresses() throws {
        let inside = CallableURLs(beside: try HTTPURL("http://10.0.0.5:9000/mcp"))
        #expect(inside.contains(try HTTPURL("http://10.0.0.5:9001/token")))
        #expect(!inside.contains(try HTTPURL("http://10.0.0.6/token")))
        #expect(inside.contains(try HTTPURL("https://as.example/token")))
        let outside = CallableURLs(beside: try HTTPURL("https://a.example/mcp"))
        #expect(!outside.contains(try HTTPURL("http://a.example/token")))
        #expect(!outside.isNamedHost(try HTTPURL("https://b.example/")))
    }
}
