import GatewayModel
import JSONCoding
import MCPWire
import Testing
import UpstreamClients

@testable import Gateway

/// The inventory of an upstream that offers this.
func part(
    _ name: String, revision: Revision = .v2026_07_28, tools: [JSONObject] = [], prompts: [JSONObject] = [],
    resources: [JSONObject] = [], templates: [JSONObject] = []
) throws -> OfferPart {
    var inventory = UpstreamInventory(
        description: UpstreamDescription(
            revision: revision, capabilities: ["tools": [:], "resources": ["subscribe": true]],
            serverInfo: ["name": .string(name)], instructions: "about \(name)"))
    inventory[.tools] = tools
    inventory[.prompts] = prompts
    inventory[.resources] = resources
    inventory[.resourceTemplates] = templates
    return OfferPart(upstream: try UpstreamName(name), inventory: inventory)
}

func offer(_ parts: [OfferPart], naming: ToolNaming = .plain) -> ServerOffer {
    ServerOffer(
        server: VirtualServerDefinition(
            slug: .default, title: "T", upstreams: parts.map(\.upstream), naming: naming),
        parts: parts, generation: 1)
}

@Suite struct `The names of an offer` {
    @Test func `plain: are the upstreams' own, and the first of two stays`() throws {
        let offer = offer([
            try part("one", tools: [tool("add"), tool("both")]), try part("two", tools: [tool("both"), tool("sub")]),
        ])
        #expect(offer.tools.map(\.name) == ["add", "both", "sub"])
        #expect(offer.tool("both")?.upstream == 0)
        #expect(offer.tool("sub")?.upstream == 1)
        #expect(
            offer.collisions == [OfferCollision(kind: .tools, name: "both", holder: "one", newcomer: "two")])
    }

    @Test func `plain: a tool that stands twice in one list is there once`() throws {
        let offer = offer([try part("one", tools: [tool("add"), tool("add")])])
        #expect(offer.tools.count == 1)
        #expect(offer.collisions.count == 1)
    }

    @Test func `prefix: lead to the upstream under its own name, and both of two are there`() throws {
        let offer = offer(
            [try part("one", tools: [tool("both")]), try part("two", tools: [tool("both")])], naming: .prefix)
        #expect(offer.tools.map(\.name) == ["one_both", "two_both"])
        #expect(offer.tool("two_both")?.original == "both")
        #expect(offer.tool("two_both")?.definition["name"] == "two_both")
        #expect(offer.tool("both") == nil)
        #expect(offer.collisions.isEmpty)
    }

    @Test(arguments: [
        "", " ", "a b", "ä", String(repeating: "x", count: 500), "a\u{0}b", "..", "_", "__", "a/b", "🚀", "one_both",
    ])
    func `prefix: are legal and short whatever the upstream thinks of`(name: String) throws {
        let offer = offer([try part("one", tools: [tool(name), tool("plain")])], naming: .prefix)
        let shown = try #require(offer.tools.first { $0.original == name }?.name)
        #expect(shown.utf8.count <= 48)
        #expect(shown.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") })
        #expect(offer.tool(shown)?.original == name)
        #expect(offer.tool("one_plain")?.original == "plain")
    }

    @Test func `of ten thousand tools are each found, and nothing else is`() throws {
        let names = (0..<10_000).map { "tool-\($0)" }
        let offer = offer([try part("one", tools: names.map { tool($0) })])
        for (number, name) in names.enumerated() where number % 97 == 0 {
            #expect(offer.tool(name)?.name == name)
        }
        for name in ["tool-", "tool-10000", "ool-1", "tool-1 ", "TOOL-1", ""] { #expect(offer.tool(name) == nil) }
    }

    @Test func `of prompts are kept apart from those of tools`() throws {
        let offer = offer([
            try part("one", tools: [tool("x")]), try part("two", prompts: [["name": "x"], ["name": "y"]]),
        ])
        #expect(offer.prompt("x")?.upstream == 1)
        #expect(offer.tool("y") == nil)
        #expect(offer.collisions.isEmpty)
    }

    @Test func `are missing where the upstream gave none`() throws {
        let offer = offer([try part("one", tools: [["description": "nameless"], ["name": 5], tool("good")])])
        #expect(offer.tools.map(\.name) == ["good"])
    }

    /// MCP 2026-07-28, x-mcp-header: such a tool must be dropped from the list.
    @Test func `leave out a tool whose mirrored arguments are wrong`() throws {
        let wrong: JSONValue = [
            "type": "object",
            "properties": [
                "a": ["type": "string", "x-mcp-header": "X"], "b": ["type": "string", "x-mcp-header": "x"],
            ],
        ]
        let stateless = offer([try part("one", tools: [tool("wrong", schema: wrong), tool("good")])])
        #expect(stateless.tools.map(\.name) == ["good"])
        let handshake = offer([
            try part("one", revision: .v2025_11_25, tools: [tool("wrong", schema: wrong), tool("good")])
        ])
        #expect(handshake.tools.count == 2)
    }
}

@Suite struct `What a view calls` {
    private let forViews: JSONValue = ["ui": ["visibility": ["app"]]]

    @Test func `is the tool of that original name, if one upstream here has it for views`() throws {
        let offer = offer(
            [
                try part("one", tools: [tool("open", meta: forViews)]),
                try part("two", tools: [tool("open2", meta: forViews)]),
            ],
            naming: .prefix)
        #expect(offer.toolForView(original: "open")?.name == "one_open")
        #expect(offer.toolForView(original: "nothing") == nil)
    }

    @Test func `is nobody's if two upstreams have it`() throws {
        let offer = offer(
            [
                try part("one", tools: [tool("open", meta: forViews)]),
                try part("two", tools: [tool("open", meta: forViews)]),
            ],
            naming: .prefix)
        #expect(offer.toolForView(original: "open") == nil)
    }

    @Test func `is never a tool for models alone`() throws {
        let offer = offer(
            [try part("one", tools: [tool("open", meta: ["ui": ["visibility": ["model"]]])])], naming: .prefix)
        #expect(offer.toolForView(original: "open") == nil)
    }
}

@Suite struct `What a server says of itself` {
    @Test func `always has tools, and what any upstream has`() throws {
        let offer = offer([try part("one"), try part("two")])
        #expect(offer.capabilities["tools"]?["listChanged"] == true)
        #expect(offer.capabilities["resources"]?["subscribe"] == true)
        #expect(offer.instructions == "# one\nabout one\n\n# two\nabout two")
    }

    @Test func `is the one upstream's instruction as it is`() throws {
        #expect(offer([try part("one")]).instructions == "about one")
    }
}

@Suite struct `The resources of an offer` {
    @Test func `keep their URIs, and the second of two is qualified everywhere`() throws {
        let offer = offer([
            try part("one", resources: [resource("file:///a")]),
            try part(
                "two", tools: [tool("show", meta: ["ui": ["resourceUri": "file:///a"]])],
                resources: [resource("file:///a"), resource("file:///b")]),
        ])
        let uris = offer.resources.resources.map(\.uri)
        #expect(uris == ["file:///a", "patchbay+two+file:///a", "file:///b"])
        let first = try #require(offer.resources.route("file:///a"))
        #expect(first.upstream == 0)
        let second = try #require(offer.resources.route("patchbay+two+file:///a"))
        #expect(second.upstream == 1)
        #expect(second.original == "file:///a")
        #expect(offer.tool("show")?.definition["_meta"]?["ui"]?["resourceUri"] == "patchbay+two+file:///a")
        #expect(offer.resources.shown("file:///a", of: 1) == "patchbay+two+file:///a")
        #expect(offer.resources.shown("file:///a", of: 0) == "file:///a")
        let result: JSONObject = ["contents": [["uri": "file:///a", "text": "x"]]]
        #expect(
            offer.resources.rewritten(result: result, of: .resourcesRead, at: 1)["contents"]
                == [["uri": "patchbay+two+file:///a", "text": "x"]])
    }

    /// An upstream must not be able to take the qualified address of another one's resource for itself.
    @Test(arguments: [true, false])
    func `cannot be taken by an upstream that spells another one's qualified URI`(hostileIsFirst: Bool) throws {
        let hostile = try part("bad", resources: [resource("patchbay+two+file:///a")])
        let victims = [
            try part("one", resources: [resource("file:///a")]), try part("two", resources: [resource("file:///a")]),
        ]
        let parts = hostileIsFirst ? [hostile] + victims : victims + [hostile]
        let offer = offer(parts)
        let route = try #require(offer.resources.route("patchbay+two+file:///a"))
        #expect(parts[route.upstream].upstream.text == "two")
        #expect(route.original == "file:///a")
        let own = try #require(offer.resources.route("patchbay+bad+patchbay+two+file:///a"))
        #expect(parts[own.upstream].upstream.text == "bad")
        #expect(own.original == "patchbay+two+file:///a")
    }

    /// K01: a view that a tool names may be read, whether a list has it or not.
    @Test func `have the views that tools name, and their second ones are qualified`() throws {
        let view: JSONValue = ["ui": ["resourceUri": "ui://list"]]
        let offer = offer(
            [try part("one", tools: [tool("a", meta: view)]), try part("two", tools: [tool("a", meta: view)])],
            naming: .prefix)
        #expect(offer.resources.route("ui://list")?.upstream == 0)
        let shown = try #require(offer.tool("two_a")?.definition["_meta"]?["ui"]?["resourceUri"]?.stringValue)
        let route = try #require(offer.resources.route(shown))
        #expect(route.upstream == 1)
        #expect(route.original == "ui://list")
    }

    @Test func `are found by templates, and by nothing else when there are several upstreams`() throws {
        let offer = offer([
            try part("one", templates: [template("file:///logs/{day}")]),
            try part("two", templates: [template("db://{+path}")]),
        ])
        #expect(offer.resources.route("file:///logs/monday")?.upstream == 0)
        #expect(offer.resources.route("db://a/b/c")?.upstream == 1)
        #expect(offer.resources.route("http://elsewhere") == nil)
        #expect(offer.resources.route(template: "db://{+path}")?.upstream == 1)
    }

    @Test func `are all the only upstream's when there is one`() throws {
        #expect(offer([try part("one")]).resources.route("anything:goes")?.upstream == 0)
    }

    @Test(arguments: [
        ("a://x", "a://x", true), ("a://x", "a://xy", false), ("a://{x}", "a://", true), ("a://{x}", "a://b", true),
        ("a://{x}", "a://b/c", false), ("a://{+x}", "a://b/c", true), ("a://{x}/{y}", "a://b/c", true),
        ("a://{x}/{y}", "a://b", false), ("a://{x}-{y}.txt", "a://1-2-3.txt", true),
        ("a://{x}-{y}.txt", "a://12.txt", false), ("a://x{?q,r}", "a://x?q=1&r=2", true), ("a://{x", "a://{x", false),
        ("{+all}", "anything at all", true), ("a://{x}b", "a://bbb", true), ("a://{x}b{y}c", "a://bc", true),
        ("a://{x}b{y}c", "a://xbycd", false), ("", "", true), ("", "a", false),
    ])
    func `match templates as far as that can be said backwards`(template: String, uri: String, isMatch: Bool) {
        #expect(URITemplateMatcher(template).matches(Array(uri.utf8)) == isMatch)
    }

    /// A client chooses the URI and an upstream the template: both together must not take minutes.
    @Test func `match long URIs without trying everything`() {
        let matcher = URITemplateMatcher("a://" + String(repeating: "{+a}x", count: 200) + "end")
        let uri = Array(("a://" + String(repeating: "x", count: 500_000)).utf8)
        #expect(!matcher.matches(uri))
    }
}

@Suite struct `A table of names` {
    @Test func `gives the first of equal names`() {
        let table = NameTable(["a", "b", "a"])
        #expect(table.find("a") == 0)
        #expect(table.find("b") == 1)
        #expect(table.find("c") == nil)
        #expect(NameTable([]).find("a") == nil)
        #expect(NameTable([""]).find("") == 0)
    }

    @Test func `tells names apart that differ in one byte anywhere`() {
        let long = String(repeating: "x", count: 40)
        var names: [String] = []
        for place in 0..<40 {
            var bytes = Array(long.utf8)
            bytes[place] = UInt8(ascii: "y")
            names.append(String(decoding: bytes, as: UTF8.self))
        }
        let table = NameTable(names)
        for (number, name) in names.enumerated() { #expect(table.find(name) == number) }
        #expect(table.find(long) == nil)
    }
}
