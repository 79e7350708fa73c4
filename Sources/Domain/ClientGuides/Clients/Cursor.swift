import HTTPMessages
import JSONCoding
import MCPWire

extension ClientGuide {
    /// Its link holds the entry of its file in PaddedBase64.
    static let cursor = ClientGuide(id: "cursor", name: "Cursor", reach: .ownMachine) { target in
        let entry: JSONObject = ["url": .string(target.url)]
        let encoded = String(decoding: PaddedBase64.encode(Array(PastedText.line(entry).utf8)), as: UTF8.self)
        let link =
            "cursor://anysphere.cursor-deeplink/mcp/install?name=\(target.name)&config=\(FormWriter.escaped(encoded))"
        let file: JSONObject = ["mcpServers": .object([target.name: .object(entry)])]
        return [
            .open(
                GuideText("Add it to Cursor, and confirm there", de: "In Cursor hinzufügen und dort bestätigen"),
                url: link),
            .paste(
                GuideText(
                    "Or by hand, in ~/.cursor/mcp.json", de: "Oder von Hand, in ~/.cursor/mcp.json"),
                PastedText.file(file)),
            .say(
                target.asksToSignIn
                    ? GuideText(
                        "Under Settings → Tools & MCP press “Connect” beside it and sign in in the browser.",
                        de:
                            "Drücken Sie unter Settings → Tools & MCP daneben „Connect“ und melden Sie sich im Browser an."
                    )
                    : GuideText(
                        "Under Settings → Tools & MCP it shows a green dot.",
                        de: "Unter Settings → Tools & MCP hat es einen grünen Punkt.")),
        ]
    }
}
