import GatewayModel
import Testing

@Suite struct `A snapshot` {
    @Test func `finds servers by the bytes of a path, and nothing near them`() throws {
        let snapshot = try snapshot(servers: (0..<1000).map { "server-\($0)" } + ["default"])
        for number in [0, 1, 500, 999] {
            #expect(snapshot.serverIndex(slug: "server-\(number)") == number)
        }
        #expect(snapshot.defaultServerIndex == 1000)
        for wrong in ["", "server-1000", "Server-1", "server-1/", "server-1 ", "defaul", "defaultt", "server"] {
            #expect(snapshot.serverIndex(slug: wrong) == nil)
        }
        #expect(snapshot.server(try ServerSlug("server-7"))?.title == "server-7")
        #expect(snapshot.upstream(.board)?.kind == .builtin(app: .kanban))
        #expect(snapshot.upstream(try UpstreamName("other")) == nil)
    }

    @Test func `is closed: nothing in it names what is not there`() throws {
        #expect(throws: GatewayModelError.unknownDefaultServer("default")) { try snapshot(servers: ["one"]) }
        #expect(throws: GatewayModelError.duplicate("default")) { try snapshot(servers: ["default", "default"]) }
        #expect(throws: GatewayModelError.unknownUpstream("board", server: "default")) {
            try snapshot(servers: ["default"], upstreams: [])
        }
        #expect(throws: GatewayModelError.duplicate("board")) {
            try snapshot(servers: ["default"], upstreams: [.board, .board])
        }
    }

    @Test(arguments: [
        ("http://127.0.0.1:8080", "localhost:8080", true), ("http://127.0.0.1:8080", "LocalHost:8080", true),
        ("http://127.0.0.1:8080", "[::1]:8080", true), ("http://localhost:8080", "127.0.0.1:8080", true),
        ("http://127.0.0.1:8080", "127.0.0.1", false), ("http://127.0.0.1:8080", "127.0.0.1:8081", false),
        ("http://127.0.0.1:8080", "evil.example:8080", false), ("http://127.0.0.1:8080", "", false),
        ("http://127.0.0.2:8080", "127.0.0.2:8080", true), ("http://127.0.0.1:8080", "127.0.0.2:8080", false),
        ("https://Mcp.Example.com", "mcp.example.com", true), ("https://mcp.example.com", "mcp.example.com:443", true),
        ("https://mcp.example.com", "mcp.example.com:80", false), ("https://mcp.example.com", "localhost", false),
        ("https://mcp.example.com", "mcp.example.com.", false), ("http://10.0.0.1:81", "10.0.0.1:81", true),
    ])
    func `knows its own Host`(publicURL: String, host: String, isOwn: Bool) throws {
        #expect(try snapshot(publicURL: publicURL).isOwnHost(host) == isOwn)
    }

    @Test(arguments: [
        ("http://127.0.0.1:8080", true), ("http://localhost:8080", true), ("http://[::1]:8080", true),
        ("https://localhost:8080", false), ("http://localhost", false), ("http://localhost:8081", false),
        ("https://app.example.com", true), ("https://App.Example.com", true), ("https://app.example.com:443", false),
        ("https://app.example.com.evil.example", false), ("https://evil.example", false), ("null", false), ("", false),
        ("vscode-webview://panel", true),
    ])
    func `lets in its own origin and the ones that were named`(origin: String, isAccepted: Bool) throws {
        let snapshot = try snapshot(origins: ["https://app.example.com", "vscode-webview://panel"])
        #expect(snapshot.isAcceptedOrigin(origin) == isAccepted)
    }

    @Test func `can be reached elsewhere without becoming another`() throws {
        let before = try snapshot(origins: ["https://app.example.com"])
        let after = before.reached(at: try PublicURL("https://mcp.example.com"))
        #expect(after.isOwnHost("mcp.example.com"))
        #expect(!after.isOwnHost("127.0.0.1:8080"))
        #expect(after.isAcceptedOrigin("https://app.example.com"))
        #expect(after.isAcceptedOrigin("https://mcp.example.com"))
        #expect(after.servers == before.servers)
    }

    @Test(arguments: [
        "*", "null", "https://*", "https://a.example/", "https://a.example/x", "a.example", "", "x:y", "ä://b",
        "https://u@a",
    ])
    func `cannot be told to let in every origin, or something that is none`(text: String) {
        #expect(throws: GatewayModelError.self) { try WebOrigin(text) }
    }

    private func snapshot(
        servers: [String] = ["default"], upstreams: [UpstreamName] = [.board],
        publicURL: String = "http://127.0.0.1:8080", origins: [String] = []
    ) throws -> GatewaySnapshot {
        try GatewaySnapshot(
            servers: servers.map { VirtualServerDefinition(slug: try ServerSlug($0), title: $0, upstreams: [.board]) },
            upstreams: upstreams.map { UpstreamDefinition(name: $0, kind: .builtin(app: .kanban)) },
            publicURL: try PublicURL(publicURL), origins: origins.map { try WebOrigin($0) })
    }
}

extension GatewaySnapshot {
    func serverIndex(slug: String) -> Int? { serverIndex(slug: Array(slug.utf8).span) }
    func isOwnHost(_ field: String) -> Bool { isOwnHost(Array(field.utf8).span) }
    func isAcceptedOrigin(_ field: String) -> Bool { isAcceptedOrigin(Array(field.utf8).span) }
}
