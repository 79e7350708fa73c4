import Cryptography
import HTTPMessages
import Reactor

/// One loop's connections to one origin.
///
/// `@unchecked Sendable`: confined to `loop`.
///
/// Invariants:
/// 1. `idle` holds only connections in state `idle`; the last used is taken first, so that surplus ones time out.
/// 2. `open` counts connections from before their socket is made until they are forgotten, and never exceeds the limit.
/// 3. A waiter is resumed exactly once: with a turn, by its deadline or by its task's cancellation.
package final class HTTPConnectionPool: @unchecked Sendable {
    let loop: EventLoop
    let settings: HTTPClientSettings
    /// `settings.idleTime` on the loop's clock.
    let idleTime: UInt64
    private let origin: HTTPOriginAddress
    private let resolver: NameResolver
    private let tls: TLSClientContext?
    private var idle: [HTTPClientConnection] = []
    private var open = 0
    private var waiters: [PoolWaiter] = []
    private var buffer: [UInt8] = []

    init(
        loop: EventLoop, settings: HTTPClientSettings, origin: HTTPOriginAddress, resolver: NameResolver,
        tls: TLSClientContext?
    ) {
        self.loop = loop
        self.settings = settings
        idleTime = settings.idleTime.inNanoseconds
        self.origin = origin
        self.resolver = resolver
        self.tls = tls
    }

    /// Sends a request on a kept or a new connection. What is proven not to have reached the peer over a kept connection is
    /// sent again; what may have reached it never is.
    package func send(
        _ request: HTTPClientRequest, deadline: UInt64
    ) async throws(HTTPClientError) -> HTTPClientResponse {
        while true {
            let connection: HTTPClientConnection
            if let kept = takeIdle() {
                connection = kept
            } else {
                connection = try await lease(deadline: deadline)
            }
            let isReused = connection.requestsSent > 0
            let number = connection.begin(request, host: origin.hostField, deadline: deadline)
            switch await connection.answer(number) {
            case .success(let response):
                return response
            case .failure(let error):
                guard isReused, error.isProvenUnsent, case .closed = error else { throw error }
            }
        }
    }

    private func takeIdle() -> HTTPClientConnection? {
        while let connection = idle.popLast() {
            if connection.isReusable { return connection }
            connection.close()
        }
        return nil
    }

    private func lease(deadline: UInt64) async throws(HTTPClientError) -> HTTPClientConnection {
        while true {
            if let connection = takeIdle() { return connection }
            if open < settings.connectionsMax {
                return try await connect(deadline: deadline)
            }
            guard waiters.count < settings.waitersMax else { throw .poolFull }
            let waiter = PoolWaiter(loop: loop)
            waiters.append(waiter)
            try await waiter.wait(until: deadline)
        }
    }

    private func connect(deadline: UInt64) async throws(HTTPClientError) -> HTTPClientConnection {
        open += 1
        var isOpen = false
        defer { if !isOpen { released() } }
        let addresses: [SocketAddress]
        if let fixed = origin.fixedAddress {
            addresses = [fixed]
        } else {
            do throws(ReactorError) {
                addresses = try await resolver.addresses(of: origin.host, port: origin.port)
            } catch {
                throw .resolution(error)
            }
        }
        var last = HTTPClientError.connect("the name has no usable address")
        for address in addresses {
            if Task.isCancelled { throw .cancelled }
            let due = min(deadline, monotonicNanoseconds() &+ settings.connectTime.inNanoseconds)
            let descriptor: Int32
            do throws(ReactorError) {
                descriptor = try Sockets.connect(address)
            } catch {
                last = .connect(error.reason)
                continue
            }
            let connection = HTTPClientConnection(pool: self, descriptor: descriptor)
            open += 1
            if let error = await connection.connect(tls: tls, host: origin.host, deadline: due) {
                last = error
                if error == .cancelled { break }
                continue
            }
            // The connection counts for itself from here on.
            isOpen = true
            open -= 1
            return connection
        }
        throw last
    }

    /// A whole answer was read; the connection is free.
    func giveBack(_ connection: HTTPClientConnection) {
        idle.append(connection)
        wakeWaiter()
    }

    /// A connection closed.
    func forget(_ connection: HTTPClientConnection) {
        if let place = idle.lastIndex(where: { $0 === connection }) { idle.remove(at: place) }
        released()
    }

    /// Closes the unused connections.
    func closeIdle() {
        for connection in idle { connection.close() }
    }

    private func released() {
        open -= 1
        wakeWaiter()
    }

    private func wakeWaiter() {
        while !waiters.isEmpty {
            if waiters.removeFirst().giveTurn() { return }
        }
    }

    /// A buffer that keeps its storage between requests; a nested borrower gets a fresh one.
    func borrowBuffer() -> [UInt8] {
        var borrowed: [UInt8] = []
        swap(&borrowed, &buffer)
        return borrowed
    }

    func returnBuffer(_ borrowed: inout [UInt8]) {
        if borrowed.capacity > 64 * 1024 { return }
        borrowed.removeAll(keepingCapacity: true)
        swap(&borrowed, &buffer)
    }
}

/// A request that waits for a connection. `@unchecked Sendable`: confined to `loop`.
private final class PoolWaiter: TimerHandler, @unchecked Sendable {
    private let loop: EventLoop
    private var continuation: UnsafeContinuation<HTTPClientError?, Never>?
    private var timer: EventLoop.Timer?
    private var ended = false

    init(loop: EventLoop) {
        self.loop = loop
    }

    func wait(until deadline: UInt64) async throws(HTTPClientError) {
        let error = await withTaskCancellationHandler {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<HTTPClientError?, Never>) in
                if Task.isCancelled {
                    ended = true
                    continuation.resume(returning: .cancelled)
                } else {
                    self.continuation = continuation
                    timer = loop.schedule(at: deadline, self)
                }
            }
        } onCancel: {
            loop.execute { self.end(.cancelled) }
        }
        if let error { throw error }
    }

    /// False when it waits no more, and the next one should have the turn.
    func giveTurn() -> Bool {
        if ended { return false }
        end(nil)
        return true
    }

    func timerFired() {
        timer = nil
        end(.timedOut(sent: false))
    }

    private func end(_ error: HTTPClientError?) {
        guard !ended else { return }
        ended = true
        if let timer { loop.cancel(timer) }
        timer = nil
        continuation?.resume(returning: error)
        continuation = nil
    }
}
