import Cryptography
import HTTPMessages
import Reactor

/// One loop's connections to one origin.
///
/// `@unchecked Sendable`: confined to `loop`.
///
/// Invariants:
/// 1. `idle` holds only connections in state `idle`; the last used is taken first, so that surplus ones time out.
/// 2. `open` counts places: each is held by who connects, then by the connection until it closes, and never are there more
///    than the limit and the reserve.
/// 3. Who waits is served in order, the urgent ones before the others: a connection or a place that becomes free is handed to
///    the first, and is never seen by who comes later. So nothing is idle while somebody waits.
/// 4. While more are open than the limit, only urgent requests get what becomes free; without any it goes. So nothing is idle
///    then, and calls that take long never have the reserve.
/// 5. A waiter is resumed exactly once: with a turn, by its deadline or by its task's cancellation.
package final class HTTPConnectionPool: @unchecked Sendable {
    let loop: EventLoop
    let settings: HTTPClientSettings
    /// `settings.idleTime` on the loop's clock.
    let idleTime: UInt64
    /// Until then each connection carries one request.
    private(set) var keepsNothingUntil: UInt64 = 0
    private static let hastyNanoseconds: UInt64 = 100_000_000
    private static let wearyNanoseconds: UInt64 = 10_000_000_000
    private let origin: HTTPOriginAddress
    private let resolver: NameResolver
    private let tls: TLSClientContext?
    private var idle: [HTTPClientConnection] = []
    private var open = 0
    private var waiters: [PoolWaiter] = []
    private var urgentWaiters: [PoolWaiter] = []
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
    /// sent again; what may have reached it never is. An urgent request is a short one that other requests wait for.
    package func send(
        _ request: HTTPClientRequest, deadline: UInt64, isUrgent: Bool = false
    ) async throws(HTTPClientError) -> HTTPClientResponse {
        while true {
            // A kept connection needs no waiting, and then no frame for it: nearly all calls come this way.
            let connection: HTTPClientConnection
            if let kept = takeIdle() {
                connection = kept
            } else {
                connection = try await lease(deadline: deadline, isUrgent: isUrgent)
            }
            let isReused = connection.requestsSent > 0
            let number = connection.begin(request, host: origin.hostField, deadline: deadline)
            switch await connection.answer(number) {
            case .success(let response):
                return response
            case .failure(let error):
                // RFC 9110 section 9.2.2: safe methods may be repeated whatever became of the first one.
                guard isReused, case .closed = error, error.isProvenUnsent || request.method.isSafe else { throw error }
            }
        }
    }

    /// Sends a request on a kept connection, and tells the receiver of its answer; `nil` when none is at hand, and nothing was
    /// sent. A failure that is proven unsent may be followed by `send`.
    package func begin(
        _ request: HTTPClientRequest, deadline: UInt64, receiver: any HTTPAnswerReceiver
    ) -> HTTPClientTicket? {
        guard let connection = takeIdle() else { return nil }
        let number = connection.begin(request, host: origin.hostField, deadline: deadline, receiver: receiver)
        return HTTPClientTicket(connection: connection, number: number)
    }

    private func takeIdle() -> HTTPClientConnection? {
        while let connection = idle.popLast() {
            if connection.isReusable { return connection }
            connection.close()
        }
        return nil
    }

    private func lease(deadline: UInt64, isUrgent: Bool) async throws(HTTPClientError) -> HTTPClientConnection {
        while true {
            if let connection = takeIdle() { return connection }
            if open < settings.connectionsMax + (isUrgent ? settings.connectionsReserved : 0) {
                open += 1
                return try await connect(deadline: deadline)
            }
            let waiting = isUrgent ? urgentWaiters.count : waiters.count
            guard waiting < settings.waitersMax else { throw .poolFull }
            let waiter = PoolWaiter(loop: loop)
            if isUrgent { urgentWaiters.append(waiter) } else { waiters.append(waiter) }
            switch await waiter.turn(until: deadline) {
            case .connection(let connection):
                // It may have been closed since it was handed over; its place went on then.
                guard connection.state == .idle else { continue }
                if Task.isCancelled {
                    giveBack(connection)
                    throw .cancelled
                }
                return connection
            case .place:
                return try await connect(deadline: deadline)
            case .none(let error):
                waiters.removeAll { $0 === waiter }
                urgentWaiters.removeAll { $0 === waiter }
                throw error
            }
        }
    }

    /// Makes a connection in the place that the caller holds.
    private func connect(deadline: UInt64) async throws(HTTPClientError) -> HTTPClientConnection {
        var holdsPlace = true
        defer { if holdsPlace { placeIsFree() } }
        let addresses: [SocketAddress]
        if !origin.fixedAddresses.isEmpty {
            addresses = origin.fixedAddresses
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
            if let error = await connection.connect(tls: tls, host: origin.host, deadline: due) {
                last = error
                if error == .cancelled { break }
                continue
            }
            guard connection.state == .idle else {
                last = .closed(reason: "the other side closed it at once", sent: false)
                continue
            }
            holdsPlace = false
            connection.holdsPlace = true
            return connection
        }
        throw last
    }

    /// A whole answer was read; the connection is free.
    func giveBack(_ connection: HTTPClientConnection) {
        if giveTurn(.connection(connection)) { return }
        if open > settings.connectionsMax { connection.close() } else { idle.append(connection) }
    }

    /// The peer closed a connection that it had promised to keep. One that does so right after its answer would do it again
    /// while the next request is on its way, which nobody may then repeat: for a while nothing is kept.
    func peerEnded(unusedSince: UInt64) {
        if loop.now &- unusedSince < Self.hastyNanoseconds { keepsNothingUntil = loop.now &+ Self.wearyNanoseconds }
    }

    /// A connection closed.
    func forget(_ connection: HTTPClientConnection) {
        if let place = idle.lastIndex(where: { $0 === connection }) { idle.remove(at: place) }
        if connection.holdsPlace { placeIsFree() }
        connection.holdsPlace = false
    }

    /// Closes the unused connections.
    func closeIdle() {
        for connection in idle { connection.close() }
    }

    private func placeIsFree() {
        if !giveTurn(.place) { open -= 1 }
    }

    /// False when nobody waits who may have it.
    private func giveTurn(_ turn: PoolWaiter.Turn) -> Bool {
        while !urgentWaiters.isEmpty {
            if urgentWaiters.removeFirst().give(turn) { return true }
        }
        if open > settings.connectionsMax { return false }
        while !waiters.isEmpty {
            if waiters.removeFirst().give(turn) { return true }
        }
        return false
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
    enum Turn {
        case connection(HTTPClientConnection)
        /// The right to open one.
        case place
        case none(HTTPClientError)
    }

    private let loop: EventLoop
    private var continuation: UnsafeContinuation<Turn, Never>?
    private var timer: EventLoop.Timer?
    private var isOver = false

    init(loop: EventLoop) {
        self.loop = loop
    }

    func turn(until deadline: UInt64) async -> Turn {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Turn, Never>) in
                // A task that is cancelled already has run `onCancel` before this.
                if isOver || Task.isCancelled {
                    isOver = true
                    continuation.resume(returning: .none(.cancelled))
                    return
                }
                self.continuation = continuation
                timer = loop.schedule(at: deadline, self)
            }
        } onCancel: {
            loop.execute { self.give(.none(.cancelled)) }
        }
    }

    /// False when it waits no more, and the next one should have the turn.
    @discardableResult
    func give(_ turn: Turn) -> Bool {
        guard !isOver else { return false }
        isOver = true
        if let timer { loop.cancel(timer) }
        timer = nil
        continuation?.resume(returning: turn)
        continuation = nil
        return true
    }

    func timerFired() {
        timer = nil
        give(.none(.timedOut(sent: false)))
    }
}
