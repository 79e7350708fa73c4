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
}
