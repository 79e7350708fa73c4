import Reactor

/// A body that still comes; the upstream is held back while nobody asks.
///
/// A class because the connection fills it while a task empties it. `@unchecked Sendable`: confined to the connection's
/// loop; `onCancel` goes through `loop.execute`.
///
/// States: `open` → `complete` (all pieces are here; the connection is already free) or `failed`.
/// Invariant: `waiter` is resumed exactly once: by bytes, the end, a failure or a cancellation.
package final class HTTPBodyStream: @unchecked Sendable {
    private enum State {
        case open, complete
        case failed(HTTPClientError)
    }

    private var state = State.open
    private var ready: [UInt8] = []
    private var connection: HTTPClientConnection?
    private let number: UInt32
    private var waiter: UnsafeContinuation<Void, Never>?

    init(connection: HTTPClientConnection, number: UInt32) {
        self.connection = connection
        self.number = number
    }

    /// The next piece, or `nil` when the body was whole.
    package func next() async throws(HTTPClientError) -> [UInt8]? {
        while true {
            if !ready.isEmpty {
                var piece: [UInt8] = []
                swap(&piece, &ready)
                connection?.resumeReading()
                return piece
            }
            switch state {
            case .complete: return nil
            case .failed(let error): throw error
            case .open: break
            }
            await withTaskCancellationHandler {
                await withUnsafeContinuation { continuation in
                    waiter = continuation
                    if Task.isCancelled { cancel() }
                }
            } onCancel: {
                connection?.loop.execute { self.cancel() }
            }
        }
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
        let continuation = waiter
        waiter = nil
        continuation?.resume()
    }
}
