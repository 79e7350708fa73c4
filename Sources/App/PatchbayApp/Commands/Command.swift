package import Reactor

/// One command: its syntax and what it does.
///
/// A command is a value from arguments to a result, so that it is tested without a process; only `serve` lives longer, and
/// gets what it runs from outside.
struct Command: Sendable {
    let syntax: CommandSyntax
    let run: @Sendable (ParsedArguments, CommandContext) async -> CommandResult

    /// In the order in which a newcomer needs them.
    static var all: [Command] {
        [.serve, .check, .connect, .user, .key, .backup, .restore, .tools, .call, .stdio, .version, .help]
    }
}

/// What commands reach outside of themselves.
package struct CommandContext: Sendable {
    /// Files and environment.
    package let surroundings: ConfigurationSurroundings
    /// The descriptors of the process.
    package let terminal: CommandTerminal
    /// Runs something on a loop until it ends, or until somebody asks for its end by a signal.
    let untilInterrupted: UntilInterrupted
    /// Serves until it is told to stop, and says how that went; the second argument reads the configuration again.
    package let serve: Serve

    /// What `serve` runs.
    package typealias Serve =
        @Sendable (
            Configuration, @escaping @Sendable () throws(ConfigurationError) -> Configuration
        ) async -> ExitCode

    /// How commands that may take long are run.
    package typealias UntilInterrupted =
        @Sendable (EventLoop, @escaping @Sendable () async -> CommandResult) async -> CommandResult

    /// Takes everything from outside; without signals a command ends with the task that runs it.
    package init(
        surroundings: ConfigurationSurroundings, terminal: CommandTerminal = CommandTerminal(),
        untilInterrupted: @escaping UntilInterrupted = { loop, body in
            let task = loop.runTask { await body() }
            return await withTaskCancellationHandler {
                await task.value
            } onCancel: {
                task.cancel()
            }
        }, serve: @escaping Serve
    ) {
        self.surroundings = surroundings
        self.terminal = terminal
        self.untilInterrupted = untilInterrupted
        self.serve = serve
    }
}

extension CommandContext {
    /// Does something by the configuration that `--config` names, or that is there without it; its mistakes end the command.
    func withConfiguration(
        _ arguments: ParsedArguments, _ body: (Configuration) async -> CommandResult
    ) async -> CommandResult {
        let configuration: Configuration
        do throws(ConfigurationError) {
            configuration = try Configuration.load(
                namedOrUsual: arguments.value("--config"), surroundings: surroundings)
        } catch {
            return CommandResult(exitCode: error.exitCode, standardError: error.text)
        }
        return await body(configuration)
    }
}
