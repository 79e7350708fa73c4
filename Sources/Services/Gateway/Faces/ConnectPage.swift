import ClientGuides
package import GatewayModel
package import HTTPMessages

/// What a browser sees at an MCP address: that it is one, and how to connect each client to it (rulings 6.11).
package enum ConnectPage {
    /// The page for one server, or the list of those that are not for some only.
    package static func html(
        _ snapshot: GatewaySnapshot, server: VirtualServerDefinition?, acceptedBy fields: HTTPFields
    ) -> String {
        let language = Language(acceptedBy: fields)
        let shown = server.map { [$0] } ?? snapshot.servers.filter(\.access.groups.isEmpty)
        let cards = shown.map { card(ConnectTarget($0, snapshot), isAlone: shown.count == 1, language) }
        return """
            <!doctype html>
            <html lang="\(language.rawValue)"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Patchbay</title><style>\(style)</style></head>
            <body><main><h1>\(Self.running.text(in: language))</h1>
            <p>\(Self.explanation.text(in: language))</p>
            \(cards.joined(separator: "\n"))
            </main></body></html>
            """
    }

    private static let running = GuideText("Patchbay is running", de: "Patchbay läuft")
    private static let explanation = GuideText(
        "This is for MCP clients, which browsers are not. Add an address to yours:",
        de: "Das ist für MCP-Clients, und ein Browser ist keiner. Fügen Sie eine Adresse zu Ihrem hinzu:")
    private static let steps = GuideText("How to connect a client", de: "So verbinden Sie ein Programm")

    private static func card(_ target: ConnectTarget, isAlone: Bool, _ language: Language) -> String {
        let head = "<h2>\(escaped(target.title))</h2>\n<p><code>\(escaped(target.url))</code></p>"
        guard isAlone else {
            // The steps are a page of its own, which is this one at the server's address.
            let link = "<p><a href=\"\(escaped(target.url))\">\(steps.text(in: language))</a></p>"
            return "<section>\(head)\n\(link)</section>"
        }
        let guides = ClientGuide.all.map { guide in
            let obstacle =
                guide.obstacle(target).map { "<p class=\"note\">\(escaped($0.text(in: language)))</p>" } ?? ""
            let items = guide.steps(target).map { "<li>\(item($0, language))</li>" }
            return """
                <details name="client"><summary>\(escaped(guide.name))</summary>\(obstacle)
                <ol>\(items.joined(separator: "\n"))</ol></details>
                """
        }
        return """
            <section>\(head)
            <h2>\(steps.text(in: language))</h2>
            \(guides.joined(separator: "\n"))</section>
            """
    }

    private static func item(_ step: GuideStep, _ language: Language) -> String {
        switch step {
        case .say(let text): return escaped(text.text(in: language))
        case .open(let text, let url):
            return "<a href=\"\(escaped(url))\" rel=\"noreferrer\">\(escaped(text.text(in: language)))</a>"
        case .paste(let text, let value):
            let label = escaped(text.text(in: language))
            return value.contains("\n")
                ? "\(label)<pre tabindex=\"0\">\(escaped(value))</pre>" : "\(label)<br><code>\(escaped(value))</code>"
        }
    }

    private static let style = """
        :root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0;padding:2rem 1rem}\
        main{max-width:44rem;margin:auto}h1{font-size:1.6rem}h2{font-size:1.1rem;margin-bottom:.2rem}\
        code,pre{font:0.95em/1.4 ui-monospace,monospace;background:color-mix(in srgb,currentColor 10%,transparent);\
        border-radius:.3rem;padding:.15rem .4rem;overflow-wrap:anywhere}pre{padding:.8rem;overflow:auto;white-space:pre}\
        details{border:1px solid color-mix(in srgb,currentColor 25%,transparent);border-radius:.5rem;margin:.5rem 0;padding:0 1rem}\
        summary{cursor:pointer;padding:.7rem 0;font-weight:600}ol{padding-left:1.4rem}li{margin:.5rem 0}\
        .note{border-left:.25rem solid #b45309;padding-left:.8rem}
        """

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
        return result
    }
}
