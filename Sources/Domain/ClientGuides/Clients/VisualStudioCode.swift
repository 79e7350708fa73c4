import HTTPMessages
import JSONCoding

extension ClientGuide {
    /// The same file and link serve GitHub Copilot, which is the one that calls.
    static let visualStudioCode = ClientGuide(
        id: "vscode", name: "VS Code (GitHub Copilot)", reach: .ownMachine,
        otherIDs: ["vs-code", "code", "copilot", "github-copilot"]
    ) { target in
        let entry: JSONObject = ["type": "http", "url": .string(target.url)]
        var named: JSONObject = ["name": .string(target.name)]
        for member in entry.members { named[member.name] = member.value }
        let file: JSONObject = ["servers": .object([target.name: .object(entry)])]
        return [
            .open(
                GuideText("Add it to VS Code, and confirm there", de: "In VS Code hinzufügen und dort bestätigen"),
                url: "vscode:mcp/install?\(FormWriter.escaped(PastedText.line(named)))"),
            .paste(
                GuideText("Or in a terminal", de: "Oder in einem Terminal"),
                "code --add-mcp \(PastedText.shell(PastedText.line(named)))"),
            .paste(
                GuideText(
                    "Or for everybody who works on a project, in its .vscode/mcp.json",
                    de: "Oder für alle, die an einem Projekt arbeiten, in dessen .vscode/mcp.json"),
                PastedText.file(file)),
            .say(
                target.asksToSignIn
                    ? GuideText(
                        "Start the server where VS Code asks for it, allow the sign-in, and choose agent mode in the chat.",
                        de:
                            "Starten Sie den Server, wo VS Code danach fragt, erlauben Sie die Anmeldung und wählen Sie im Chat den Agent-Modus."
                    )
                    : GuideText(
                        "Start the server where VS Code asks for it, and choose agent mode in the chat.",
                        de: "Starten Sie den Server, wo VS Code danach fragt, und wählen Sie im Chat den Agent-Modus.")),
        ]
    }
}
