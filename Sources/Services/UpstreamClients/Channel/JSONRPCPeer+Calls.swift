import HTTPTransport
package import JSONCoding
import MCPWire
package import Reactor
import Synchronization

/// What a server said to the question whether it speaks the stateless era.
package enum PeerEra: Sendable {
    /// It does, and this is what it is.
    case stateless(UpstreamDescription)
    /// It gave an answer that only an older server gives.
    case handshake
}

extension JSONRPCPeer {
    /// Asks `server/discover`. Silence until the deadline and the end of the channel are errors; what they mean is the caller's
    /// affair (protocol facts 2.2: on stdio both mean an older server).
    package func discover(deadline: UInt64, on loop: EventLoop) async throws(UpstreamError) -> PeerEra {
        let params = RequestParams.own(JSONObject(), of: .discover, from: settings.ownInfo)
        let response = try await request("server/discover", params, deadline: deadline, on: loop)
        switch EraAnswer(response) {
        case .stateless(let description):
            state.withLock { $0.description = description }
            return .stateless(description)
        case .handshake, .disputed: return .handshake
        case .incompatible(let versions): throw .garbage("it speaks only \(versions)")
        }
    }

    /// The handshake: offers 2025-11-25, and declares these capabilities for as long as the channel lives. It is never cancelled
    /// (MCP, cancellation): when it fails the channel is to be closed.
    package func initialize(
        capabilities: JSONObject, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamDescription {
        let params = Handshake.params(capabilities: capabilities, from: settings.ownInfo)
        let response = try await request("initialize", params, deadline: deadline, cancels: false, on: loop)
        let description = try Handshake.description(of: response)
        state.withLock { $0.description = description }
        outbox.put(Outgoing(message: OutgoingMessage.notification(method: "notifications/initialized")))
        return description
    }

    /// One request of the neutral form to its end, as `UpstreamClient.call` has it; after `discover` or `initialize` succeeded.
    package func call(
        _ request: UpstreamRequest, host: any CallHost, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamOutcome {
        guard let description else { throw .cutOff }
        let clock = CallClock(deadline: request.deadline, on: loop)
        defer { clock.end() }
        if description.revision.era == .handshake { setLogLevel(request.logLevel, description) }
        let rounds = InputRounds(request: request, host: host, clock: clock, loop: loop)
        let outcome = try await rounds.outcome { (params) async throws(UpstreamError) in
            try await exchange(request, params, description.revision, host: host, clock: clock)
        }
        return AnswerConversion.neutral(outcome, to: request, from: description.revision)
    }

    /// One request of our own, whose notifications nobody hears.
    func request(
        _ method: String, _ params: JSONObject?, deadline: UInt64, cancels: Bool = true, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamResponse {
        let clock = CallClock(deadline: deadline, on: loop)
        defer { clock.end() }
        let (id, call) = try open(.plain)
        defer { close(id, cancels: cancels) }
        clock.onExpiry { call.inbox.close(.transport(.timedOut(sent: true))) }
        outbox.put(Outgoing(message: OutgoingMessage.request(id: id, method: method, params: params), call: id))
        while true {
            if case .response(let response) = try await call.inbox.next() { return response }
        }
    }

    /// Sends a request and serves it until its response: progress and logs to the host, questions to the client.
    private func exchange(
        _ request: UpstreamRequest, _ params: JSONObject, _ revision: Revision, host: any CallHost, clock: CallClock
    ) async throws(UpstreamError) -> UpstreamResponse {
        let (id, call) = try open(revision.era == .handshake && request.lease.isInteractive ? .interactive : .plain)
        defer { close(id, cancels: true) }
        clock.onExpiry { call.inbox.close(.transport(.timedOut(sent: true))) }
        let whole = RequestParams.of(request, params, for: revision, token: id, from: settings.ownInfo)
        outbox.put(
            Outgoing(message: OutgoingMessage.request(id: id, method: request.methodName, params: whole), call: id))
        let listener = CallListener(request: request, host: host)
        let desk = QuestionDesk(request, of: revision, host: host, clock: clock) { [outbox] in
            outbox.put(Outgoing(message: $0))
        }
        let outcome = await withTaskGroup { group -> Result<UpstreamResponse, UpstreamError> in
            defer { group.cancelAll() }
            var questions = 0
            do throws(UpstreamError) {
                while true {
                    switch try await call.inbox.next() {
                    case .response(let response): return .success(response)
                    case .notification(let method, let params): await listener.hear(method, params)
                    case .question(let asked):
                        questions += 1
                        if questions == 1 { group.addTask { await desk.run() } }
                        if let answer = desk.take(asked, key: "q\(questions)") { outbox.put(Outgoing(message: answer)) }
                    }
                }
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Protocol facts 4.7: `logging/setLevel` to the loudest level that anybody wanted; its answer interests nobody.
    private func setLogLevel(_ wanted: String?, _ description: UpstreamDescription) {
        let asked = state.withLock { state -> (id: Int, level: String)? in
            guard let level = LogThreshold.raise(&state.logLevel, to: wanted, at: description) else { return nil }
            state.lastID += 1
            return (state.lastID, level)
        }
        guard let asked else { return }
        outbox.put(
            Outgoing(
                message: OutgoingMessage.request(
                    id: asked.id, method: "logging/setLevel", params: ["level": .string(asked.level)])))
    }

    /// Takes an id and a place among the calls.
    func open(_ kind: PeerCall.Kind) throws(UpstreamError) -> (Int, PeerCall) {
        let call = PeerCall(kind)
        let id = state.withLock { state -> Result<Int, UpstreamError> in
            guard state.isStarted, !state.hasEnded else {
                return .failure(.transport(.closed(reason: "the channel has ended", sent: false)))
            }
            guard state.calls.count < settings.callsMax else { return .failure(.transport(.poolFull)) }
            state.lastID += 1
            state.calls[state.lastID] = call
            return .success(state.lastID)
        }
        return (try id.get(), call)
    }

    /// Leaves the place. A call that is still there has no response yet: it is over because of us, and the server is told so.
    func close(_ id: Int, cancels: Bool) {
        let isUnanswered = state.withLock { $0.calls.removeValue(forKey: id) != nil }
        if isUnanswered, cancels { outbox.put(Outgoing(message: OutgoingMessage.cancelled(id: id))) }
    }
}
