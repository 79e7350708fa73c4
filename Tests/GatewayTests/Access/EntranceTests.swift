import GatewayModel
import JSONCoding
import MCPWire
import Testing
import UpstreamClients

@testable import Gateway

@Suite struct `The entrance of a server that wants tokens` {
    private static let problems: [String: TokenProblem] = [
        "expired": .expired, "revoked": .revoked, "unavailable": .unavailable,
    ]

    private static func guarded(_ options: inout GatewayUnderTest.Options) {
        options.auth = .oauth
        options.admitting = TestAdmitting(people, problems: problems)
    }

    private static let discover = TestClient.message(
        "server/discover", id: "openai-mcp-discover",
        [
            "_meta": [
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientInfo": ["name": "openai-mcp", "version": "1.0.0"],
                "io.modelcontextprotocol/clientCapabilities": [
                    "experimental": ["openai/visibility": ["enabled": true]],
                    "extensions": ["io.modelcontextprotocol/ui": ["mimeTypes": ["text/html;profile=mcp-app"]]],
                ],
            ]
        ])

    private static let paths = [
        "/mcp", "/mcp/", "/v1/mcp/default", "/v1/mcp/default/", "/sse", "/sse/", "/v1/sse/default", "/v1/sse/default/",
        "/v1/mcp/other",
    ]

    @Test(arguments: paths)
    func `asks for a token with the document of exactly the address that was called`(path: String) async throws {
        try await withClient([ScriptedUpstream("one", tools: ["a"])], Self.guarded) { client, _ throws in
            let challenge =
                "Bearer resource_metadata=\"http://localhost:1/.well-known/oauth-protected-resource\(path)\", "
                + "scope=\"mcp:read mcp:write\""
            let json = TestClient.posting
            let bodies: [([UInt8], [(String, String)])] = [
                // How ChatGPT finds out: nothing, an empty object, an empty array (facts, clients 1.3).
                ([], [("user-agent", "Python/3.13 aiohttp/3.13.5")]), (Array("{}".utf8), json),
                (Array("[]".utf8), json),
                (Array("{broken".utf8), json), (Array("no".utf8), [("content-type", "text/plain")]),
                (Self.discover, json + [("mcp-protocol-version", "2099-01-01")]),
                (Self.discover, json + [("mcp-protocol-version", "2026-07-28"), ("mcp-method", "server/discover")]),
                (client.initialize("2025-11-25"), json + [("accept", "*/*")]),
            ]
            for (body, fields) in bodies {
                let answer = try client.open("POST", path, body: body, fields).whole()
                #expect(answer.status == 401)
                #expect(answer.field("www-authenticate") == challenge)
                #expect(answer.field("access-control-expose-headers") == "WWW-Authenticate, Mcp-Session-Id")
            }
            let others: [(String, [(String, String)])] = [
                ("GET", []), ("GET", [("accept", "text/event-stream")]), ("HEAD", []),
                ("DELETE", [("mcp-session-id", "x")]), ("PUT", []),
            ]
            for (verb, fields) in others {
                let answer = try client.open(verb, path, fields).readHead()
                #expect(answer.status == 401, "\(verb)")
                #expect(answer.field("www-authenticate") == challenge, "\(verb)")
            }
            #expect(try client.open("OPTIONS", path).whole().status == 204)
        }
    }

    @Test func `says what is wrong with a token, and not with one that was not sent`() async throws {
        try await withClient([ScriptedUpstream("one", tools: ["a"])], Self.guarded) { client, _ throws in
            for (token, problem) in [("expired", TokenProblem.expired), ("revoked", .revoked), ("nonsense", .unknown)] {
                // The second time it is known.
                for _ in 0..<2 {
                    let answer = try client.signed(token).stateless("tools/list")
                    #expect(answer.status == 401)
                    let challenge = try #require(answer.field("www-authenticate"))
                    #expect(challenge.contains("error=\"invalid_token\""))
                    #expect(challenge.contains("error_description=\"\(problem.sentence)\""))
                    #expect(challenge.contains("/.well-known/oauth-protected-resource/mcp\""))
                }
            }
            let foreign = try client.signed("elsewhere").stateless("tools/list")
            #expect(foreign.field("www-authenticate")?.contains(TokenProblem.otherAudience.sentence) == true)
            #expect(try client.signed("elsewhere").stateless("tools/list", path: "/v1/mcp/other").status == 200)
        }
    }

    @Test func `says nothing in a challenge that would end it early`() {
        let challenges =
            TokenProblem.allCases.map { Challenge.invalid($0) } + [.signIn, .insufficient(.all), .malformed("x")]
        for challenge in challenges {
            // RFC 6750 section 3: error_description.
            #expect(
                challenge.sentence.utf8.allSatisfy {
                    (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
                })
        }
    }

    @Test func `sends nobody to sign in because it cannot look at tokens now`() async throws {
        try await withClient([ScriptedUpstream("one", tools: ["a"])], Self.guarded) { client, _ throws in
            let answer = try client.signed("unavailable").stateless("tools/list")
            #expect(answer.status == 503)
            #expect(answer.field("www-authenticate") == nil)
            #expect(answer.field("retry-after") != nil)
        }
    }

    @Test func `takes one token, in the field for it and nowhere else`() async throws {
        try await withClient([ScriptedUpstream("one", tools: ["a"])], Self.guarded) { client, _ throws in
            let twice = try client.signed("alice").open(
                "POST", body: Self.discover, TestClient.posting + [("authorization", "Bearer bob")]
            ).whole()
            #expect(twice.status == 400)
            #expect(twice.field("www-authenticate")?.contains("error=\"invalid_request\"") == true)
            for field in ["Basic YTpi", "Bearer", "Bearer ", "Bearertoken", "bearer  nonsense", ""] {
                let answer = try client.open(
                    "POST", body: Self.discover, TestClient.posting + [("authorization", field)]
                ).whole()
                #expect(answer.status == 401, "\(field)")
            }
            let basic = try client.open("GET", "/mcp", [("authorization", "Basic YTpi")]).whole()
            #expect(basic.field("www-authenticate")?.contains("error=") == false)
            // OAuth 2.1 section 5.1: no tokens in addresses.
            #expect(
                try client.open("GET", "/mcp?access_token=alice", [("accept", "text/event-stream")]).whole().status
                    == 401)
            #expect(try client.stateless("tools/list", path: "/mcp?access_token=alice").status == 401)
            let odd = try client.stateless(
                "tools/list", JSONObject(), TestClient.Sender(fields: [("authorization", "bEaReR   alice")]))
            #expect(odd.status == 200)
        }
    }

    @Test func `looks at a token once, and lets it in by every way after that`() async throws {
        let admitting = TestAdmitting(people)
        try await withClient(
            [ScriptedUpstream("one", tools: ["a"])],
            {
                $0.auth = .oauth
                $0.admitting = admitting
            }
        ) { client, _ throws in
            let alice = client.signed("alice")
            #expect(try alice.stateless("tools/call", ["name": "a", "arguments": [:]]).content == "one did a")
            #expect(try alice.stateless("tools/call", ["name": "a", "arguments": [:]]).content == "one did a")
            let session = try alice.session()
            #expect(try session.request("tools/call", ["name": "a"]).content == "one did a")
            let stream = try session.stream()
            #expect(try stream.readHead().isEventStream)
            stream.close()
            #expect(try session.delete().status == 200)
            #expect(try alice.open("GET").whole().status == 405)
            #expect(try alice.open("HEAD").readHead().status == 405)
            #expect(admitting.examinations == 1)
        }
    }

    @Test func `checks a browser's origin before, and lets an accepted one read the challenge`() async throws {
        try await withClient(
            [ScriptedUpstream("one", tools: ["a"])],
            {
                Self.guarded(&$0)
                $0.origins = ["https://app.example"].compactMap { try? WebOrigin($0) }
            }
        ) { client, _ throws in
            let foreign = try client.open("POST", "/mcp", [("origin", "https://evil.example")]).whole()
            #expect(foreign.status == 403)
            #expect(foreign.field("www-authenticate") == nil)
            let own = try client.open("POST", "/mcp", [("origin", "https://app.example")]).whole()
            #expect(own.status == 401)
            #expect(own.field("access-control-allow-origin") == "https://app.example")
            #expect(own.field("access-control-expose-headers") == "WWW-Authenticate, Mcp-Session-Id")
        }
    }

    @Test func `shows a person's browser a page instead of a code`() async throws {
        try await withClient([ScriptedUpstream("one", tools: ["a"])], Self.guarded) { client, _ throws in
            let answer = try client.open("GET", "/mcp", [("accept", "text/html,*/*")]).whole()
            #expect(answer.status == 401)
            #expect(answer.text.contains("Patchbay is running"))
            #expect(answer.field("www-authenticate")?.hasPrefix("Bearer resource_metadata=") == true)
            // Nobody frames it, and no browser takes it for something else.
            let policy = answer.field("content-security-policy")
            #expect(policy?.contains("base-uri 'none'; frame-ancestors 'none'") == true)
            #expect(answer.field("x-content-type-options") == "nosniff")
        }
    }

    @Test func `is for the members of its groups, and a missing claim is none`() async throws {
        try await withClient(
            [ScriptedUpstream("one", tools: ["a"])],
            {
                Self.guarded(&$0)
                $0.access.groups = ["staff"]
            }
        ) { client, _ throws in
            #expect(try client.signed("staff").stateless("tools/list").status == 200)
            let answer = try client.signed("alice").stateless("tools/list")
            #expect(answer.status == 403)
            #expect(answer.text.contains("in no group that may use"))
        }
    }

    @Test func `names no scopes where another issuer gives out the tokens`() async throws {
        try await withClient(
            [ScriptedUpstream("one", tools: ["a"])],
            {
                Self.guarded(&$0)
                $0.auth = .external
            }
        ) { client, _ throws in
            let answer = try client.stateless("tools/list")
            #expect(answer.status == 401)
            #expect(
                answer.field("www-authenticate")
                    == "Bearer resource_metadata=\"http://localhost:1/.well-known/oauth-protected-resource/mcp\"")
        }
    }

    @Test func `is no entrance where nobody signs in, whatever token is shown`() async throws {
        try await withClient([ScriptedUpstream("one", tools: ["a"])]) { client, _ throws in
            #expect(try client.signed("nonsense").stateless("tools/list").status == 200)
        }
    }
}
