extension ClientGuide {
    /// One backend for the web, the desktop and the phone (facts, clients 3.2).
    static let claude = ClientGuide(
        id: "claude", name: "Claude", reach: .makersMachines,
        otherIDs: ["claude-desktop", "claude.ai", "claudeai", "claude-web"]
    ) { target in
        [
            .open(
                GuideText(
                    "Open Settings → Connectors and press “Add custom connector”; in the desktop app it is the same page",
                    de:
                        "Öffnen Sie Einstellungen → Connectors und drücken Sie „Add custom connector“; in der Desktop-App ist es dieselbe Seite"
                ), url: "https://claude.ai/settings/connectors"),
            .paste(GuideText("Name", de: "Name"), target.title),
            .paste(GuideText("Remote MCP server URL", de: "URL des Remote-MCP-Servers"), target.url),
            .say(
                target.asksToSignIn
                    ? GuideText(
                        "Press Add, then Connect, and sign in on the page that opens. In a team an owner adds it once, and each member connects.",
                        de:
                            "Drücken Sie „Add“, dann „Connect“, und melden Sie sich auf der Seite an, die sich öffnet. In einem Team fügt ein Owner es einmal hinzu, und jedes Mitglied verbindet sich."
                    )
                    : GuideText(
                        "Press Add. In a team an owner adds it once.",
                        de: "Drücken Sie „Add“. In einem Team fügt ein Owner es einmal hinzu.")),
            .say(
                GuideText(
                    "In a chat switch it on under + → Connectors.",
                    de: "Schalten Sie es im Chat unter + → Connectors ein.")),
        ]
    }
}
