import ClientGuides
import HTTPMessages
import Testing
import WebUI

@testable import Portal

@Suite("The portal")
struct PortalTests {
    private let hostile = CatalogEntry(
        slug: "team",
        target: ConnectTarget(
            url: "https://mcp.example/v1/mcp/team", title: "<script>alert(1)</script>\u{202E}", slug: "team",
            asksToSignIn: true))

    @Test("says the same in both languages")
    func words() {
        #expect(PortalWord.disagreements.isEmpty)
    }

    @Test("shows titles as texts", arguments: Language.allCases)
    func titles(language: Language) {
        for html in [
            CatalogPage(entries: [hostile], language: language).page.content.text,
            ServerPage(entry: hostile, language: language).page.content.text,
            StartPage(open: [hostile], language: language).page.content.text,
        ] {
            #expect(!html.contains("<script") && html.contains("&lt;script&gt;"))
            #expect(html.contains("https://mcp.example/v1/mcp/team"))
        }
    }

    @Test("has every client's steps, with links that editors open")
    func steps() {
        let html = ServerPage(entry: hostile, language: .english).page.content.text
        for guide in ClientGuide.all { #expect(html.contains("id=\"client-\(guide.id)\"")) }
        #expect(html.contains("href=\"cursor://anysphere.cursor-deeplink/mcp/install?name=team"))
        #expect(html.contains("href=\"vscode:mcp/install?"))
    }

    @Test("tells who may use nothing where to turn")
    func empty() {
        let html = CatalogPage(entries: [], language: .german).page.content.text
        #expect(html.contains("Fragen Sie den Betreiber"))
    }

    @Test(
        "links to other programs only where those install a server",
        arguments: [
            ("cursor://anysphere.cursor-deeplink/mcp/install?name=a", true), ("vscode:mcp/install?%7B%7D", true),
            ("vscode://file/etc/passwd", false), ("cursor://other", false), ("javascript:alert(1)", false),
            ("vscode:mcp/install?\" onclick=\"", false), ("VSCODE:mcp/install?a", false),
        ])
    func schemes(text: String, isLink: Bool) {
        #expect((WebAddress(client: text) != nil) == isLink)
    }
}
