import OAuthRules
import Testing

private func client(
    _ redirects: String..., origin: ClientOrigin = .registered
) throws -> OAuthClient {
    OAuthClient(
        id: "c_1", origin: origin, metadata: ClientMetadata(redirectURIs: try redirects.map { try RedirectURI($0) }))
}

@Suite struct `A redirect URI` {
    @Test(
        "may be https, loopback by http, or a scheme of the client's own",
        arguments: [
            "https://claude.ai/api/mcp/auth_callback", "https://chatgpt.com/connector_platform_oauth_redirect",
            "https://chatgpt.com/connector/oauth/OUbdUMlL15Ct", "http://127.0.0.1:33418/", "http://localhost/callback",
            "http://[::1]:8080/cb?x=1", "cursor://anysphere.cursor-mcp/oauth/callback", "com.example.app:/callback",
            "vscode://vscode.github-authentication/did-authenticate", "https://host:8443/callback?a=b",
        ])
    func accepted(text: String) throws {
        let uri = try RedirectURI(text)
        #expect(uri.text == text)
        #expect(uri.admits(text))
    }

    @Test(
        "is refused when it is no absolute URI, has a fragment, or leads nowhere that is safe (RFC 6749 3.1.2, OAuth 2.1 2.3)",
        arguments: [
            "", "callback", "/callback", "//host/callback", "https:///x", "https://host/#fragment", "app:/x#fragment",
            "http://host/callback", "http://127.0.0.2/", "http://localhost.example/", "http://a.localhost/",
            "https://user:word@host/", "https://host/ x", "https://host/\u{0}", "https://host/\r\nset-cookie:x", "app:",
            "app:/\"x", "app:/<x>", "1app:/x", "https://h\u{f6}st/",
        ])
    func refused(text: String) {
        #expect { try RedirectURI(text) } throws: { ($0 as? ClientMetadataError)?.code == .invalidRedirectURI }
    }

    @Test(
        "never has a scheme that runs or shows something (rulings 5.8)",
        arguments: [
            "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd", "VBSCRIPT:x",
            "blob:https://host/1",
        ])
    func schemes(text: String) {
        #expect { try RedirectURI(text) } throws: { ($0 as? ClientMetadataError)?.code == .invalidRedirectURI }
    }

    @Test("has a longest length, and not one byte more")
    func length() throws {
        let start = "https://host/"
        let longest = start + String(repeating: "x", count: ClientLimits.urlBytes - start.utf8.count)
        #expect(throws: Never.self) { try RedirectURI(longest) }
        #expect(throws: ClientMetadataError.self) { try RedirectURI(longest + "x") }
    }

    @Test("on the user's own machine may have any port, on the registered spelling of the host (RFC 8252 7.3)")
    func loopbackPorts() throws {
        let one = try client("http://127.0.0.1:1111/callback")
        #expect(one.redirect("http://127.0.0.1:2222/callback") == "http://127.0.0.1:2222/callback")
        #expect(one.redirect("http://127.0.0.1/callback") != nil)
        for other in [
            "http://localhost:1111/callback", "http://[::1]:1111/callback", "http://127.0.0.1:1111/other",
            "http://127.0.0.1:1111/callback?x", "https://127.0.0.1:1111/callback",
            "http://127.0.0.1.example:1111/callback",
            "http://127.0.0.1:1111@evil.example/callback", "http://127.0.0.1:1111/callback#x",
            "http://127.0.0.1:0/callback", "http://127.0.0.1:99999/callback",
        ] { #expect(one.redirect(other) == nil, "\(other)") }
        #expect(try client("http://localhost:1/x").redirect("http://localhost:65535/x") != nil)
        #expect(try client("http://[::1]/x").redirect("http://[::1]:5/x") != nil)
    }

    @Test("elsewhere is the registered one to the byte (RFC 6749 3.1.2.3, RFC 9700 2.1)")
    func exact() throws {
        let one = try client("https://host.example/callback", "app.example:/callback")
        #expect(one.redirect("https://host.example/callback") != nil)
        #expect(one.redirect("app.example:/callback") != nil)
        for other in [
            "https://host.example/callback/", "https://host.example/callback?x=1", "https://HOST.example/callback",
            "https://host.example:443/callback", "https://host.example/Callback", "https://host.example/callback/../x",
            "https://host.example.evil/callback", "https://evil/https://host.example/callback",
            "app.example:/callback2",
            "APP.example:/callback", "app.example://callback", "http://host.example/callback",
        ] { #expect(one.redirect(other) == nil, "\(other)") }
    }

    @Test("may be left out of a request when there is one only (RFC 6749 3.1.2.3)")
    func leftOut() throws {
        #expect(try client("https://host/").redirect(nil) == "https://host/")
        #expect(try client("https://host/", "https://other/").redirect(nil) == nil)
        #expect(try client(OAuthClient.connectorCallbacks, origin: .operator).redirect(nil) == nil)
    }

    @Test("of ChatGPT's connectors is any one segment, for clients that the operator made (rulings 5.8)")
    func connectors() throws {
        let made = try client(OAuthClient.connectorCallbacks, origin: .operator)
        #expect(made.redirect("https://chatgpt.com/connector/oauth/OUbdUMlL15Ct") != nil)
        for other in [
            "https://chatgpt.com/connector/oauth/a/b", "https://chatgpt.com/connector/oauth/a?b",
            "https://chatgpt.com/connector/oauth/%2e%2e", "https://chatgpt.com/connector/oauth/..",
            "https://chatgpt.com.evil/connector/oauth/a", "https://chatgpt.com/other/a",
            "http://chatgpt.com/connector/oauth/a",
            "https://chatgpt.com/connector/oauth/" + String(repeating: "a", count: 65),
        ] { #expect(made.redirect(other) == nil, "\(other)") }
        let registered = try client(OAuthClient.connectorCallbacks)
        #expect(registered.redirect("https://chatgpt.com/connector/oauth/OUbdUMlL15Ct") == nil)
        let elsewhere = try client("https://host/", origin: .operator)
        #expect(elsewhere.redirect("https://chatgpt.com/connector/oauth/OUbdUMlL15Ct") == nil)
    }

    @Test("to the user's own machine is sensitive, one to a web site is not (rulings 5.9)")
    func sensitive() {
        #expect(OAuthClient.isSensitiveRedirect("http://127.0.0.1:1/x"))
        #expect(OAuthClient.isSensitiveRedirect("https://localhost/x"))
        #expect(OAuthClient.isSensitiveRedirect("cursor://x"))
        #expect(!OAuthClient.isSensitiveRedirect("https://claude.ai/x"))
    }
}
