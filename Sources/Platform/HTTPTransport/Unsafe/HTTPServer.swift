package import Cryptography
import HTTPMessages
package import Reactor

/// An HTTP server over all loops of a group.
///
/// A class because it owns listeners. `@unchecked Sendable`: `shares` is constant, each share is confined to its loop.
package final class HTTPServer: @unchecked Sendable {
    private let group: EventLoopGroup
    private let shares: [HTTPServerLoop]

    /// Makes a server that listens nowhere yet. `handler` runs as a task on the loop of each connection, unless `shortcut`
    /// takes the exchange, which is asked first.
    package init(
        group: EventLoopGroup, settings: HTTPServerSettings = HTTPServerSettings(), tls: TLSServerContext? = nil,
        observer: HTTPServerObserver = HTTPServerObserver(),
        shortcut: @escaping @Sendable (HTTPExchange) -> (any HTTPShortcut)? = { _ in nil },
        handler: @escaping @Sendable (HTTPExchange) async -> Void
    ) {
        self.group = group
        shares = group.loops.map {
            HTTPServerLoop(
                loop: $0, settings: settings, tls: tls, observer: observer, shortcut: shortcut, handler: handler)
        }
    }

    /// Listens on an address with a socket of each loop (a path gets one socket); returns the real address. Once only.
    package func listen(_ address: SocketAddress) async throws(ReactorError) -> SocketAddress {
        // Sockets that share a port would let a second gateway share it too, and take half of the first one's clients without
        // a word. One that does not share finds out whether somebody is there.
        if address.family != .unix { Sockets.close(try Sockets.listen(address, sharesPort: false)) }
        let first = try Sockets.listen(address, sharesPort: address.family != .unix)
        let bound: SocketAddress
        if address.family == .unix {
            bound = address
        } else {
            bound = try Sockets.localAddress(of: first)
        }
        var descriptors = [first]
        if address.family != .unix {
            for _ in shares.dropFirst() {
                do throws(ReactorError) {
                    descriptors.append(try Sockets.listen(bound, sharesPort: true))
                } catch {
                    for descriptor in descriptors { Sockets.close(descriptor) }
                    throw error
                }
            }
        }
        for (share, descriptor) in zip(shares, descriptors) {
            let family = bound.family
            let failure = await share.loop.runTask { () -> ReactorError? in
                do throws(ReactorError) {
                    try share.listen(descriptor, family: family)
                    return nil
                } catch {
                    return error
                }
            }.value
            if let failure { throw failure }
        }
        return bound
    }

    /// Accepts no more, lets open exchanges end until `grace` has passed, then closes what is left. Returns when the last
    /// handler has; their tasks are cancelled with their connections.
    package func shutDown(grace: Duration) async {
        let drains = shares.map { Drain(share: $0) }
        // All loops stop accepting now; only then is each one's end awaited.
        for drain in drains { drain.begin(grace: grace) }
        for drain in drains { await drain.end() }
    }
}

/// The end of one loop's share, closed by force when its time is over. `@unchecked Sendable`: confined to the share's loop.
private final class Drain: TimerHandler, @unchecked Sendable {
    private let share: HTTPServerLoop
    private var timer: EventLoop.Timer?
    private var isOver = false
    private var waiter: UnsafeContinuation<Void, Never>?

    init(share: HTTPServerLoop) {
        self.share = share
    }

    func begin(grace: Duration) {
        share.loop.execute { [self] in
            timer = share.loop.schedule(after: grace.inNanoseconds, self)
            share.drain { self.finish() }
        }
    }

    /// Waits on the share's loop, where the end comes, so that the two never meet half-way.
    func end() async {
        await share.loop.runTask { [self] in
            if isOver { return }
            await withUnsafeContinuation { waiter = $0 }
        }.value
    }

    func timerFired() {
        timer = nil
        share.closeAll()
    }

    private func finish() {
        isOver = true
        if let timer { share.loop.cancel(timer) }
        timer = nil
        waiter?.resume()
        waiter = nil
    }
}
