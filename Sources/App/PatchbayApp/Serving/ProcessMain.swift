import Glibc
import Reactor

/// The main thread's own loop: commands run on it, and signals arrive there. It serves no connection, so that a stop is heard
/// however busy the serving loops are.
struct ProcessMain: Sendable {
    let loop: EventLoop
    let signals: SignalWatch

    /// Blocks the signals before any other thread exists, and opens the loop.
    init() throws(ReactorError) {
        signals = try SignalWatch([SIGTERM, SIGINT, SIGHUP, SIGCHLD])
        loop = try EventLoop(index: 0, name: "patchbay")
    }

    /// Runs one task on the calling thread and returns what it came to.
    func run(_ operation: @escaping @Sendable () async -> Int32) -> Int32 {
        let code = ExitValue()
        let loop = loop
        let task = loop.runTask {
            code.set(await operation())
            loop.stop()
        }
        loop.run()
        _ = task
        return code.get()
    }

    /// Runs something on a loop; a signal cancels it, and a second one ends the process at once.
    func untilInterrupted(
        _ serving: EventLoop, _ body: @escaping @Sendable () async -> CommandResult
    ) async -> CommandResult {
        let task = serving.runTask { await body() }
        signals.start(on: loop) { number in
            switch number {
            case SIGCHLD: break
            case _ where task.isCancelled: _exit(128 + number)
            default: task.cancel()
            }
        }
        let result = await task.value
        return task.isCancelled ? CommandResult(exitCode: .interrupted, standardError: result.standardError) : result
    }
}
