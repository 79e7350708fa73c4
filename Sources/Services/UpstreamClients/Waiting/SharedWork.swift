import HTTPTransport
package import Reactor
import Synchronization

/// Work that many calls need and one does: who comes while it runs waits for the same outcome.
///
/// A class because the calls share it. The work runs as a task of its own, so that the cancellation of who came first does not
/// fail the others; it must have a deadline of its own. Who waits gives up at its own deadline or when it is cancelled.
package final class SharedWork<Value: Sendable>: Sendable {
    private typealias Outcome = Result<Value, UpstreamError>

    private struct State {
        var waiters: [Mailbox<Outcome>] = []
    }

    private let state = Mutex(State())

    /// Nothing runs.
    package init() {}

    /// The outcome of the work that runs, or of this.
    package func value(
        deadline: UInt64, on loop: EventLoop,
        _ work: @escaping @Sendable () async throws(UpstreamError) -> Value
    ) async throws(UpstreamError) -> Value {
        let mailbox = Mailbox<Outcome>()
        let isFirst = state.withLock { state in
            state.waiters.append(mailbox)
            return state.waiters.count == 1
        }
        if isFirst {
            _ = loop.runTask { [self] in
                let outcome: Outcome
                do throws(UpstreamError) {
                    outcome = .success(try await work())
                } catch {
                    outcome = .failure(error)
                }
                finish(outcome)
            }
        }
        let clock = CallClock(deadline: deadline, on: loop)
        defer { clock.end() }
        clock.onExpiry { mailbox.close(.transport(.timedOut(sent: false))) }
        return try await mailbox.next().get()
    }

    private func finish(_ outcome: Outcome) {
        let waiters = state.withLock { state in
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.put(outcome) }
    }
}
