import ClientGuides
import HTTPMessages
import JSONCoding
import MCPWire
import Testing

@Suite("The guides of clients")
struct ClientGuideTests {
    private static let hostile = ConnectTarget(
        url: "https://mcp.example/v1/mcp/team", title: "O'Brien's \"<tools>\"; rm -rf $HOME", slug: "team/../x y",
        asksToSignIn: true)

    private func values(_ guide: ClientGuide, _ target: ConnectTarget) -> [String] {
        guide.steps(target).compactMap { step in
            if case .paste(_, let value) = step { value } else { nil }
        }
    }

    @Test("every client can be found by its id and by the words that people try", arguments: ClientGuide.all.map(\.id))
    func found(id: String) throws {
        let guide = try #require(ClientGuide.named(id))
        #expect(guide.id == id)
        for word in guide.otherIDs + [id.uppercased()] { #expect(ClientGuide.named(word)?.id == id) }
        #expect(ClientGuide.all.filter { ([$0.id] + $0.otherIDs).contains(id) }.count == 1)
    }

    @Test("every guide shows the address, in text or in a link", arguments: ClientGuide.all.map(\.id))
    func address(id: String) throws {
        let guide = try #require(ClientGuide.named(id))
        #expect(values(guide, Self.hostile).contains { $0.contains(Self.hostile.url) })
    }

    @Test(
        "what is pasted into a file is JSON, with the address in it",
        arguments: ["cursor", "vscode", "gemini", "other"])
    func json(id: String) throws {
        let guide = try #require(ClientGuide.named(id))
        let files = values(guide, Self.hostile).filter { $0.hasPrefix("{") }
        #expect(!files.isEmpty)
        for file in files {
            let object = try #require(try JSONParser.parse(Array(file.utf8)).objectValue)
            let servers = try #require(object.members.first?.value.objectValue)
            #expect(servers.members.map(\.name) == ["team----x-y"])
        }
    }

    @Test("links of editors hold the same entry")
    func links() throws {
        let target = ConnectTarget(url: "http://127.0.0.1:8080/mcp", title: "T", slug: "default", asksToSignIn: false)
        let urls = ["cursor", "vscode"].compactMap { id in
            ClientGuide.named(id)?.steps(target).compactMap { step in
                if case .open(_, let url) = step { url } else { nil }
            }.first
        }
        let entry = Array("{\"url\":\"http://127.0.0.1:8080/mcp\"}".utf8)
        let config = String(decoding: PaddedBase64.encode(entry), as: UTF8.self).replacing("=", with: "%3D")
        #expect(urls[0] == "cursor://anysphere.cursor-deeplink/mcp/install?name=patchbay&config=\(config)")
        #expect(
            urls[1]
                == "vscode:mcp/install?%7B%22name%22%3A%22patchbay%22%2C%22type%22%3A%22http%22%2C%22url%22%3A%22http%3A%2F%2F127.0.0.1%3A8080%2Fmcp%22%7D"
        )
    }

    @Test("a title cannot become a command of a shell")
    func shell() throws {
        for guide in ClientGuide.all {
            for value in values(guide, Self.hostile) where !value.contains("\n") && value.contains(" ") {
                #expect(!value.contains("$HOME") || value == Self.hostile.title)
            }
        }
    }

    @Test(
        "clients that call from elsewhere say what they need before a local address is pasted",
        arguments: [
            ("http://127.0.0.1:8080/mcp", false), ("https://localhost/mcp", false), ("https://[::1]/mcp", false),
            ("http://mcp.example/mcp", false), ("https://mcp.example/mcp", true),
        ])
    func obstacles(url: String, isPublic: Bool) throws {
        let target = ConnectTarget(url: url, title: "T", slug: "default", asksToSignIn: false)
        for id in ["chatgpt", "claude"] {
            let obstacle = try #require(ClientGuide.named(id)).obstacle(target)
            #expect((obstacle == nil) == isPublic)
            #expect(obstacle?.text(in: .german).contains(url) ?? true)
        }
        #expect(try #require(ClientGuide.named("claude-code")).obstacle(target) == nil)
    }

    @Test("only who has to sign in is told to")
    func signIn() throws {
        let open = ConnectTarget(url: "https://mcp.example/mcp", title: "T", slug: "default", asksToSignIn: false)
        let closed = ConnectTarget(url: "https://mcp.example/mcp", title: "T", slug: "default", asksToSignIn: true)
        for guide in ClientGuide.all where guide.id != "other" && guide.id != "inspector" {
            #expect(guide.steps(open) != guide.steps(closed))
        }
    }
}
