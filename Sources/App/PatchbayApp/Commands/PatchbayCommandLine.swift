/// From the words of the command line to a result.
package enum PatchbayCommandLine {
    /// Finds the command, reads its arguments and runs it; `words` are those after the program's name.
    package static func run(_ words: [String], context: CommandContext) async -> CommandResult {
        guard let name = words.first else {
            return CommandResult(exitCode: .usage, standardError: Command.overview)
        }
        switch name {
        case "--help", "-h": return CommandResult(standardOutput: Command.overview)
        case "--version": return await run(["version"] + words.dropFirst(), context: context)
        default: break
        }
        do throws(UsageMistake) {
            guard let command = Command.all.first(where: { $0.syntax.name == name }) else {
                throw UsageMistake(unknownCommand: name, among: Command.all.map(\.syntax.name))
            }
            let arguments = try ParsedArguments(Array(words.dropFirst()), syntax: command.syntax)
            if arguments.wantsHelp { return CommandResult(standardOutput: command.syntax.help) }
            return await command.run(arguments, context)
        } catch {
            return CommandResult(exitCode: .usage, standardError: error.text)
        }
    }
}
