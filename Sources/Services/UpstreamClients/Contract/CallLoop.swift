package import Reactor

/// The event loop that a call lives on, as the gateway sees it: a clock and a place for tasks, nothing of sockets.
package typealias CallLoop = EventLoop

extension EventLoop {
    /// The clock of deadlines, in nanoseconds; read it from any thread.
    package var clock: UInt64 { monotonicNanoseconds() }

    /// Starts a task on this loop, from any thread; whoever starts it keeps it, cancels it and sees its end.
    package func begin(_ operation: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        runTask(operation)
    }

    /// Waits; false when the task was cancelled or the loop stops.
    package func wait(nanoseconds: UInt64) async -> Bool {
        do throws(ReactorError) {
            try await sleep(nanoseconds: nanoseconds)
            return true
        } catch {
            return false
        }
    }
}
