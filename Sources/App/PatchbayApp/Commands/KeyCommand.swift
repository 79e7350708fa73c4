import JSONCoding

extension Command {
    /// Keys for machines, which call on a person's behalf without a browser.
    static var key: Command {
        Command(
            syntax: CommandSyntax(
                name: "key",
                summary: "Make, list and revoke API keys for machines.",
                operands: [.required("ACTION"), .optional("ID")],
                options: [
                    .init(name: "--user", value: "NAME", help: "whose key it is"),
                    .init(name: "--server", value: "SLUG", help: "the one virtual server that it is for"),
                    .init(name: "--name", value: "TEXT", help: "what its owner calls it"),
                    AdministrationRun.configuration,
                    CommandSyntax.json("the answer as one JSON object"),
                ],
                explanation: """
                    ACTION is create, list or revoke. `create` needs --user and --server, and prints the key as its last line: it is
                    shown this once. A client sends it as `Authorization: Bearer KEY`. `revoke` needs the ID that list shows; the key
                    is refused from then on.
                    """,
                examples: [
                    "patchbay key create --user anna --server default", "patchbay key list --user anna",
                    "patchbay key revoke k_0123456789abcdefghjk",
                ],
                exitCodes: [.ok, .failed, .usage, .configuration]),
            run: { arguments, context in
                do throws(UsageMistake) {
                    let (action, body) = try keyAction(arguments)
                    return await AdministrationRun.perform(action, body, arguments, context) { keyText($0) }
                } catch {
                    return CommandResult(exitCode: .usage, standardError: error.text)
                }
            })
    }

    private static func keyAction(_ arguments: ParsedArguments) throws(UsageMistake) -> (String, JSONObject) {
        var body = JSONObject()
        switch arguments.operands[0] {
        case "create":
            guard let user = arguments.value("--user"), let server = arguments.value("--server") else {
                throw UsageMistake("create needs --user NAME and --server SLUG.", command: "key")
            }
            body["user"] = .string(user)
            body["server"] = .string(server)
            body["name"] = arguments.value("--name").map { .string($0) }
            return ("key.create", body)
        case "list":
            body["user"] = arguments.value("--user").map { .string($0) }
            return ("key.list", body)
        case "revoke":
            guard arguments.operands.count == 2 else {
                throw UsageMistake("revoke needs the ID that `patchbay key list` shows.", command: "key")
            }
            body["id"] = .string(arguments.operands[1])
            return ("key.revoke", body)
        default:
            throw UsageMistake("There is no action \(arguments.operands[0]): create, list or revoke.", command: "key")
        }
    }

    private static func keyText(_ answer: JSONObject) -> String {
        if let id = answer["revoked"]?.stringValue { return "revoked \(id)\n" }
        if let key = answer["key"], let secret = key["secret"]?.stringValue {
            return "made \(line(of: key))\nkeep it now, it is not shown again:\n\(secret)\n"
        }
        let keys = answer["keys"]?.arrayValue ?? []
        guard !keys.isEmpty else { return "there are no keys\n" }
        return keys.map { "\(line(of: $0))\n" }.joined()
    }

    private static func line(of key: JSONValue) -> String {
        let name = key["name"]?.stringValue ?? ""
        let owner = "for \(key["user"]?.stringValue ?? "") at \(key["server"]?.stringValue ?? "")"
        return "\(key["id"]?.stringValue ?? "") \(owner)\(name.isEmpty ? "" : ", \(name)")"
    }
}
