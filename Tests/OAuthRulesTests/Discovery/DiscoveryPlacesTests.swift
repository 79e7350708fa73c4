import GatewayModel
import JSONCoding
import OAuthRules
import Testing

struct DiscoveryPlacesTests {
    private func places(defaultAuth: ServerAuthMode = .oauth, others: Bool = true) throws -> DiscoveryPlaces {
        let addresses = try Configurations.addresses(defaultAuth: defaultAuth, others: others)
        return DiscoveryPlaces(
            addresses: addresses,
            authorizationServer: AuthorizationServerMetadata.document(
                issuer: addresses.origin, grants: ["authorization_code", "refresh_token"], registersClients: true,
                takesClientDocuments: true))
    }

    @Test(
        "every spelling of a server's address has a document whose resource is that spelling (rulings 1.1, RFC 9728 3.3)",
        arguments: [
            "/mcp", "/mcp/", "/v1/mcp/default", "/v1/mcp/default/", "/sse", "/sse/", "/v1/sse/default", "/v1/mcp/team",
            "/v1/sse/team/",
        ])
    func resources(path: String) throws {
        let document = try #require(try places().document(at: DiscoveryPlaces.resourcePath(for: path)))
        #expect(document["resource"] == .string("https://gate.example" + path))
        #expect(document["authorization_servers"] == ["https://gate.example"])
        #expect(document["scopes_supported"] == ["mcp:read", "mcp:write"])
        #expect(document["bearer_methods_supported"] == ["header"])
    }

    @Test("the root describes /mcp", arguments: ["", "/"])
    func root(end: String) throws {
        let document = try places().document(at: "/.well-known/oauth-protected-resource" + end)
        #expect(document?["resource"] == "https://gate.example/mcp")
    }

    @Test("an open server names no authorization server, one of another issuer names that one (rulings 1.4, 5.11)")
    func otherModes() throws {
        let open = try places().document(at: "/.well-known/oauth-protected-resource/v1/mcp/open")
        #expect(open?["authorization_servers"] == [] && open?["scopes_supported"] == nil)
        let outside = try places().document(at: "/.well-known/oauth-protected-resource/v1/mcp/outside")
        #expect(outside?["authorization_servers"] == ["https://issuer.example/"])
        let closed = try places(defaultAuth: .none).document(at: "/.well-known/oauth-protected-resource")
        #expect(closed?["authorization_servers"] == [])
    }

    @Test(
        "the authorization server is found at the root and behind every address that takes its tokens (RFC 8414 3)",
        arguments: ["", "/", "/mcp", "/mcp/", "/v1/mcp/team", "/sse"])
    func authorizationServer(end: String) throws {
        let document = try #require(try places().document(at: "/.well-known/oauth-authorization-server" + end))
        #expect(document["issuer"] == "https://gate.example")
        #expect(document["token_endpoint"] == "https://gate.example/oauth/token")
        #expect(document["code_challenge_methods_supported"] == ["S256"])
        #expect(document["authorization_response_iss_parameter_supported"] == true)
        #expect(document["scopes_supported"] == ["mcp:read", "mcp:write", "offline_access"])
    }

    @Test(
        "nothing is where nothing should be, OpenID Connect's places included (rulings 1.2)",
        arguments: [
            "/.well-known/openid-configuration", "/.well-known/openid-configuration/mcp",
            "/mcp/.well-known/openid-configuration", "/.well-known/oauth-protected-resource/other",
            "/.well-known/oauth-protected-resourcemcp", "/.well-known/oauth-protected-resource/v1/mcp/nobody",
            "/.well-known/oauth-authorization-server/v1/mcp/open",
            "/.well-known/oauth-authorization-server/v1/mcp/outside",
        ])
    func nothing(path: String) throws {
        #expect(try places().document(at: path) == nil)
    }

    @Test("where everything is open there is no authorization server")
    func openGateway() throws {
        let places = try places(defaultAuth: .none, others: false)
        #expect(places.document(at: "/.well-known/oauth-authorization-server") == nil)
    }
}
