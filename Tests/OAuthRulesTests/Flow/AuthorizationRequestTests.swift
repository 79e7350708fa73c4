import GatewayModel
import OAuthRules
import Testing

struct AuthorizationRequestTests {
    private static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    private func read(_ changes: [String: String?] = [:]) throws -> AuthorizationRequest {
        var parameters: [String: String?] = [
            "response_type": "code", "code_challenge": Self.challenge, "code_challenge_method": "S256", "state": "s",
        ]
        parameters.merge(changes) { _, new in new }
        let text = parameters.compactMap { name, value in value.map { "\(name)=\($0)" } }.joined(separator: "&")
        return try AuthorizationRequest(
            form(text), client: "client", redirectURI: "https://client.example/back",
            addresses: Configurations.addresses())
    }

    private func refusal(_ changes: [String: String?]) -> OAuthError.Code? {
        do {
            _ = try read(changes)
            return nil
        } catch {
            return (error as? OAuthError)?.code
        }
    }

    @Test("a whole request, with parameters that nobody knows")
    func whole() throws {
        let request = try read([
            "resource": "https://gate.example/v1/mcp/team", "scope": "mcp:read offline_access", "prompt": "consent",
            "id_token_hint": "x", "unheard_of": "y", "response_mode": "query",
        ])
        #expect(request.server == (try ServerSlug("team")) && request.namesServer)
        #expect(request.scopes == ScopeRequest(access: .read, isOffline: true))
        #expect(request.prompts == [.consent])
        #expect(request.state == "s" && request.challenge == Self.challenge)
    }

    @Test("state comes back as it was, up to its limit (RFC 6749 4.1.2)")
    func state() throws {
        let longest = String(repeating: "s", count: AuthorizationRequest.stateBytesMax)
        #expect(try read(["state": longest]).state == longest)
        #expect(refusal(["state": longest + "s"]) == .invalidRequest)
        #expect(try read(["state": nil]).state == nil)
        #expect(AuthorizationRequest.stateForErrors(form("state=a&scope=x&scope=y")) == "a")
        #expect(AuthorizationRequest.stateForErrors(form("state=a&state=b")) == nil)
    }

    @Test(
        "PKCE cannot be left out or weakened (RFC 7636 4.4.1, RFC 9700 2.1.1)",
        arguments: [
            ["code_challenge": nil], ["code_challenge_method": nil], ["code_challenge_method": "plain"],
            ["code_challenge_method": "s256"], ["code_challenge": "short"], ["code_challenge": challenge + "A"],
            ["code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"],
        ] as [[String: String?]])
    func downgrade(changes: [String: String?]) {
        #expect(refusal(changes) == .invalidRequest)
    }

    @Test("other kinds of request are refused by name (RFC 6749 4.1.2.1, RFC 8707 2, OpenID Connect Core 3.1.2.6)")
    func kinds() {
        #expect(refusal(["response_type": nil]) == .invalidRequest)
        #expect(refusal(["response_type": "token"]) == .unsupportedResponseType)
        #expect(refusal(["response_type": "code%20token"]) == .unsupportedResponseType)
        #expect(refusal(["response_mode": "fragment"]) == .invalidRequest)
        #expect(refusal(["request": "jwt"]) == .requestNotSupported)
        #expect(refusal(["request_uri": "urn:x"]) == .requestURINotSupported)
        #expect(refusal(["resource": "https://evil.example/mcp"]) == .invalidTarget)
        #expect(refusal(["scope": "junk"]) == .invalidScope)
        #expect(refusal(["prompt": "none%20login"]) == .invalidRequest)
    }

    @Test("a parameter that stands there twice is refused (RFC 6749 3.1)", arguments: ["state", "scope", "prompt"])
    func repetition(name: String) {
        #expect(refusal([name: "a&\(name)=b"]) == .invalidRequest)
    }

    @Test("the answer keeps the redirect URI's own query, escapes everything, and names the issuer (RFC 9207 2)")
    func answers() {
        let state = "a+b/=%~\r\nLocation: x"
        let escaped = "a%2Bb%2F%3D%25~%0D%0ALocation%3A%20x"
        let answer = AuthorizationAnswer(.code("pbc_1"), state: state)
        let tail = "code=pbc_1&state=\(escaped)&iss=https%3A%2F%2Fgate.example"
        for (uri, joint) in [
            ("https://client.example/back", "?"), ("https://client.example/back?x=1", "&"),
            ("cursor://anysphere.cursor-mcp/oauth/callback", "?"), ("com.example.app:/back?", ""),
        ] {
            #expect(answer.location(uri, issuer: "https://gate.example") == uri + joint + tail)
        }
        let error = AuthorizationAnswer(.error(OAuthError(.accessDenied, "The person said no.")), state: nil)
        #expect(
            error.location("https://c.example/", issuer: "https://gate.example")
                == "https://c.example/?error=access_denied&error_description=The%20person%20said%20no.&iss=https%3A%2F%2Fgate.example"
        )
    }
}
