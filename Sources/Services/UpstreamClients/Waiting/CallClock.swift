import Reactor
import Synchronization

/// The time that a call has, which stands still while a person is asked (rulings 4.11).
///
/// A class because the call's tasks and the loop's timer share it; used on the loop that it was made on.
///
/// States: running (a timer is set) ⇄ standing (`pause`, as often as it is resumed) → over (it fired, or `end`).
final class CallClock: TimerHandler, Sendable {
    private struct State {
        var deadline: UInt64
        var pauses = 0
        var pausedAt: UInt64 = 0
        var timer: EventLoop.Timer?
        var hasExpired = false
        var isOver = false
        var expire: (@Sendable () -> Void)?
    }

    private let loop: EventLoop
    private let state: Mutex<State>

    /// Begins to run; a deadline of `.max` never comes.
    init(deadline: UInt64, on loop: EventLoop) {
        self.loop = loop
        state = Mutex(State(deadline: deadline))
        setTimer()
    }

    /// Whether the time is up.
    var hasExpired: Bool { state.withLock { $0.hasExpired } }

    /// When the time is up if nobody is asked any more; `.max` while somebody is.
    var deadline: UInt64 { state.withLock { $0.pauses > 0 ? .max : $0.deadline } }

    /// What ends the present wait when the time is up; replaces the one before, and is called at once when it is too late.
    func onExpiry(_ action: (@Sendable () -> Void)?) {
        let isTooLate = state.withLock { state in
            state.expire = state.hasExpired ? nil : action
            return state.hasExpired
        }
        if isTooLate { action?() }
    }

    /// Stops the clock.
    func pause() {
        let timer = state.withLock { state -> EventLoop.Timer? in
            state.pauses += 1
            guard state.pauses == 1 else { return nil }
            state.pausedAt = monotonicNanoseconds()
            defer { state.timer = nil }
            return state.timer
        }
        if let timer { loop.cancel(timer) }
    }

    /// Lets it go on with the time that was left.
    func resume() {
        let runs = state.withLock { state in
            state.pauses -= 1
            guard state.pauses == 0 else { return false }
            let (moved, overflow) = state.deadline.addingReportingOverflow(monotonicNanoseconds() &- state.pausedAt)
            state.deadline = overflow ? .max : moved
            return true
        }
        if runs { setTimer() }
    }

    /// Nobody waits any more.
    func end() {
        let timer = state.withLock { state -> EventLoop.Timer? in
            state.isOver = true
            state.expire = nil
            defer { state.timer = nil }
            return state.timer
        }
        if let timer { loop.cancel(timer) }
    }

    func timerFired() {
        let expire = state.withLock { state -> (@Sendable () -> Void)? in
            state.timer = nil
            guard state.pauses == 0, !state.isOver else { return nil }
            state.hasExpired = true
            defer { state.expire = nil }
            return state.expire
        }
        expire?()
    }

    private func setTimer() {
        let due = state.withLock { state -> UInt64? in
            state.isOver || state.deadline == .max ? nil : state.deadline
        }
        guard let due else { return }
        let timer = loop.schedule(at: due, self)
        state.withLock { $0.timer = timer }
    }
}
