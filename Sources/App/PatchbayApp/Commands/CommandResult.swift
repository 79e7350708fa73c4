/// What a command wants to have said when it ends.
package struct CommandResult: Sendable, Hashable {
    /// For the shell.
    package let exitCode: ExitCode
    /// What was asked for.
    package let standardOutput: String
    /// What went wrong.
    package let standardError: String

    /// What was said, nothing unless given.
    package init(exitCode: ExitCode = .ok, standardOutput: String = "", standardError: String = "") {
        self.exitCode = exitCode
        self.standardOutput = standardOutput
        self.standardError = standardError
    }
}
