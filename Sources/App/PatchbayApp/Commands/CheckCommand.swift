extension Command {
    /// Reads a configuration and says what it would serve.
    static var check: Command {
        Command(
            syntax: CommandSyntax(
                name: "check",
                summary: "Read a configuration and say what is wrong with it, or what it would serve.",
                operands: [.optional("CONFIG")],
                options: [CommandSyntax.json("the answer as one JSON object")],
                explanation: """
                    Reads CONFIG (without it ./patchbay.yaml if it is there, else the defaults) as `serve` would, with the
                    files and environment variables that it names, and starts nothing. Every mistake is one line:
                    file:line:column: key: what is wrong; what to write instead.
                    """,
                examples: ["patchbay check patchbay.yaml", "patchbay check patchbay.yaml --json"],
                exitCodes: [.ok, .usage, .configuration]),
            run: { arguments, context in
                do throws(ConfigurationError) {
                    let configuration = try Configuration.load(
                        namedOrUsual: arguments.operand, surroundings: context.surroundings)
                    let summary = ConfigurationSummary(configuration)
                    return CommandResult(
                        standardOutput: arguments.isSet("--json") ? jsonLine(summary.json) : summary.text)
                } catch {
                    guard arguments.isSet("--json") else {
                        return CommandResult(exitCode: error.exitCode, standardError: error.text)
                    }
                    return CommandResult(exitCode: error.exitCode, standardOutput: jsonLine(error.json))
                }
            })
    }
}
