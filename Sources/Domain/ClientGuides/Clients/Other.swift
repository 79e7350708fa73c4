import JSONCoding

extension ClientGuide {
    /// Whatever takes a remote server, and whatever takes only a command.
    static let other = ClientGuide(
        id: "other", name: "Another client", reach: .ownMachine, otherIDs: ["others", "any"]
    ) { target in
        let command: JSONObject = ["command": "patchbay", "args": ["stdio", .string(target.url)]]
        return [
            .paste(
                GuideText(
                    "A client that takes remote servers wants this address (Streamable HTTP); the rest it finds out",
                    de:
                        "Ein Programm, das entfernte Server annimmt, will diese Adresse (Streamable HTTP); den Rest findet es heraus"
                ), target.url),
            .paste(
                GuideText(
                    "A client that only starts commands gets Patchbay as a bridge",
                    de: "Ein Programm, das nur Befehle startet, bekommt Patchbay als Brücke"),
                PastedText.file(["mcpServers": .object([target.name: .object(command)])])),
        ]
    }
}
