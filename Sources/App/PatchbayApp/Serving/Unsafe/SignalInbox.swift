import Synchronization

/// Signals that arrived and are waited for one after the other.
///
/// A class, because the signal watch fills it and the main task empties it. The continuation is resumed exactly once: by the
/// next signal; the main task waits nowhere else, and ends only by a signal.
final class SignalInbox: Sendable {
    private struct State {
        var arrived: [Int32] = []
        var waiter: UnsafeContinuation<Int32, Never>?
        var hook: (@Sendable (Int32) -> Void)?
    }

    private let state = Mutex(State())

    func arrived(_ number: Int32) {
        let (waiter, hook) = state.withLock {
            state -> (UnsafeContinuation<Int32, Never>?, (@Sendable (Int32) -> Void)?) in
            if let hook = state.hook { return (nil, hook) }
            guard let waiter = state.waiter else {
                state.arrived.append(number)
                return (nil, nil)
            }
            state.waiter = nil
            return (waiter, nil)
        }
        waiter?.resume(returning: number)
        hook?(number)
    }

    func next() async -> Int32 {
        await withUnsafeContinuation { continuation in
            let number = state.withLock { state -> Int32? in
                if state.arrived.isEmpty {
                    state.waiter = continuation
                    return nil
                }
                return state.arrived.removeFirst()
            }
            if let number { continuation.resume(returning: number) }
        }
    }

    /// From now on signals go to a closure.
    func onNext(_ hook: @escaping @Sendable (Int32) -> Void) {
        state.withLock { $0.hook = hook }
    }
}
