/// One command: its syntax and what it does.
///
/// A command is a value from arguments to a result, so that it is tested without a process; only `serve` lives longer, and
/// gets what it runs from outside.
struct Command: Sendable {
    let syntax: CommandSyntax
    let run: @Sendable (ParsedArguments, CommandContext) async -> CommandResult

    /// In the order in which a newcomer needs them.
    static var all: [Command] { [.serve, .check, .version, .help] }
}

/// What commands reach outside of themselves.
package struct CommandContext: Sendable {
    /// Files and environment.
    package let surroundings: ConfigurationSurroundings
    /// Serves until it is told to stop, and says how that went; the second argument reads the configuration again.
    package let serve: Serve

    /// What `serve` runs.
    package typealias Serve =
        @Sendable (
            Configuration, @escaping @Sendable () throws(ConfigurationError) -> Configuration
        ) async -> ExitCode

    /// Takes everything from outside.
    package init(
        surroundings: ConfigurationSurroundings, serve: @escaping Serve
    ) {
        self.surroundings = surroundings
        self.serve = serve
    }
}
