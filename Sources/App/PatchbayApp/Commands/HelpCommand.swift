import JSONCoding

extension Command {
    /// Lists the commands, or explains one.
    static var help: Command {
        Command(
            syntax: CommandSyntax(
                name: "help",
                summary: "Explain a command, or list all of them.",
                operands: [.optional("COMMAND")],
                options: [CommandSyntax.json("the list of commands as one JSON object")],
                explanation: "`patchbay help serve` shows the same page as `patchbay serve --help`.",
                examples: ["patchbay help", "patchbay help check"]),
            run: { arguments, _ in
                if let name = arguments.operand {
                    guard let command = all.first(where: { $0.syntax.name == name }) else {
                        let mistake = UsageMistake(unknownCommand: name, among: all.map(\.syntax.name))
                        return CommandResult(exitCode: .usage, standardError: mistake.text)
                    }
                    return CommandResult(standardOutput: command.syntax.help)
                }
                guard arguments.isSet("--json") else { return CommandResult(standardOutput: overview) }
                let commands = all.map { command in
                    JSONValue.object(
                        JSONObject([
                            .init(name: "name", value: .string(command.syntax.name)),
                            .init(name: "summary", value: .string(command.syntax.summary)),
                        ]))
                }
                return CommandResult(
                    standardOutput: jsonLine(JSONObject([.init(name: "commands", value: .array(commands))])))
            })
    }

    /// The page of `patchbay --help`.
    static var overview: String {
        """
        Patchbay offers your MCP servers to ChatGPT, Claude and other clients at one URL.

        Usage: patchbay COMMAND [OPTIONS]

        Commands:
        \(CommandSyntax.table(all.map { ($0.syntax.name, $0.syntax.summary) }))
        Begin with `patchbay serve`, and add http://127.0.0.1:8080/mcp to your client.
        `patchbay COMMAND --help` explains a command.

        """
    }
}
