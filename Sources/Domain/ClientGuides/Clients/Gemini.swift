import JSONCoding

extension ClientGuide {
    static let gemini = ClientGuide(
        id: "gemini", name: "Gemini CLI", reach: .ownMachine, otherIDs: ["gemini-cli"]
    ) { target in
        let file: JSONObject = [
            "mcpServers": .object([target.name: .object(["httpUrl": .string(target.url)])])
        ]
        let steps: [GuideStep] = [
            .paste(
                GuideText("In a terminal", de: "In einem Terminal"),
                "gemini mcp add --transport http \(PastedText.shell(target.name)) \(PastedText.shell(target.url))"),
            .paste(
                GuideText("Or by hand, in ~/.gemini/settings.json", de: "Oder von Hand, in ~/.gemini/settings.json"),
                PastedText.file(file)),
        ]
        guard target.asksToSignIn else { return steps }
        return steps + [
            .paste(
                GuideText(
                    "Start gemini and sign in, in the browser that this opens",
                    de: "Starten Sie gemini und melden Sie sich im Browser an, den dies öffnet"),
                "/mcp auth \(target.name)")
        ]
    }
}
