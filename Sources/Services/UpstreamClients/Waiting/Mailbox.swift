import HTTPTransport
import Synchronization

/// What arrives from other tasks and loops for one task that waits for it: elements in their order, then perhaps an end.
///
/// A class because the sender, the receiver and the cancellation share it.
///
/// 1. One task at a time asks for the next element.
/// 2. What arrived before the end is handed out before the end; what arrives after it is dropped.
/// 3. The waiter is resumed exactly once: by an element, by the end, or by its task's cancellation, which is an end.
final class Mailbox<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var taken = 0
        var end: UpstreamError?
        var waiter: CheckedContinuation<Void, Never>?

        mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
            defer { waiter = nil }
            return waiter
        }

        mutating func take() -> Element? {
            guard taken < elements.count else { return nil }
            let element = elements[taken]
            taken += 1
            if taken == elements.count {
                elements.removeAll(keepingCapacity: true)
                taken = 0
            }
            return element
        }
    }

    private let state = Mutex(State())

    /// How many elements wait.
    var count: Int { state.withLock { $0.elements.count - $0.taken } }

    /// Whether it was closed.
    var isClosed: Bool { state.withLock { $0.end != nil } }

    /// Leaves an element; false, and nothing is left, after the end.
    @discardableResult
    func put(_ element: Element) -> Bool {
        let (isOpen, waiter) = state.withLock { state in
            guard state.end == nil else { return (false, nil as CheckedContinuation<Void, Never>?) }
            state.elements.append(element)
            return (true, state.takeWaiter())
        }
        waiter?.resume()
        return isOpen
    }

    /// Ends it; the first end counts.
    func close(_ error: UpstreamError) {
        let waiter = state.withLock { state in
            if state.end == nil { state.end = error }
            return state.takeWaiter()
        }
        waiter?.resume()
    }

    /// The next element; waits until there is one or the end.
    func next() async throws(UpstreamError) -> Element {
        while true {
            switch state.withLock({ state in (state.take(), state.end) }) {
            case (let element?, _): return element
            case (nil, let end?): throw end
            case (nil, nil): break
            }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isOver = state.withLock { state in
                        if state.taken < state.elements.count || state.end != nil { return true }
                        state.waiter = continuation
                        return false
                    }
                    if isOver { continuation.resume() }
                }
            } onCancel: {
                close(.transport(.cancelled))
            }
        }
    }
}
