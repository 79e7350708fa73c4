import HTTPTransport
package import Reactor
import Synchronization

/// Wakes all who wait for something to happen, and misses nobody who looked before.
///
/// A class because the ringer and the waiters share it. Who waits first takes `count`, then looks whether it has happened, and
/// then waits for the next ring after that count.
package final class Bell: Sendable {
    private struct State {
        var count = 0
        var waiters: [Mailbox<Void>] = []
    }

    private let state = Mutex(State())

    /// A silent one.
    package init() {}

    /// How often it has rung.
    package var count: Int { state.withLock { $0.count } }

    /// Wakes everybody.
    package func ring() {
        let waiters = state.withLock { state in
            state.count += 1
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.put(()) }
    }

    /// Waits until it has rung more often than that; false at the deadline, or when the task is cancelled.
    package func wait(after count: Int, until deadline: UInt64, on loop: EventLoop) async -> Bool {
        let mailbox = Mailbox<Void>()
        let hasRung = state.withLock { state in
            if state.count == count { state.waiters.append(mailbox) }
            return state.count != count
        }
        if hasRung { return true }
        let clock = CallClock(deadline: deadline, on: loop)
        defer {
            clock.end()
            state.withLock { state in state.waiters.removeAll { $0 === mailbox } }
        }
        clock.onExpiry { mailbox.close(.transport(.timedOut(sent: false))) }
        do throws(UpstreamError) {
            try await mailbox.next()
            return true
        } catch {
            return false
        }
    }
}
