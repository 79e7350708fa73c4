import HTTPMessages
import JSONCoding
import OAuthRules
import Testing
import WebUI

struct DiscoveryTests {
    @Test("clients find the authorization server, with a short cache and for any page's programs (RFC 8414 3, F022)")
    func metadata() async throws {
        try await withDoor { door in
            for place in ["", "/mcp", "/v1/mcp/team"] {
                let answer = try await door.ask("/.well-known/oauth-authorization-server" + place)
                #expect(answer.status == 200)
                guard case .object(let document)? = answer.json else {
                    Issue.record("no document at \(place)")
                    continue
                }
                #expect(document["issuer"] == "https://gate.example")
                #expect(document["authorization_endpoint"] == "https://gate.example/oauth/authorize")
                #expect(document["grant_types_supported"] == ["authorization_code", "refresh_token"])
                #expect(answer.fields.first(.cacheControl) == "public, max-age=60")
                #expect(answer.fields.first(.accessControlAllowOrigin) == "*")
                #expect(answer.fields.first(.contentType) == "application/json")
            }
        }
    }

    @Test("every spelling of an address has its own document (RFC 9728 3.3, rulings 1.1)")
    func resources() async throws {
        try await withDoor { door in
            for path in ["/mcp", "/mcp/", "/v1/mcp/default", "/v1/mcp/team/", "/sse", "/v1/sse/team"] {
                let answer = try await door.ask("/.well-known/oauth-protected-resource" + path)
                #expect(answer.json?["resource"] == .string("https://gate.example" + path))
            }
            let root = try await door.ask("/.well-known/oauth-protected-resource")
            #expect(root.json?["resource"] == "https://gate.example/mcp")
            #expect(root.json?["authorization_servers"] == ["https://gate.example"])
            let open = try await door.ask("/.well-known/oauth-protected-resource/v1/mcp/open")
            #expect(open.json?["authorization_servers"] == [])
        }
    }

    @Test(
        "OpenID Connect's places, and those of servers that are not there, are 404 in JSON (rulings 1.2)",
        arguments: [
            "/.well-known/openid-configuration", "/.well-known/openid-configuration/mcp",
            "/mcp/.well-known/openid-configuration", "/.well-known/oauth-protected-resource/v1/mcp/nobody",
            "/.well-known/oauth-authorization-server/v1/mcp/open",
        ])
    func nothing(path: String) async throws {
        try await withDoor { door in
            let answer = try await door.ask(path, fields: [(.accept, "application/json")])
            #expect(answer.status == 404 && answer.json != nil)
        }
    }

    @Test("the keys are public")
    func keys() async throws {
        try await withDoor { door in
            let answer = try await door.ask("/oauth/jwks")
            #expect(answer.status == 200 && answer.json?["keys"] == [])
            #expect(answer.fields.first(.accessControlAllowOrigin) == "*")
        }
    }

    @Test("every endpoint of the metadata is a route")
    func routes() async throws {
        try await withDoor { door in
            let paths = Set(door.routes.map(\.path.template))
            typealias Path = AuthorizationServerMetadata.Path
            for path in [Path.authorize, Path.consent, Path.token, Path.revoke, Path.introspect, Path.keys] {
                #expect(paths.contains(path))
            }
        }
    }
}
