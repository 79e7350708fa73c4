import Glibc

/// What the operating system or the loop refused.
package enum ReactorError: Error, Sendable, Equatable {
    /// A system call failed; `call` is its name, `number` is errno.
    case system(call: String, number: Int32)
    /// A name that has no address, with the resolver's own words.
    case nameUnknown(name: String, detail: String)
    /// The text is not an address that this program can use.
    case addressInvalid(String)
    /// More blocking work waits than the lane takes.
    case laneFull
    /// The loop or the lane is going down.
    case shuttingDown
    /// The task that waited was cancelled.
    case cancelled
    /// The time for it was over.
    case timedOut
    /// A named limit would be passed.
    case limitReached(name: String, max: Int)
    /// The program for a child process could not be started.
    case spawnFailed(program: String, number: Int32)

    /// The failure as a sentence for a log line.
    package var reason: String {
        switch self {
        case .system(let call, let number): "\(call): \(errorText(number))"
        case .nameUnknown(let name, let detail): "the name \(name) has no address: \(detail)"
        case .addressInvalid(let text): "\(text) is not an address; write host:port or unix:/path"
        case .laneFull: "too much blocking work is waiting"
        case .shuttingDown: "the program is shutting down"
        case .cancelled: "cancelled"
        case .timedOut: "timed out"
        case .limitReached(let name, let max): "the limit \(name) of \(max) is reached"
        case .spawnFailed(let program, let number): "\(program) could not be started: \(errorText(number))"
        }
    }
}
