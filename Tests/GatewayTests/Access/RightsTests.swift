import GatewayModel
import JSONCoding
import MCPWire
import Testing
import UpstreamClients

@testable import Gateway

@Suite struct `What a token allows` {
    private static func upstream() -> ScriptedUpstream {
        ScriptedUpstream("one") {
            $0.capabilities = ["tools": [:], "prompts": [:], "resources": ["subscribe": true], "completions": [:]]
            $0.tools = [tool("look", readOnly: true), tool("change", readOnly: false), tool("silent")]
            $0.prompts = [["name": "p"]]
            $0.resources = [resource("file:///r")]
        }
    }

    private static func guarded(_ options: inout GatewayUnderTest.Options) {
        options.auth = .oauth
        options.admitting = TestAdmitting(people)
    }

    private static func calling(_ name: String) -> JSONObject { ["name": .string(name), "arguments": [:]] }

    @Test func `is reading or writing, by what a tool says of itself`() async throws {
        let upstream = Self.upstream()
        try await withClient([upstream], Self.guarded) { client, _ throws in
            for (person, allowed) in [("reader", ["look"]), ("writer", ["change", "silent"])] {
                let client = client.signed(person)
                let session = try client.session()
                for name in ["look", "change", "silent"] {
                    let answers = [
                        try client.stateless("tools/call", Self.calling(name)),
                        try session.request("tools/call", Self.calling(name)),
                    ]
                    for answer in answers {
                        if allowed.contains(name) {
                            #expect(answer.content == "one did \(name)")
                        } else {
                            #expect(answer.status == 403, "\(person) \(name)")
                            let challenge = try #require(answer.field("www-authenticate"))
                            #expect(challenge.contains("error=\"insufficient_scope\""))
                            // Rulings 3.6: what is needed and what is granted together, or a client asks for less next time.
                            #expect(challenge.contains("scope=\"mcp:read mcp:write\""))
                            #expect(challenge.contains("error_description="))
                        }
                    }
                }
            }
            #expect(upstream.requests.count == 6, "what was refused went up")
        }
    }

    @Test func `includes lists in any case, and prompts and resources with reading`() async throws {
        try await withClient([Self.upstream()], Self.guarded) { client, _ throws in
            for person in ["reader", "writer"] {
                let client = client.signed(person)
                let tools = try client.stateless("tools/list").result?["tools"]?.arrayValue
                #expect(tools?.count == 3)
                #expect(try client.stateless("resources/list").result?["resources"]?.arrayValue?.count == 1)
                let status = person == "reader" ? 200 : 403
                #expect(try client.stateless("prompts/get", ["name": "p"]).status == status)
                #expect(try client.stateless("resources/read", ["uri": "file:///r"]).status == status)
                let session = try client.session()
                #expect(try session.request("prompts/get", ["name": "p"]).status == status)
                #expect(try session.request("resources/subscribe", ["uri": "file:///r"]).status == status)
            }
            let listening = try client.signed("writer").openStateless(
                "subscriptions/listen",
                ["notifications": ["toolsListChanged": true, "resourceSubscriptions": ["file:///r"]]])
            let honoured = try listening.message()?.json["params"]?["notifications"]
            #expect(honoured?["toolsListChanged"] == true)
            #expect(honoured?["resourceSubscriptions"] == nil)
            listening.close()
        }
    }

    @Test func `is told in the answer itself where there is no status for it`() async throws {
        try await withClient([Self.upstream()], Self.guarded) { client, _ throws in
            let batch: JSONValue = [
                ["jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": .object(Self.calling("look"))],
                ["jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": .object(Self.calling("change"))],
                ["jsonrpc": "2.0", "id": 3, "method": "no/such"],
            ]
            let answer = try client.signed("reader").open(
                "POST", body: JSONWriter.bytes(of: batch), TestClient.posting
            ).whole()
            #expect(answer.status == 200)
            let answers = answer.json.arrayValue ?? []
            #expect(answers.first { $0["id"] == 1 }?["result"]?["content"] != nil)
            let refused = answers.first { $0["id"] == 2 }?["result"]
            #expect(refused?["isError"] == true)
            let challenge = refused?["_meta"]?["mcp/www_authenticate"]?.arrayValue?.first?.stringValue
            #expect(challenge?.contains("error=\"insufficient_scope\"") == true)
            #expect(answers.first { $0["id"] == 3 }?["error"] != nil)
        }
    }

    @Test func `is published with each tool, on the tool and beside it`() async throws {
        let upstream = Self.upstream()
        upstream.change {
            $0.tools.append(tool("foreign", readOnly: true, schemes: ["noauth", "oauth2"]))
            $0.tools[0]["_meta"] = ["ui": ["resourceUri": "ui://x"], "securitySchemes": [["type": "noauth"]]]
        }
        try await withClient([upstream], Self.guarded) { client, _ throws in
            for answer in [
                try client.signed("alice").stateless("tools/list"),
                try client.signed("alice").session().request("tools/list"),
            ] {
                let tools = try #require(answer.result?["tools"]?.arrayValue)
                for (name, scope) in [
                    ("look", "mcp:read"), ("change", "mcp:write"), ("silent", "mcp:write"), ("foreign", "mcp:read"),
                ] {
                    let tool = tools.first { $0["name"]?.stringValue == name }
                    let schemes: JSONValue = [["type": "oauth2", "scopes": [.string(scope)]]]
                    #expect(tool?["securitySchemes"] == schemes, "\(name)")
                    #expect(tool?["_meta"]?["securitySchemes"] == schemes, "\(name)")
                }
                #expect(tools.first?["_meta"]?["ui"]?["resourceUri"] == "ui://x")
            }
        }
    }

    @Test func `says nothing of schemes where nobody signs in, not even the upstream's`() async throws {
        let upstream = ScriptedUpstream("one") { $0.tools = [tool("a", readOnly: true, schemes: ["oauth2"])] }
        try await withClient([upstream]) { client, _ throws in
            let tool = try client.stateless("tools/list").result?["tools"]?.arrayValue?.first
            #expect(tool?["name"] == "a")
            #expect(tool?["securitySchemes"] == nil)
        }
    }
}

@Suite struct `Tools that only some may use` {
    private static func options(_ options: inout GatewayUnderTest.Options) {
        options.auth = .oauth
        options.admitting = TestAdmitting(people)
        options.access.tools = [ToolAccess(pattern: "secret_*", groups: ["staff"])]
    }

    private static let upstream = ScriptedUpstream("one", tools: ["secret_door", "open"])

    @Test func `are not there for the others`() async throws {
        let upstream = Self.upstream
        try await withClient([upstream], Self.options) { client, _ throws in
            func names(_ person: String) throws -> [String?] {
                try client.signed(person).stateless("tools/list").result?["tools"]?.arrayValue?.map {
                    $0["name"]?.stringValue
                } ?? []
            }
            #expect(try names("staff") == ["secret_door", "open"])
            #expect(try names("alice") == ["open"])
            #expect(try names("staff") == ["secret_door", "open"])
            let calling: JSONObject = ["name": "secret_door", "arguments": [:]]
            let unknown = try client.signed("alice").stateless(
                "tools/call", ["name": "secret_floor", "arguments": [:]])
            let hidden = [
                try client.signed("alice").stateless("tools/call", calling),
                try client.signed("alice").session().request("tools/call", calling),
            ]
            for answer in hidden {
                #expect(answer.code == -32602)
                // Nobody learns from the answer that there is such a tool.
                #expect(
                    answer.error?["message"]?.stringValue?.replacing("door", with: "floor")
                        == unknown.error?["message"]?.stringValue)
            }
            #expect(try client.signed("staff").stateless("tools/call", calling).content == "one did secret_door")
        }
    }

    @Test func `are sorted out once for each set of groups that matters`() throws {
        let server = VirtualServerDefinition(
            slug: .default, title: "T", upstreams: [try UpstreamName("one")], auth: .oauth,
            access: ServerAccess(tools: [ToolAccess(pattern: "secret_*", groups: ["staff", "board"])]))
        let offer = ServerOffer(
            server: server, parts: [try part("one", tools: [tool("secret_a"), tool("b")])], generation: 1)
        func seen(_ groups: Set<String>) -> ServerOffer {
            offer.seen(
                by: Principal(
                    user: "u", client: "c", server: .default, scopes: .all, groups: groups, role: .member))
        }
        #expect(seen(["staff"]).tools.map(\.name) == ["secret_a", "b"])
        #expect(seen([]).tools.map(\.name) == ["b"])
        #expect(seen([]) === seen(["others", "more"]))
        #expect(seen(["staff", "x"]) === seen(["y", "staff"]))
        #expect(seen(["staff"]) !== seen(["board"]))
        #expect(seen([]).tool("secret_a") == nil)
        #expect(offer.seen(by: .anonymous).tools.map(\.name) == ["b"])
    }

    @Test func `cost nothing where there are none`() throws {
        let offer = offer([try part("one", tools: [tool("a")])])
        #expect(offer.seen(by: .anonymous) === offer)
    }
}
