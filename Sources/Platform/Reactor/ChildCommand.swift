/// What to start: the program and its arguments, with all of its environment.
package struct ChildCommand: Sendable, Equatable {
    /// The program's name or path, then its arguments.
    package var words: [String]
    /// Everything the child sees of an environment; nothing of ours is added but a mark.
    package var environment: [String: String]
    /// Where it starts; `nil` is where we are.
    package var workingDirectory: String?

    /// A program without a slash is looked for in the environment's own `PATH`.
    package init(_ words: [String], environment: [String: String], workingDirectory: String? = nil) {
        self.words = words
        self.environment = environment
        self.workingDirectory = workingDirectory
    }
}

/// How a child process ended.
package enum ChildExit: Sendable, Equatable, CustomStringConvertible {
    /// It left with a status.
    case status(Int32)
    /// A signal ended it.
    case signal(Int32)
    /// Nobody can say: other code of this program took the news, or it could not be killed in time.
    case unknown

    /// For a log line.
    package var description: String {
        switch self {
        case .status(let number): "ended with status \(number)"
        case .signal(let number): "ended by signal \(number)"
        case .unknown: "ended in an unknown way"
        }
    }
}
