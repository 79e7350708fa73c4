/// What a command wants to have said when it ends.
package struct CommandResult: Sendable, Hashable {
    /// For the shell.
    package var exitCode: ExitCode = .ok
    /// What was asked for.
    package var standardOutput = ""
    /// What went wrong.
    package var standardError = ""
}
