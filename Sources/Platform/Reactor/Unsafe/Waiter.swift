/// One suspended task and the answer that it gets exactly once, from whichever thread comes first.
///
/// A class because the task, the one who answers and the cancellation share it.
///
/// States: made → waiting (the task is suspended) → answered; or answered before it waits. `claim` forbids cancellation
/// from then on: the answer is being made, and the task stays for it.
final class Waiter<Value: Sendable>: Sendable {
    private struct State: Sendable {
        var continuation: UnsafeContinuation<Value, Never>?
        var early: Value?
        var isAnswered = false
        var isClaimed = false
    }

    private let state = ThreadLock(State())

    /// Suspends until `answer`, which `begin` arranges; cancellation answers with `cancelled` and then calls `abandon`.
    func value(
        cancelled: Value, begin: @Sendable () -> Void, abandon: @escaping @Sendable () -> Void = {}
    ) async -> Value {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let early = state.withLock { state -> Value? in
                    if state.early == nil { state.continuation = continuation }
                    return state.early
                }
                if let early {
                    continuation.resume(returning: early)
                } else {
                    begin()
                }
            }
        } onCancel: {
            if answer(cancelled, unlessClaimed: true) { abandon() }
        }
    }

    /// Resumes the task; false when somebody was faster.
    @discardableResult
    func answer(_ value: Value) -> Bool {
        answer(value, unlessClaimed: false)
    }

    /// True once there is an answer, whoever gave it.
    var isAnswered: Bool { state.withLock { $0.isAnswered } }

    /// Promises an answer, so that cancellation no longer gives one; false when it is too late for that.
    func claim() -> Bool {
        state.withLock { state in
            if state.isAnswered { return false }
            state.isClaimed = true
            return true
        }
    }

    private func answer(_ value: Value, unlessClaimed: Bool) -> Bool {
        let (isFirst, continuation) = state.withLock { state -> (Bool, UnsafeContinuation<Value, Never>?) in
            if state.isAnswered || (unlessClaimed && state.isClaimed) { return (false, nil) }
            state.isAnswered = true
            let waiting = state.continuation
            state.continuation = nil
            if waiting == nil { state.early = value }
            return (true, waiting)
        }
        continuation?.resume(returning: value)
        return isFirst
    }
}
