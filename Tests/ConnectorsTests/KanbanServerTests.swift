import Connectors
import JSONCoding
import SQLDatabase
import SQLiteDriver
import Testing
import UpstreamClients

@Suite struct `The Kanban server` {
    let fixture: KanbanFixture

    init() async throws {
        fixture = try await KanbanFixture()
    }

    @Test func `says in its discovery what it is`() async throws {
        let result = try await fixture.result("server/discover")
        #expect(result["resultType"] == "complete")
        #expect(result["supportedVersions"] == ["2026-07-28"])
        #expect(
            result["capabilities"] == [
                "tools": [:], "resources": [:], "extensions": ["io.modelcontextprotocol/ui": [:]],
            ])
        let server = result["_meta"]?["io.modelcontextprotocol/serverInfo"]
        #expect(server?["name"] == "patchbay-kanban")
        #expect(server?["version"] == "1.2.3")
        let instructions = try #require(result["instructions"]?.stringValue)
        #expect(instructions.count <= 512, "ChatGPT reads the first 512 characters")
    }

    @Test(arguments: ["server/discover", "tools/list", "resources/list", "resources/templates/list"])
    func `lets its lists be kept for a while`(method: String) async throws {
        let result = try await fixture.result(method)
        #expect(result["resultType"] == "complete")
        #expect((result["ttlMs"]?.integer ?? -1) > 0)
        #expect(result["cacheScope"] == "public")
    }

    @Test func `has no templates and no pages`() async throws {
        #expect(try await fixture.result("resources/templates/list")["resourceTemplates"] == [])
        for method in ["tools/list", "resources/list", "resources/templates/list"] {
            let reply = await fixture.app.answer(method: method, params: ["cursor": ""])
            guard case .failure(code: -32602, _, _) = reply else {
                Issue.record("\(method) took a cursor that it never gave")
                continue
            }
        }
    }

    @Test(arguments: ["ping", "initialize", "prompts/get", "Tools/list", ""])
    func `does not know other methods`(method: String) async {
        let reply = await fixture.app.answer(method: method, params: [:])
        #expect(
            reply == .failure(code: -32601, message: "The Kanban app does not know the method \(method)."))
    }

    @Test(
        arguments: [
            [:], ["name": 1], ["name": "list", "arguments": []], ["name": "list", "arguments": .null],
            ["name": "board_list"], ["name": "List"],
        ] as [JSONObject])
    func `answers a call that it cannot read with an error`(params: JSONObject) async {
        let reply = await fixture.app.answer(method: "tools/call", params: params)
        guard case .failure(code: -32602, let message, _) = reply else {
            Issue.record("\(reply)")
            return
        }
        #expect(message.hasSuffix("."))
    }

    @Test func `takes missing arguments for none and ignores what stands beside them`() async throws {
        let result = try await fixture.result(
            "tools/call", ["name": "list", "_meta": ["progressToken": 1], "future": true])
        #expect(result["isError"] == false)
    }

    @Test func `gives its page to hosts`() async throws {
        let listed = try #require(try await fixture.result("resources/list")["resources"]?.arrayValue?.first)
        #expect(listed["uri"] == "ui://kanban/board")
        let result = try await fixture.result("resources/read", ["uri": "ui://kanban/board"])
        let contents = try #require(result["contents"]?.arrayValue)
        #expect(contents.count == 1)
        #expect(contents.first?["uri"] == "ui://kanban/board")
        #expect(contents.first?["mimeType"] == "text/html;profile=mcp-app")
        #expect(listed["mimeType"] == contents.first?["mimeType"])
        #expect(listed["_meta"] == contents.first?["_meta"])
        let page = try #require(contents.first?["text"]?.stringValue)
        #expect(page.hasPrefix("<!doctype html>"))
        #expect(page.contains("ui/initialize"))
        #expect(page.utf8.count < 100_000)
    }

    @Test func `says the page's security rules in both spellings`() async throws {
        let result = try await fixture.result("resources/read", ["uri": "ui://kanban/board"])
        let meta = try #require(result["contents"]?.arrayValue?.first?["_meta"])
        for (standard, vendor) in [
            ("connectDomains", "connect_domains"), ("resourceDomains", "resource_domains"),
            ("frameDomains", "frame_domains"),
        ] {
            #expect(meta["ui"]?["csp"]?[standard] == [])
            #expect(meta["openai/widgetCSP"]?[vendor] == [])
        }
    }

    @Test func `has a page that asks nobody for anything`() async throws {
        let result = try await fixture.result("resources/read", ["uri": "ui://kanban/board"])
        let page = try #require(result["contents"]?.arrayValue?.first?["text"]?.stringValue)
        for forbidden in [
            "http:", "https:", "//cdn", "@import", "url(", "<base", "<link", "<form", "src=", "innerHTML", "outerHTML",
            "insertAdjacentHTML", "document.write", "eval(", "alert(", "prompt(", "localStorage", "fetch(",
            "onclick=\"",
        ] {
            #expect(!page.contains(forbidden), "\(forbidden)")
        }
        #expect(page.split(separator: "<script>").count == 2)
        #expect(page.split(separator: "</script>").count == 2)
    }

    @Test(arguments: [[:], ["uri": 5], ["uri": "ui://kanban/other"], ["uri": "ui://kanban/board/"]] as [JSONObject])
    func `names a resource that it does not have`(params: JSONObject) async {
        let reply = await fixture.app.answer(method: "resources/read", params: params)
        guard case .failure(code: -32602, _, let data) = reply else {
            Issue.record("\(reply)")
            return
        }
        if let uri = params["uri"], uri.stringValue != nil { #expect(data == ["uri": uri]) }
    }

    @Test func `reports a fault of the database and tells the caller without its details`() async throws {
        await fixture.database.close()
        let sentence = try await fixture.refusal("add", ["title": "x"])
        #expect(sentence == "The database does not take work at the moment; try again later.")
        #expect(fixture.faults == [.unavailable(detail: "the database was closed")])
    }
}

@Suite struct `The definition of a Kanban tool` {
    let tools: [JSONValue]

    init() async throws {
        tools = try await KanbanFixture().tools()
    }

    @Test func `has its place in the list`() {
        #expect(tools.map { $0["name"] } == ["list", "add", "move", "remove"])
    }

    @Test(arguments: [
        ("list", true, false, true), ("add", false, false, false), ("move", false, false, true),
        ("remove", false, true, true),
    ])
    func `says every hint`(name: String, isReadOnly: Bool, isDestructive: Bool, isIdempotent: Bool) throws {
        let tool = try #require(tools.first { $0["name"] == .string(name) })
        #expect(
            tool["annotations"] == [
                "title": tool["title"] ?? .null, "readOnlyHint": .bool(isReadOnly),
                "destructiveHint": .bool(isDestructive), "idempotentHint": .bool(isIdempotent), "openWorldHint": false,
            ])
    }

    @Test func `names its page in both spellings and lets the page call it`() {
        for tool in tools {
            #expect(tool["_meta"]?["ui"]?["resourceUri"] == "ui://kanban/board")
            #expect(tool["_meta"]?["ui"]?["visibility"] == ["model", "app"])
            #expect(tool["_meta"]?["openai/outputTemplate"] == "ui://kanban/board")
            #expect(tool["_meta"]?["openai/widgetAccessible"] == true)
            for key in ["openai/toolInvocation/invoking", "openai/toolInvocation/invoked"] {
                #expect((1...64).contains(tool["_meta"]?[key]?.stringValue?.count ?? 0))
            }
        }
    }

    @Test func `has schemas that every client takes`() throws {
        for tool in tools {
            for key in ["inputSchema", "outputSchema"] {
                let schema = try #require(tool[key])
                #expect(schema["type"] == "object")
                #expect(schema["additionalProperties"] == false)
                #expect(words(of: schema).isDisjoint(with: ["$ref", "oneOf", "anyOf", "allOf", "pattern"]))
            }
            let size = JSONWriter.bytes(of: tool).count
            #expect(size < 5000 * 3, "5,000 tokens are the most that ChatGPT takes")
        }
    }

    @Test func `describes when it is of use and commands nothing`() throws {
        for tool in tools {
            let description = try #require(tool["description"]?.stringValue)
            #expect(description.hasPrefix("Use this when "))
            #expect(description.count <= 1024)
            for command in ["immediately", "without asking", "retry", "must", "always"] {
                #expect(!description.contains(command))
            }
        }
    }

    private func words(of schema: JSONValue) -> Set<String> {
        var words: Set<String> = []
        for member in schema.objectValue?.members ?? [] {
            words.insert(member.name)
            words.formUnion(self.words(of: member.value))
        }
        return words
    }
}
