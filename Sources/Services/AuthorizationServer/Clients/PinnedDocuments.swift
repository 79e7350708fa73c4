import OAuthRules

/// Copies of the documents of clients whose hosts turn away programs that fetch from data centres: used when fetching fails and
/// nothing was kept (rulings 5.6).
///
/// Sources: for ChatGPT and Codex, "Authentication" in OpenAI's documentation for MCP servers (developers.openai.com/plugins) and the
/// documents at the addresses below; for Claude, "Building custom connectors" in Anthropic's help centre and the documents at the
/// addresses below; both as of November 2026. A document that can be fetched always wins.
enum PinnedDocuments {
    /// The document at this address, if we have a copy.
    static func document(at url: String) -> [UInt8]? {
        if let pinned = all[url] { return Array(pinned.utf8) }
        return connector(url).map { Array($0.utf8) }
    }

    private static let all: [String: String] = [
        "https://chatgpt.com/oauth/client.json": chatGPT(
            id: "https://chatgpt.com/oauth/client.json",
            redirect: "https://chatgpt.com/connector_platform_oauth_redirect"),
        "https://chatgpt.com/oauth/codex/client.json": """
        {"client_id":"https://chatgpt.com/oauth/codex/client.json","client_name":"Codex",
        "client_uri":"https://chatgpt.com/","redirect_uris":["http://127.0.0.1/callback","http://localhost/callback"],
        "grant_types":["authorization_code","refresh_token"],"response_types":["code"],"token_endpoint_auth_method":"none"}
        """,
        "https://claude.ai/oauth/mcp-oauth-client-metadata": """
        {"client_id":"https://claude.ai/oauth/mcp-oauth-client-metadata","client_name":"Claude",
        "client_uri":"https://claude.ai","redirect_uris":["https://claude.ai/api/mcp/auth_callback",
        "https://claude.com/api/mcp/auth_callback"],"grant_types":["authorization_code","refresh_token"],
        "response_types":["code"],"token_endpoint_auth_method":"none"}
        """,
        "https://claude.ai/oauth/claude-code-client-metadata": """
        {"client_id":"https://claude.ai/oauth/claude-code-client-metadata","client_name":"Claude Code",
        "client_uri":"https://claude.ai","redirect_uris":["http://localhost/callback","http://127.0.0.1/callback"],
        "grant_types":["authorization_code","refresh_token"],"response_types":["code"],"token_endpoint_auth_method":"none"}
        """,
    ]

    /// Each connector of ChatGPT has a document of its own, with the one callback that its id names.
    private static func connector(_ url: String) -> String? {
        let (start, end) = ("https://chatgpt.com/oauth/", "/client.json")
        guard url.hasPrefix(start), url.hasSuffix(end), url.utf8.count > start.utf8.count + end.utf8.count else {
            return nil
        }
        let id = url.dropFirst(start.count).dropLast(end.count)
        let isPlain = id.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == UInt8(ascii: "-")
                || $0 == UInt8(ascii: "_")
        }
        guard isPlain, id.utf8.count == 12 else { return nil }
        return chatGPT(id: url, redirect: OAuthClient.connectorCallbacks + id)
    }

    private static func chatGPT(id: String, redirect: String) -> String {
        """
        {"client_id":"\(id)","client_name":"ChatGPT","client_uri":"https://chatgpt.com/",
        "logo_uri":"https://persistent.oaistatic.com/sonic/misc/openai-logo.png","redirect_uris":["\(redirect)"],
        "grant_types":["authorization_code","refresh_token"],"response_types":["code"],
        "token_endpoint_auth_method":"private_key_jwt",
        "token_endpoint_auth_methods_supported":["none","private_key_jwt"],"token_endpoint_auth_signing_alg":"RS256",
        "jwks_uri":"https://chatgpt.com/oauth/jwks.json"}
        """
    }
}
