import JSONCoding

extension Command {
    /// People who sign in with a name and a password.
    static var user: Command {
        Command(
            syntax: CommandSyntax(
                name: "user",
                summary: "Add, list, change and remove people who sign in here.",
                operands: [.required("ACTION"), .optional("NAME")],
                options: [
                    .init(name: "--role", value: "ROLE", help: "operator, builder or member"),
                    .init(name: "--groups", value: "A,B", help: "the groups that they are in, instead of those before"),
                    .init(
                        name: "--password-stdin", value: nil, help: "read the password from standard input, one line"),
                    .init(name: "--disabled", value: "YES", help: "yes keeps them out, no lets them in again"),
                    AdministrationRun.configuration,
                    CommandSyntax.json("the answer as one JSON object"),
                ],
                explanation: """
                    ACTION is add, list, set or remove; all but list need NAME. `add` needs --role, and --password-stdin unless
                    they sign in by a provider. It works while the gateway runs and while it does not; what it takes from somebody
                    holds at once.
                    """,
                examples: [
                    "patchbay user add anna --role operator --password-stdin < password.txt",
                    "patchbay user set anna --groups staff,sales", "patchbay user list --json",
                ],
                exitCodes: [.ok, .failed, .usage, .configuration]),
            run: { arguments, context in
                do throws(UsageMistake) {
                    let (action, body) = try userAction(arguments, context)
                    return await AdministrationRun.perform(action, body, arguments, context) { userText($0) }
                } catch {
                    return CommandResult(exitCode: .usage, standardError: error.text)
                }
            })
    }

    private static func userAction(
        _ arguments: ParsedArguments, _ context: CommandContext
    ) throws(UsageMistake) -> (String, JSONObject) {
        let action = arguments.operands[0]
        guard ["add", "list", "set", "remove"].contains(action) else {
            throw UsageMistake("There is no action \(action): add, list, set or remove.", command: "user")
        }
        var body = JSONObject()
        if action == "list" {
            guard arguments.operands.count == 1 else { throw UsageMistake("list takes no NAME.", command: "user") }
            return ("user.list", body)
        }
        guard arguments.operands.count == 2 else { throw UsageMistake("\(action) needs a NAME.", command: "user") }
        body["name"] = .string(arguments.operands[1])
        if action == "remove" { return ("user.remove", body) }
        if let role = arguments.value("--role") {
            body["role"] = .string(role)
        } else if action == "add" {
            throw UsageMistake("add needs --role operator, builder or member.", command: "user")
        }
        if let groups = arguments.value("--groups") {
            body["groups"] = .array(groups.split(separator: ",").map { .string(String($0)) })
        }
        if let word = arguments.value("--disabled") {
            guard ["yes", "no"].contains(word) else { throw UsageMistake("--disabled is yes or no.", command: "user") }
            body["disabled"] = .bool(word == "yes")
        }
        if arguments.isSet("--password-stdin") {
            guard let password = context.terminal.firstLine(bytesMax: 4_096) else {
                throw UsageMistake("Standard input has no password: one line, at most 1024 bytes.", command: "user")
            }
            body["password"] = .string(password)
        }
        return ("user.\(action)", body)
    }

    private static func userText(_ answer: JSONObject) -> String {
        if let name = answer["removed"]?.stringValue { return "removed \(name), with everything that was theirs\n" }
        let users = answer["users"]?.arrayValue ?? answer["user"].map { [$0] } ?? []
        guard !users.isEmpty else { return "there is nobody yet; `patchbay user add` adds the first\n" }
        return users.map { user in
            let groups = user["groups"]?.arrayValue?.compactMap(\.stringValue) ?? []
            var text = "\(user["name"]?.stringValue ?? ""), \(user["role"]?.stringValue ?? "")"
            if !groups.isEmpty { text += ", in \(groups.joined(separator: ", "))" }
            if user["hasPassword"]?.boolValue == false { text += ", without a password" }
            if user["disabled"]?.boolValue == true { text += ", kept out" }
            return text + "\n"
        }.joined()
    }
}
