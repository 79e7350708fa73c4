import Glibc

/// One loop per core and the threads that run them.
///
/// A class because it owns threads. `@unchecked Sendable`: `threads` is written by `start` and read by `stopAndJoin`,
/// which the owner calls one after the other.
package final class EventLoopGroup: @unchecked Sendable {
    /// All loops; connections never move between them.
    package let loops: [EventLoop]
    private var threads: [pthread_t] = []

    /// Makes `count` loops without starting them.
    package init(count: Int) throws(ReactorError) {
        var loops: [EventLoop] = []
        for index in 0..<max(1, count) {
            loops.append(try EventLoop(index: index))
        }
        self.loops = loops
    }

    /// Starts a thread for each loop.
    package func start() {
        for loop in loops {
            let thread = startThread(ThreadBody(name: "loop-\(loop.index)", run: { loop.run() }))
            // A loop without a thread would take its share of connections and never answer one.
            precondition(thread != nil, "the system gives no thread for an event loop")
            if let thread { threads.append(thread) }
        }
    }

    /// Ends all loops after their current turn and waits for the threads; not to be called on a loop.
    package func stopAndJoin() {
        for loop in loops { loop.stop() }
        for thread in threads { pthread_join(thread, nil) }
        threads = []
    }
}
