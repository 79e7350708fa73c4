import JSONCoding
import MCPWire

/// What this build is.
package enum PatchbayVersion {
    /// Semantic; the changelog says what each one brought.
    package static let text = "0.1.0"
    /// The revisions of MCP that it speaks, newest first.
    package static let protocolRevisions = RevisionCatalog.all.reversed().map { $0.date.description }
}

extension Command {
    /// Says which build this is.
    static var version: Command {
        Command(
            syntax: CommandSyntax(
                name: "version",
                summary: "Say which version this is.",
                options: [CommandSyntax.json("as one JSON object")],
                explanation: "Prints the version of Patchbay and the revisions of MCP that it speaks."),
            run: { arguments, _ in
                guard arguments.isSet("--json") else {
                    let revisions = PatchbayVersion.protocolRevisions.joined(separator: ", ")
                    return CommandResult(standardOutput: "patchbay \(PatchbayVersion.text) (MCP \(revisions))\n")
                }
                let object = JSONObject([
                    .init(name: "name", value: .string("patchbay")),
                    .init(name: "version", value: .string(PatchbayVersion.text)),
                    .init(
                        name: "protocolRevisions", value: .array(PatchbayVersion.protocolRevisions.map { .string($0) })),
                ])
                return CommandResult(standardOutput: jsonLine(object))
            })
    }
}

/// One object on one line, as programs read it.
func jsonLine(_ object: JSONObject) -> String {
    String(decoding: JSONWriter.bytes(of: .object(object)), as: UTF8.self) + "\n"
}
