/// What the process says to the shell; every command's help lists its own.
package enum ExitCode: Int32, Sendable, Hashable {
    /// It is done.
    case ok = 0
    /// It was understood and did not work; standard error says why.
    case failed = 1
    /// The command line is not understood.
    case usage = 2
    /// The server that was named cannot be reached, or is no MCP server; `EX_UNAVAILABLE` of sysexits.h.
    case unreachable = 69
    /// The configuration has mistakes; `EX_CONFIG` of sysexits.h, so that a supervisor can stop trying.
    case configuration = 78
    /// Somebody asked for the end; 128 and the number of SIGINT, as shells have it.
    case interrupted = 130

    /// What the help says.
    var meaning: String {
        switch self {
        case .ok: "done"
        case .failed: "understood, but it did not work"
        case .usage: "the command line was not understood"
        case .unreachable: "the server cannot be reached, or is no MCP server"
        case .configuration: "the configuration has mistakes"
        case .interrupted: "interrupted"
        }
    }
}
