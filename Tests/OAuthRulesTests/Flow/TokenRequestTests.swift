import GatewayModel
import JSONCoding
import OAuthRules
import Testing

struct TokenRequestTests {
    private let verifier = String(repeating: "v", count: 43)

    private func exchange(_ text: String) throws -> CodeExchange {
        try CodeExchange(form(text), addresses: Configurations.addresses())
    }

    @Test("a code comes with its verifier, of 43 to 128 characters (RFC 7636 4.1)")
    func verifiers() throws {
        #expect(try exchange("code=c&code_verifier=\(verifier)").verifier == verifier)
        let longest = String(repeating: "~", count: 128)
        #expect(try exchange("code=c&code_verifier=\(longest)").verifier == longest)
        for wrong in [String(verifier.dropLast()), longest + "~", verifier + "%20", verifier + "ä", ""] {
            #expect(try exchange("code=c&code_verifier=\(wrong)").verifier == nil)
        }
    }

    @Test("what is missing, repeated or of another server is refused (RFC 6749 3.2, RFC 8707 2.2)")
    func refusals() throws {
        for (text, code) in [
            ("code_verifier=x", OAuthError.Code.invalidRequest), ("code=a&code=b", .invalidRequest),
            ("code=a&redirect_uri=x&redirect_uri=y", .invalidRequest),
            ("code=a&resource=https://evil.example/mcp", .invalidTarget),
        ] {
            let error = #expect(throws: OAuthError.self) { try exchange(text) }
            #expect(error?.code == code)
        }
    }

    @Test("a refresh may name server and scopes, and need not")
    func refresh() throws {
        let addresses = try Configurations.addresses()
        let bare = try RefreshExchange(form("refresh_token=t"), addresses: addresses)
        #expect(bare.token == "t" && bare.server == nil && bare.scopes == nil)
        let full = try RefreshExchange(
            form("refresh_token=t&resource=https://gate.example/mcp/&scope=mcp:read"), addresses: addresses)
        #expect(full.server == .default && full.scopes == .read)
    }

    @Test("answers are as RFC 6749 5.1 and 5.2 write them")
    func answers() throws {
        let answer = GivenTokens(accessToken: "a", expiresIn: 3600, refreshToken: nil, scope: "mcp:read")
        #expect(
            String(decoding: answer.json, as: UTF8.self)
                == #"{"access_token":"a","token_type":"Bearer","expires_in":3600,"scope":"mcp:read"}"#)
        let error = OAuthError(.invalidGrant, "No.")
        #expect(
            String(decoding: error.json, as: UTF8.self)
                == #"{"error":"invalid_grant","error_description":"No."}"#)
        #expect(error.status == 400 && OAuthError(.invalidClient, "").status == 401)
    }
}
