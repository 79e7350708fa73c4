import HTTPMessages
package import HTTPTransport
import JSONCoding
import MCPWire
package import Reactor

/// An upstream of kind `sse`: HTTP+SSE of 2024-11-05, on which sessions of the handshake era live as long as their stream.
///
/// A class because all calls share its sessions. Calls that may be asked have a session of their own while they run, because a
/// request of the server does not say to which call it belongs (rulings 4.4); all others share one.
package final class SSEUpstream: UpstreamClient {
    private let hop: HTTPHop
    private let settings: UpstreamSettings
    private let sessions: SessionPool<PeerSession>
    private let breaker: CircuitBreaker

    /// Calls the address of an event stream; `userAgent` is what we call ourselves there.
    package convenience init(
        origin: HTTPOrigin, target: [UInt8], userAgent: String, credentials: (any UpstreamCredentials)? = nil,
        settings: UpstreamSettings
    ) {
        self.init(
            hop: HTTPHop(
                origin: origin, target: target, answerBytesMax: settings.answerBytesMax, userAgent: userAgent,
                credentials: credentials),
            settings: settings)
    }

    init(hop: HTTPHop, settings: UpstreamSettings) {
        self.hop = hop
        self.settings = settings
        sessions = SessionPool(settings)
        breaker = CircuitBreaker(settings)
    }

    /// What the server said when the shared session began.
    package func describe(
        _ lease: LeaseKey, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamDescription {
        let session = try await shared(.shared(account: lease.account), deadline: deadline, on: loop)
        defer { sessions.giveBack(session, on: loop) }
        guard let description = session.peer.description else { throw .cutOff }
        return description
    }

    /// One request in a session of its lease.
    package func call(
        _ request: UpstreamRequest, host: any CallHost, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamOutcome {
        let session: PeerSession
        let key = request.sessionKey
        if key.isInteractive {
            session = try await guarded(on: loop) { () async throws(UpstreamError) in
                let own = try await sessions.exclusive(key, atMost: settings.ownSessionsMax, on: loop) {
                    [self] key async throws(UpstreamError) in
                    try await open(request.capabilities, for: key.account, on: loop)
                }
                // On one stream for all calls nobody could say whose client is asked.
                guard let own else { throw .transport(.poolFull) }
                return own
            }
        } else {
            session = try await shared(key, deadline: request.deadline, on: loop)
        }
        defer { sessions.giveBack(session, on: loop) }
        let began = monotonicNanoseconds()
        do throws(UpstreamError) {
            return try await session.peer.call(request, host: host, on: loop)
        } catch {
            // A connection whose other end vanished says nothing, and would take every later call with it.
            if case .transport(.timedOut) = error, !session.peer.wasHeard(since: began) { session.peer.abandon() }
            throw error
        }
    }

    /// Hears what the shared session hears; begins another one when it ends.
    package func watch(_ interest: WatchInterest, sink: any WatchSink, on loop: EventLoop) async {
        await Watching.keep(settings, on: loop) { () async throws(UpstreamError) in
            try await hear(interest, sink, on: loop)
        }
    }

    /// Watches until the session ends; throws why.
    func hear(_ interest: WatchInterest, _ sink: any WatchSink, on loop: EventLoop) async throws(UpstreamError) {
        let deadline = monotonicNanoseconds() &+ settings.beginTime.inNanoseconds
        let session = try await shared(.shared(account: interest.account), deadline: deadline, on: loop)
        defer { sessions.giveBack(session, on: loop) }
        try await session.peer.watch(interest, sink: sink, on: loop)
    }

    /// Ends the sessions that nobody uses, and the connections that wait.
    package func closeIdle() {
        sessions.endIdle()
        hop.origin.closeIdle()
    }

    private func shared(
        _ key: LeaseKey, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> PeerSession {
        try await guarded(on: loop) { () async throws(UpstreamError) in
            try await sessions.shared(key, deadline: deadline, on: loop) { [self] key async throws(UpstreamError) in
                try await open(settings.sharedCapabilities, for: key.account, on: loop)
            }
        }
    }

    private func open(
        _ capabilities: JSONObject, for account: String, on loop: EventLoop
    ) async throws(UpstreamError) -> PeerSession {
        let deadline = monotonicNanoseconds() &+ settings.beginTime.inNanoseconds
        let channel = try await EventStreamChannel.open(hop.acting(for: account), deadline: deadline, on: loop)
        let peer = JSONRPCPeer(
            channel: channel, on: loop, settings: JSONRPCPeer.Settings(ownInfo: settings.ownInfo))
        peer.start()
        do throws(UpstreamError) {
            _ = try await peer.initialize(capabilities: capabilities, deadline: deadline, on: loop)
        } catch {
            await peer.close()
            throw error
        }
        return PeerSession(peer)
    }

    private func guarded<Value>(
        on loop: EventLoop, _ body: () async throws(UpstreamError) -> Value
    ) async throws(UpstreamError) -> Value {
        try await breaker.guarding(now: { loop.now }, failed: { breaker.failed($0, now: $1) }, body)
    }
}
