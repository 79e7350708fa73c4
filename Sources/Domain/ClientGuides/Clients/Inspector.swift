extension ClientGuide {
    /// For whoever builds or tests.
    static let inspector = ClientGuide(
        id: "inspector", name: "MCP Inspector", reach: .ownMachine, otherIDs: ["mcp-inspector"]
    ) { target in
        [
            .paste(GuideText("In a terminal", de: "In einem Terminal"), "npx @modelcontextprotocol/inspector"),
            .say(
                GuideText(
                    "Choose the transport “Streamable HTTP”, put in the address, and press Connect.",
                    de:
                        "Wählen Sie den Transport „Streamable HTTP“, setzen Sie die Adresse ein und drücken Sie „Connect“."
                )),
            .paste(GuideText("Address", de: "Adresse"), target.url),
            .paste(
                GuideText("Or without it, with Patchbay itself", de: "Oder ohne ihn, mit Patchbay selbst"),
                "patchbay tools \(PastedText.shell(target.url))"),
        ]
    }
}
