import GatewayModel
import OAuthRules
import Testing

struct ServerAddressesTests {
    @Test(
        "every spelling of the default server's addresses means that server (rulings 1.1)",
        arguments: [
            "https://gate.example/mcp", "https://gate.example/mcp/", "https://gate.example/v1/mcp/default",
            "https://gate.example/v1/mcp/default/", "https://gate.example/sse", "https://gate.example/v1/sse/default",
            "HTTPS://GATE.EXAMPLE/mcp", "https://gate.example:443/mcp", "https://gate.example", "https://gate.example/",
        ])
    func spellings(resource: String) throws {
        #expect(try Configurations.addresses().meaning(of: [resource]) == .server(.default))
    }

    @Test(
        "what is no address of a server here is unknown (RFC 8707 2)",
        arguments: [
            "https://gate.example/mcp#part", "https://gate.example/mcp?x=1", "https://gate.example/other",
            "https://gate.example/mcp//", "https://gate.example/MCP", "https://gate.example/v1/mcp/nobody",
            "https://gate.example/v1/mcp/../default", "http://gate.example/mcp", "https://gate.example:8443/mcp",
            "https://gate.example.evil.example/mcp", "https://gate.example@evil.example/mcp", "mcp", "",
        ])
    func foreign(resource: String) throws {
        #expect(try Configurations.addresses().meaning(of: [resource]) == .unknown)
    }

    @Test("loopback names are one and the same")
    func loopback() throws {
        let addresses = try Configurations.addresses(publicURL: "http://127.0.0.1:8080")
        for host in ["localhost", "127.0.0.1", "[::1]"] {
            #expect(addresses.meaning(of: ["http://\(host):8080/mcp"]) == .server(.default))
        }
    }

    @Test("several resources are taken when they name one server")
    func several() throws {
        let addresses = try Configurations.addresses()
        let (one, other) = ("https://gate.example/v1/mcp/default", "https://gate.example/v1/mcp/team")
        #expect(addresses.meaning(of: [one, "https://gate.example/mcp"]) == .server(.default))
        #expect(addresses.meaning(of: [one, other]) == .unknown)
        #expect(addresses.meaning(of: [one, "https://other.example/mcp"]) == .unknown)
    }

    @Test("without a resource it is the default server, or the only one that takes our tokens (rulings 5.3)")
    func missing() throws {
        #expect(try Configurations.addresses().meaning(of: []) == .server(.default))
        #expect(try Configurations.addresses(defaultAuth: .none).meaning(of: []) == .server(ServerSlug("team")))
        #expect(try Configurations.addresses(defaultAuth: .none, others: false).meaning(of: []) == .missing)
    }

    @Test("a server without our tokens is no target", arguments: ["open", "outside"])
    func withoutTokens(slug: String) throws {
        let addresses = try Configurations.addresses()
        let meaning = addresses.meaning(of: ["https://gate.example/v1/mcp/\(slug)"])
        #expect(meaning == .withoutOurTokens(try ServerSlug(slug)))
        #expect(throws: OAuthError.self) { try ResourceRule.server(["https://gate.example/v1/mcp/\(slug)"], addresses) }
    }

    @Test("the audience of the default server's tokens has both of its addresses")
    func audiences() throws {
        let addresses = try Configurations.addresses()
        #expect(
            addresses.audiences(of: .default) == ["https://gate.example/mcp", "https://gate.example/v1/mcp/default"])
        #expect(addresses.audiences(of: try ServerSlug("team")) == ["https://gate.example/v1/mcp/team"])
    }
}
