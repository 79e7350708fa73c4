extension ClientGuide {
    static let claudeCode = ClientGuide(
        id: "claude-code", name: "Claude Code", reach: .ownMachine, otherIDs: ["claudecode", "claude-cli"]
    ) { target in
        let add: GuideStep = .paste(
            GuideText("In a terminal", de: "In einem Terminal"),
            "claude mcp add --transport http \(PastedText.shell(target.name)) \(PastedText.shell(target.url))")
        guard target.asksToSignIn else { return [add] }
        return [
            add,
            .say(
                GuideText(
                    "Start claude, type /mcp, choose \(target.name) and “Authenticate”; the browser opens the sign-in.",
                    de:
                        "Starten Sie claude, tippen Sie /mcp, wählen Sie \(target.name) und „Authenticate“; der Browser öffnet die Anmeldung."
                )),
        ]
    }
}
