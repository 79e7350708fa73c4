import Reactor

/// What asking a stream once brought.
package enum HTTPBodyPiece: Sendable, Equatable {
    /// The next bytes.
    case bytes([UInt8])
    /// The body was whole.
    case end
    /// Nothing came for as long as the caller wanted to wait.
    case idle
}

/// A body that still comes; the upstream is held back while nobody asks.
///
/// A class because the connection fills it while a task empties it. `@unchecked Sendable`: confined to the connection's
/// loop; `onCancel` goes through `loop.execute`.
///
/// States: `open` → `complete` (all pieces are here; the connection is already free) or `failed`.
/// Invariant: `waiter` is resumed exactly once: by bytes, the end, a failure or a cancellation.
package final class HTTPBodyStream: TimerHandler, @unchecked Sendable {
    private enum State {
        case open, complete
        case failed(HTTPClientError)
    }

    private var state = State.open
    private var ready: [UInt8] = []
    private var connection: HTTPClientConnection?
    private let loop: EventLoop
    private let number: UInt32
    private var waiter: UnsafeContinuation<Void, Never>?
    private var timer: EventLoop.Timer?
    private var wasIdle = false

    init(connection: HTTPClientConnection, number: UInt32) {
        self.connection = connection
        loop = connection.loop
        self.number = number
    }

    /// The next piece, or `nil` when the body was whole.
    package func next() async throws(HTTPClientError) -> [UInt8]? {
        while true {
            switch try await next(idleAfter: .max) {
            case .bytes(let bytes): return bytes
            case .end: return nil
            case .idle: continue
            }
        }
    }

    /// The next piece; `idle` when nothing came for so many nanoseconds, and the stream goes on.
    package func next(idleAfter pause: UInt64) async throws(HTTPClientError) -> HTTPBodyPiece {
        wasIdle = false
        while true {
            if !ready.isEmpty {
                var piece: [UInt8] = []
                swap(&piece, &ready)
                connection?.resumeReading()
                return .bytes(piece)
            }
            switch state {
            case .complete: return .end
            case .failed(let error): throw error
            case .open: break
            }
            if wasIdle { return .idle }
            if pause != .max, timer == nil { timer = loop.schedule(after: pause, self) }
            await withTaskCancellationHandler {
                await withUnsafeContinuation { continuation in
                    // A task that is cancelled already has run `onCancel` before this, and the failure is here.
                    guard case .open = state else {
                        continuation.resume()
                        return
                    }
                    waiter = continuation
                    if Task.isCancelled { cancel() }
                }
            } onCancel: {
                loop.execute { self.cancel() }
            }
        }
    }

    func timerFired() {
        timer = nil
        wasIdle = true
        wake()
    }

    /// Moves the time by which the whole answer must be here: who waits for a person in the middle of it counts by itself.
    package func setDeadline(_ deadline: UInt64) {
        connection?.setDeadline(deadline, of: number)
    }

    /// Gives the rest up and closes the connection.
    package func cancel() {
        connection?.cancel(number)
    }

    /// True while so many bytes wait that the upstream should be held back.
    func isFull(_ limit: Int) -> Bool { ready.count >= limit }

    func append(_ bytes: UnsafeRawBufferPointer) {
        ready.append(bytes)
    }

    func wakeIfFed() {
        if !ready.isEmpty { wake() }
    }

    func finish() {
        state = .complete
        connection = nil
        wake()
    }

    func fail(_ error: HTTPClientError) {
        state = .failed(error)
        connection = nil
        wake()
    }

    private func wake() {
        if let timer { loop.cancel(timer) }
        timer = nil
        let continuation = waiter
        waiter = nil
        continuation?.resume()
    }
}
