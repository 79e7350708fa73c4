extension ClientGuide {
    /// The command line and the editor's extension share one file.
    static let codex = ClientGuide(id: "codex", name: "Codex", reach: .ownMachine, otherIDs: ["codex-cli"]) { target in
        let name = PastedText.shell(target.name)
        let add: GuideStep = .paste(
            GuideText("In a terminal", de: "In einem Terminal"),
            "codex mcp add \(name) --url \(PastedText.shell(target.url))")
        guard target.asksToSignIn else { return [add] }
        return [
            add,
            .paste(
                GuideText(
                    "Then sign in, in the browser that it opens",
                    de: "Dann melden Sie sich im Browser an, den er öffnet"),
                "codex mcp login \(name)"),
        ]
    }
}
