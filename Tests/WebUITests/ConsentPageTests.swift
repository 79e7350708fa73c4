import GatewayModel
import HTTPMessages
import Testing

@testable import WebUI

@Suite("The consent page")
struct ConsentPageTests {
    private func view(
        name: String = "ChatGPT", destination: ConsentView.Destination = .web(host: "chatgpt.com"),
        serverWasMissing: Bool = false, scopes: AccessScopes = .all, connections: [ConnectionView] = [],
        notice: ConsentView.Notice? = nil
    ) -> ConsentView {
        ConsentView(
            request: "req\"1", clientName: name, destination: destination, serverTitle: "Everything",
            serverWasMissing: serverWasMissing, scopes: scopes, connections: connections, notice: notice)
    }

    private func shown(_ view: ConsentView, language: String = "en") async throws -> Answer {
        var answer: Answer?
        let route = WebRoute(.get, "/oauth/consent", .signedIn) { (request) throws(WebProblem) in
            .page(ConsentPage.page(view, for: try request.signedIn, request))
        }
        try await withSite([route]) { site in
            answer = try await site.ask(
                "GET", "/oauth/consent?request=1",
                ["cookie: patchbay=\(MadeUpSessions.member)", "accept-language: \(language)"])
        }
        return try #require(answer)
    }

    @Test("names client, destination, server, scopes and person, with buttons in the reader's words")
    func whatIsShown() async throws {
        let page = try await shown(view())
        for text in [
            "ChatGPT", "chatgpt.com", "Everything", "nobody has checked it", ">Authorize</button>", ">Cancel</button>",
        ] {
            #expect(page.text.contains(text), "\(text)")
        }
        #expect(page.text.contains("&lt;b&gt;member&lt;/b&gt;"), "the person")
        #expect(
            page.text.contains("Use another account") && page.text.contains("%22"), "and comes back to this request")
        #expect(!page.text.contains("The client named no server") && !page.text.contains("device in front of you"))
        let german = try await shown(view(), language: "de")
        #expect(german.text.contains(">Erlauben</button>") && german.text.contains(">Abbrechen</button>"))
        let readOnly = try await shown(view(scopes: .read))
        #expect(readOnly.text.contains("read: use tools") && !readOnly.text.contains("write: use tools"))
    }

    @Test("warns of programs on the device, and says that the server was chosen for the client")
    func warnings() async throws {
        let page = try await shown(view(destination: .device(address: "cursor://x"), serverWasMissing: true))
        #expect(page.text.contains("device in front of you") && page.text.contains("The client named no server"))
    }

    @Test("cannot be framed, and its form may end at another party (RFC 9700 section 4.16, rulings 5.10)")
    func policy() async throws {
        let policy = try #require(try await shown(view()).field("content-security-policy"))
        #expect(policy.contains("frame-ancestors 'none'") && !policy.contains("form-action"))
    }

    @Test("a name of a client is a text, whatever is in it")
    func hostileNames() async throws {
        let page = try await shown(
            view(name: "<script>x</script>\u{202E}\"", destination: .web(host: "\"><img src=x>")))
        #expect(!page.text.contains("<script") && !page.text.contains("<img") && !page.text.contains("\u{202E}"))
    }

    @Test("each upstream has its state and what can be done about it; the required ones hold access up")
    func connections() async throws {
        let states: [(ConnectionView.State, String, String?)] = [
            (.notNeeded, "No connection needed", nil), (.byOperator, "Connected by the administrator", nil),
            (.connected(account: "me"), ">Connected<", "disconnect"),
            (.reconnect(problem: "<gone>"), "Must be reconnected", "connect"), (.missing, "Not connected", "connect"),
        ]
        for (state, words, action) in states {
            for isRequired in [true, false] {
                let connection = ConnectionView(
                    upstream: "weather", title: "Weather", icon: "https://evil.example/pixel.png", state: state,
                    isRequired: isRequired)
                let page = try await shown(view(connections: [connection]))
                #expect(page.text.contains(words) && !page.text.contains("pixel") && !page.text.contains("<gone>"))
                let button = action.map { "name=\"action\" value=\"\($0)\"" }
                #expect(page.text.contains("name=\"upstream\" value=\"weather\"") == (action != nil))
                if let button { #expect(page.text.contains(button)) }
                let blocks = isRequired && action == "connect"
                #expect(connection.blocksAccess == blocks)
                #expect(page.text.contains("when all required ones are connected") == blocks)
            }
        }
    }
}
