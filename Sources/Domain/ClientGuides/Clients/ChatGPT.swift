extension ClientGuide {
    /// Its words for the same thing have changed from connectors to apps to plugins, and pages show all three (facts, clients 1.1).
    static let chatGPT = ClientGuide(
        id: "chatgpt", name: "ChatGPT", reach: .makersMachines, otherIDs: ["openai", "chat-gpt"]
    ) { target in
        let signIn: GuideStep = .say(
            target.asksToSignIn
                ? GuideText(
                    "Authentication: OAuth. Leave the advanced settings as they are: everything is found out from the address. Tick the box, press Create, and sign in on the page that opens.",
                    de:
                        "Authentifizierung: OAuth. Lassen Sie die erweiterten Einstellungen, wie sie sind: Alles wird aus der Adresse ermittelt. Setzen Sie das Häkchen, drücken Sie „Create“ und melden Sie sich auf der Seite an, die sich öffnet."
                )
                : GuideText(
                    "Authentication: No authentication. Tick the box and press Create.",
                    de: "Authentifizierung: keine. Setzen Sie das Häkchen und drücken Sie „Create“."))
        return [
            .say(
                GuideText(
                    "Once: switch on Developer mode under Settings → Security and login (in older versions Settings → Apps & Connectors → Advanced settings). In a workspace an administrator has to allow it.",
                    de:
                        "Einmalig: Schalten Sie unter Settings → Security and login den Developer mode ein (in älteren Versionen Settings → Apps & Connectors → Advanced settings). In einem Workspace muss ein Administrator ihn erlauben."
                )),
            .open(
                GuideText(
                    "Open the plugins (also called apps or connectors) and press +, “Add custom MCP server”",
                    de:
                        "Öffnen Sie die Plugins (auch Apps oder Connectors genannt) und drücken Sie +, „Add custom MCP server“"
                ), url: "https://chatgpt.com/plugins"),
            .paste(GuideText("Name", de: "Name"), target.title),
            .paste(GuideText("Server URL", de: "Server-URL"), target.url),
            signIn,
            .say(
                GuideText(
                    "In a new chat choose it under +. ChatGPT keeps the list of tools as it is now; after a change here press Refresh on its page there.",
                    de:
                        "Wählen Sie es in einem neuen Chat unter + aus. ChatGPT behält die Liste der Werkzeuge, wie sie jetzt ist; nach einer Änderung hier drücken Sie dort auf seiner Seite „Refresh“."
                )),
        ]
    }
}
