import GatewayModel
import OAuthRules
import Testing

struct ScopeRequestTests {
    @Test("missing scopes mean everything, and unknown ones are dropped beside a known one (rulings 3.5, 5.3)")
    func reading() throws {
        #expect(try ScopeRequest(nil) == ScopeRequest(access: .all, isOffline: false))
        #expect(try ScopeRequest("mcp:read") == ScopeRequest(access: .read, isOffline: false))
        #expect(try ScopeRequest("mcp:read junk") == ScopeRequest(access: .read, isOffline: false))
        #expect(try ScopeRequest("openid profile email") == ScopeRequest(access: .all, isOffline: false))
        #expect(try ScopeRequest("mcp:write  offline_access") == ScopeRequest(access: .write, isOffline: true))
    }

    @Test("only unknown scopes, and what is no scope, are refused (RFC 6749 3.3, 4.1.2.1)")
    func refusals() {
        let long = String(repeating: "mcp:read ", count: ScopeRequest.bytesMax / 9 + 1)
        for text in ["junk", "admin root", "mcp:read \u{7}", "mcp:\"read\"", "mcp:läsen", long] {
            let error = #expect(throws: OAuthError.self) { try ScopeRequest(text) }
            #expect(error?.code == .invalidScope)
        }
    }

    @Test("a refresh narrows only where it names access (RFC 6749 6)")
    func narrowing() throws {
        #expect(try ScopeRequest.narrowing(nil) == nil)
        #expect(try ScopeRequest.narrowing("offline_access openid") == nil)
        #expect(try ScopeRequest.narrowing("mcp:read offline_access") == .read)
    }
}
