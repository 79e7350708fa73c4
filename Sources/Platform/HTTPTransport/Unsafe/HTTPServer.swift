package import Cryptography
import HTTPMessages
package import Reactor

/// An HTTP server over all loops of a group.
///
/// A class because it owns listeners. `@unchecked Sendable`: `shares` is constant, each share is confined to its loop.
package final class HTTPServer: @unchecked Sendable {
    private let group: EventLoopGroup
    private let shares: [HTTPServerLoop]

    /// Makes a server that listens nowhere yet. `handler` runs as a task on the loop of each connection.
    package init(
        group: EventLoopGroup, settings: HTTPServerSettings = HTTPServerSettings(), tls: TLSServerContext? = nil,
        observer: HTTPServerObserver = HTTPServerObserver(),
        handler: @escaping @Sendable (HTTPExchange) async -> Void
    ) {
        self.group = group
        shares = group.loops.map {
            HTTPServerLoop(loop: $0, settings: settings, tls: tls, observer: observer, handler: handler)
        }
    }

    /// Listens on an address with a socket of each loop (a path gets one socket); returns the real address.
    package func listen(_ address: SocketAddress) async throws(ReactorError) -> SocketAddress {
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
                descriptors.append(try Sockets.listen(bound, sharesPort: true))
            }
        }
        for (share, descriptor) in zip(shares, descriptors) {
            let failure: ReactorError? = await withUnsafeContinuation { continuation in
                share.loop.execute {
                    do throws(ReactorError) {
                        try share.listen(descriptor, family: bound.family)
                        continuation.resume(returning: nil)
                    } catch {
                        continuation.resume(returning: error)
                    }
                }
            }
            if let failure { throw failure }
        }
        return bound
    }

    /// Accepts no more, lets open exchanges end until `grace` has passed, then closes what is left.
    package func shutDown(grace: Duration) async {
        for share in shares {
            let loop = share.loop
            let closer = Closer(share: share)
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
                loop.execute {
                    closer.timer = loop.schedule(after: grace.inNanoseconds, closer)
                    share.drain {
                        if let timer = closer.timer { loop.cancel(timer) }
                        continuation.resume()
                    }
                }
            }
        }
    }
}

/// Closes what did not end in time. `@unchecked Sendable`: confined to its share's loop.
private final class Closer: TimerHandler, @unchecked Sendable {
    let share: HTTPServerLoop
    var timer: EventLoop.Timer?

    init(share: HTTPServerLoop) {
        self.share = share
    }

    func timerFired() {
        timer = nil
        share.closeAll()
    }
}
