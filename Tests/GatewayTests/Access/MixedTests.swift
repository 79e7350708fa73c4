import GatewayModel
import JSONCoding
import MCPWire
import Testing
import UpstreamClients

@testable import Gateway

@Suite struct `A server of mixed access` {
    private static func upstream() -> ScriptedUpstream {
        ScriptedUpstream("one") {
            $0.capabilities = ["tools": [:], "prompts": [:], "resources": [:]]
            $0.tools = [
                tool("free", readOnly: true, schemes: ["noauth"]),
                tool("either", readOnly: false, schemes: ["noauth", "oauth2"]),
                tool("closed", readOnly: true, schemes: ["oauth2"]), tool("silent", readOnly: true),
                tool("demo_x", readOnly: false),
            ]
            $0.tools[0]["_meta"] = ["ui": ["resourceUri": "ui://view"]]
            $0.prompts = [["name": "p"]]
            $0.resources = [resource("file:///r")]
        }
    }

    private static func mixed(_ options: inout GatewayUnderTest.Options) {
        options.auth = .mixed
        options.admitting = TestAdmitting(people)
        options.access.openTools = ["demo_*"]
    }

    private static func calling(_ name: String) -> JSONObject { ["name": .string(name), "arguments": [:]] }
    private static let openAI = TestClient.Sender(fields: [("user-agent", "openai-mcp/1.0.0 (Codex)")])

    @Test func `lets everybody look`() async throws {
        try await withClient([Self.upstream()], Self.mixed) { client, _ throws in
            #expect(try client.stateless("server/discover").result?["supportedVersions"] != nil)
            #expect(try client.stateless("tools/list").result?["tools"]?.arrayValue?.count == 5)
            let session = try client.session()
            #expect(try session.notify("notifications/initialized").status == 202)
            #expect(try session.request("ping").result == [:])
            #expect(try session.request("tools/list").result?["tools"]?.arrayValue?.count == 5)
            #expect(try session.request("prompts/list").result?["prompts"]?.arrayValue?.count == 1)
            let stream = try client.open("GET", "/mcp", [("accept", "text/event-stream")])
            #expect(try stream.readHead().isEventStream)
            stream.close()
            // HEAD is how a client asks whether there is something to sign in to.
            #expect(try client.open("HEAD").readHead().status == 401)
        }
    }

    @Test func `lets everybody call what is open, and asks for a token for the rest`() async throws {
        let upstream = Self.upstream()
        try await withClient([upstream], Self.mixed) { client, _ throws in
            for name in ["free", "either", "demo_x"] {
                #expect(try client.stateless("tools/call", Self.calling(name)).content == "one did \(name)")
            }
            for name in ["closed", "silent"] {
                for answer in [
                    try client.stateless("tools/call", Self.calling(name)),
                    try client.session().request("tools/call", Self.calling(name)),
                ] {
                    #expect(answer.status == 401)
                    #expect(answer.field("www-authenticate")?.contains("error=") == false)
                }
                #expect(
                    try client.signed("reader").stateless("tools/call", Self.calling(name)).content == "one did \(name)"
                )
            }
            #expect(try client.stateless("prompts/get", ["name": "p"]).status == 401)
            #expect(try client.stateless("resources/read", ["uri": "file:///r"]).status == 401)
            // The view of a tool is part of what everybody sees.
            #expect(try client.stateless("resources/read", ["uri": "ui://view"]).status == 200)
            #expect(upstream.requests.count == 6)
        }
    }

    @Test func `tells ChatGPT in the tool's result, because only that shows a button`() async throws {
        try await withClient([Self.upstream()], Self.mixed) { client, _ throws in
            let answer = try client.stateless("tools/call", Self.calling("closed"), Self.openAI)
            #expect(answer.status == 200)
            #expect(answer.result?["isError"] == true)
            let challenge = try #require(
                answer.result?["_meta"]?["mcp/www_authenticate"]?.arrayValue?.first?.stringValue)
            #expect(
                challenge.contains("resource_metadata=\"http://localhost:1/.well-known/oauth-protected-resource/mcp\""))
            #expect(challenge.contains("error=\""))
            #expect(challenge.contains("error_description=\""))
            let less = try client.signed("reader").stateless("tools/call", Self.calling("silent"), Self.openAI)
            #expect(less.content == "one did silent")
            // Anything but a tool has a status.
            #expect(try client.stateless("prompts/get", ["name": "p"], Self.openAI).status == 401)
        }
    }

    @Test func `is no less strict with a token that is no good`() async throws {
        try await withClient([Self.upstream()], Self.mixed) { client, _ throws in
            let bad = client.signed("nonsense")
            #expect(try bad.stateless("tools/list").status == 401)
            #expect(try bad.stateless("tools/call", Self.calling("free")).status == 401)
            #expect(
                try bad.open("POST", body: client.initialize("2025-11-25"), TestClient.posting).whole().status == 401)
        }
    }

    @Test func `says with each tool what it takes`() async throws {
        try await withClient([Self.upstream()], Self.mixed) { client, _ throws in
            let tools = try #require(try client.stateless("tools/list").result?["tools"]?.arrayValue)
            let open: JSONValue = ["type": "noauth"]
            func token(_ scope: JSONValue) -> JSONValue { ["type": "oauth2", "scopes": [scope]] }
            let wanted: [JSONValue] = [
                [open], [open, token("mcp:write")], [token("mcp:read")], [token("mcp:read")], [open],
            ]
            #expect(tools.map { $0["securitySchemes"] } == wanted)
            #expect(tools.map { $0["_meta"]?["securitySchemes"] } == wanted)
        }
    }

    @Test func `goes on with a session after signing in, and shares nothing of it with who has not`() async throws {
        let calls = Gate()
        let upstream = Self.upstream()
        upstream.answer { request, _ in
            await calls.pass()
            return .result(text("done"))
        }
        try await withClient([upstream], Self.mixed) { client, gateway throws in
            let before = try client.session()
            func signed(_ person: String) -> TestClient.Session {
                TestClient.Session(client: client.signed(person), id: before.id, revision: "2025-11-25", path: "/mcp")
            }
            let call = try signed("alice").open("tools/call", Self.calling("closed"), id: 7)
            #expect(eventuallyBlocking { upstream.requests.count == 1 })
            // Who only knows the id cannot end it.
            #expect(try before.notify("notifications/cancelled", ["requestId": 7]).status == 202)
            #expect(try signed("bob").notify("notifications/cancelled", ["requestId": 7]).status == 202)
            #expect(try before.delete().status == 200)
            calls.open()
            #expect(try call.whole().content == "done")
            #expect(try signed("alice").request("ping").status == 200)
            #expect(try before.request("ping").status == 404)
        }
    }
}
