package import HTTPTransport
import JSONCoding
import MCPWire
package import Reactor
import Synchronization

/// An upstream of kind `http`, of whichever era: finds out which one, remembers it, and notices when it changes.
///
/// A class because all calls share what was found out, the sessions and the state of health.
package final class HTTPUpstream: UpstreamClient {
    let hop: HTTPHop
    let settings: UpstreamSettings
    let era: EraMemory
    let sessions: SessionPool<HTTPSession>
    let breaker: CircuitBreaker
    private let patience: Patience
    let eventStream: SSEUpstream
    private let lastID = Atomic<Int>(0)

    /// Calls one address of an origin; `userAgent` is what we call ourselves there, `credentials` what is shown there.
    package init(
        origin: HTTPOrigin, target: [UInt8], userAgent: String, credentials: (any UpstreamCredentials)? = nil,
        settings: UpstreamSettings
    ) {
        hop = HTTPHop(
            origin: origin, target: target, answerBytesMax: settings.answerBytesMax, userAgent: userAgent,
            credentials: credentials)
        self.settings = settings
        era = EraMemory(settings)
        sessions = SessionPool(settings)
        breaker = CircuitBreaker(settings)
        patience = Patience(settings)
        eventStream = SSEUpstream(hop: hop, settings: settings)
    }

    /// The same with the default settings, under the name that `userAgent` says: `patchbay/1.0`.
    package convenience init(origin: HTTPOrigin, target: [UInt8], answerBytesMax: Int, userAgent: String) {
        let parts = userAgent.split(separator: "/", maxSplits: 1).map(String.init)
        var settings = UpstreamSettings(
            ownInfo: ["name": .string(parts.first ?? userAgent), "version": .string(parts.count > 1 ? parts[1] : "")])
        settings.answerBytesMax = answerBytesMax
        self.init(origin: origin, target: target, userAgent: userAgent, settings: settings)
    }

    // MARK: Description

    /// What was found out, or is now.
    package func describe(
        _ lease: LeaseKey, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamDescription {
        try await guarded(on: loop) { () async throws(UpstreamError) in
            let found = try await find(for: lease.account, deadline: deadline, on: loop)
            guard found.verdict.isStateless, era.isStale(found, now: loop.now) else { return found.verdict.description }
            return try await era.renewed(
                found, for: lease.account, deadline: deadline, on: loop, search(for: lease.account, on: loop)
            ).verdict.description
        }
    }

    func find(
        for account: String, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> EraMemory.Found {
        try await era.verdict(for: account, deadline: deadline, on: loop, search(for: account, on: loop))
    }

    private func search(
        for account: String, on loop: EventLoop
    ) -> @Sendable () async throws(UpstreamError) -> EraMemory.Verdict {
        { [self] () async throws(UpstreamError) in
            try await patience.opening(now: monotonicNanoseconds()) { deadline async throws(UpstreamError) in
                let hop = hop.acting(for: account)
                let search = EraSearch(hop: hop, settings: settings, deadline: deadline, loop: loop) {
                    [self] () async throws(UpstreamError) in
                    let session = try await sharedSession(for: account, deadline: deadline, on: loop)
                    defer { sessions.giveBack(session, on: loop) }
                    return session.description
                }
                return try await search.find()
            }
        }
    }

    // MARK: Calls

    /// Sends the request in the form of the upstream's era; when the era turns out to have changed, or the session to be lost,
    /// nothing was executed, and the request is sent once more.
    package func call(
        _ request: UpstreamRequest, host: any CallHost, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamOutcome {
        try await guarded(on: loop) { () async throws(UpstreamError) in
            let clock = CallClock(deadline: request.deadline, on: loop)
            defer { clock.end() }
            let found = try await find(for: request.lease.account, deadline: clock.deadline, on: loop)
            switch try await attempt(request, host, clock, found, isLast: false, on: loop) {
            case .over(let outcome): return outcome
            case .again(let error, let failure):
                era.forget(found)
                let fresh = try await find(for: request.lease.account, deadline: clock.deadline, on: loop)
                // An upstream that is what it was means what it says; only a session, or our header, is worth a second time.
                let isWorthIt =
                    fresh.verdict.isStateless != found.verdict.isStateless || error.isWorthRepeating(failure)
                if !isWorthIt {
                    if let failure { return .failure(failure) }
                    throw error
                }
                switch try await attempt(request, host, clock, fresh, isLast: true, on: loop) {
                case .over(let outcome): return outcome
                case .again(let error, let failure):
                    if let failure { return .failure(failure) }
                    throw error
                }
            }
        }
    }

    private enum Attempt {
        case over(UpstreamOutcome)
        /// It was refused in a way that makes us look at the upstream again; with what it said, if that may go up.
        case again(UpstreamError, UpstreamFailure?)
    }

    private func attempt(
        _ request: UpstreamRequest, _ host: any CallHost, _ clock: CallClock, _ found: EraMemory.Found, isLast: Bool,
        on loop: EventLoop
    ) async throws(UpstreamError) -> Attempt {
        switch found.verdict {
        case .stateless:
            if let session = try await sessionBeside(request, clock, on: loop) {
                return try await attempt(request, host, clock, in: session, on: loop)
            }
            let exchange = StatelessExchange(
                hop: hop.acting(for: request.lease.account), settings: settings, request: request, host: host,
                clock: clock, loop: loop)
            var disputed: UpstreamFailure?
            do throws(UpstreamError) {
                return .over(
                    try await exchange.outcome(
                        nextID: nextID, disputed: { disputed = $0 }))
            } catch {
                guard error.disputesTheEra else { throw error }
                return .again(error, disputed)
            }
        case .handshake:
            let session = try await lease(request, deadline: clock.deadline, on: loop)
            return try await attempt(request, host, clock, in: session, on: loop)
        case .eventStream:
            do throws(UpstreamError) {
                return .over(try await eventStream.call(request, host: host, on: loop))
            } catch {
                guard error.disputesTheEra else { throw error }
                return .again(error, nil)
            }
        }
    }

    private func attempt(
        _ request: UpstreamRequest, _ host: any CallHost, _ clock: CallClock, in session: HTTPSession,
        on loop: EventLoop
    ) async throws(UpstreamError) -> Attempt {
        defer { sessions.giveBack(session, on: loop) }
        do throws(UpstreamError) {
            return .over(try await session.call(request, host: host, clock: clock, on: loop))
        } catch {
            guard !session.isUsable else { throw error }
            sessions.distrustUnused()
            return .again(error, nil)
        }
    }

    /// An id that no request of ours had before.
    func nextID() -> Int { lastID.wrappingAdd(1, ordering: .relaxed).newValue }

    /// A session for the lease of the request.
    func lease(
        _ request: UpstreamRequest, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> HTTPSession {
        let key = request.sessionKey
        // What such a server asks beside the call's stream has an owner only while nobody else calls (rulings 4.4). What it asks
        // on the call's stream always has one, so of many calls the rest may share a session.
        if key.isInteractive, request.method.mayAsk, request.task == nil,
            let own = try await sessions.exclusive(
                key, atMost: settings.ownSessionsMax, on: loop, opening(request.capabilities, on: loop))
        {
            return own
        }
        return try await session(
            key, key.isInteractive ? request.capabilities : settings.sharedCapabilities, deadline: deadline, on: loop)
    }

    /// The session of an account's calls that nobody may be asked in, and of ours.
    func sharedSession(
        for account: String, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> HTTPSession {
        try await session(
            .shared(account: account), settings.sharedCapabilities, deadline: deadline, on: loop)
    }

    private func session(
        _ key: LeaseKey, _ capabilities: JSONObject, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> HTTPSession {
        try await sessions.shared(key, deadline: deadline, on: loop, opening(capabilities, on: loop))
    }

    private func opening(_ capabilities: JSONObject, on loop: EventLoop) -> SessionPool<HTTPSession>.Opening {
        { [hop, settings, patience] key async throws(UpstreamError) in
            try await patience.opening(now: monotonicNanoseconds()) { deadline async throws(UpstreamError) in
                try await HTTPSession.begin(
                    hop.acting(for: key.account), settings: settings, capabilities: capabilities, deadline: deadline,
                    on: loop)
            }
        }
    }

    /// Keeps account of the upstream's health around something that is sent to it.
    private func guarded<Value>(
        on loop: EventLoop, _ body: () async throws(UpstreamError) -> Value
    ) async throws(UpstreamError) -> Value {
        try await breaker.guarding(now: { loop.now }, failed: note, body)
    }

    func note(_ error: UpstreamError, at now: UInt64) {
        if error.isOutage {
            breaker.failed(error, now: now)
            era.forgetHandshake()
        } else if error.provesLife {
            breaker.succeeded()
        }
    }

    // MARK: Rest

    /// Closes the connections that wait for the next call, and ends the sessions that nobody uses.
    package func closeIdle() {
        sessions.endIdle()
        eventStream.closeIdle()
        hop.origin.closeIdle()
    }
}

extension UpstreamError {
    /// Whether a second attempt at an upstream of the same era can succeed: with a new session, or with a header set right.
    fileprivate func isWorthRepeating(_ failure: UpstreamFailure?) -> Bool {
        switch self {
        case .hopRefused(let code): failure == nil && code != MCPErrorCode.unsupportedProtocolVersion.rawValue
        case .status(404): true
        default: false
        }
    }

    /// Whether the upstream itself must have said this.
    fileprivate var provesLife: Bool {
        switch self {
        case .transport, .resting, .cutOff, .process, .connectRequired, .loginUnreachable: false
        case .status, .redirect, .unauthorized, .credentialRefused, .garbage, .tooLong, .hopRefused, .unwatchable: true
        }
    }
}
