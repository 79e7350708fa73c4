import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire
import Reactor

extension HTTPSession {
    /// One request to its end. When the session turns out to be lost, nothing was executed (rulings 2.6).
    func call(
        _ request: UpstreamRequest, host: any CallHost, clock: CallClock, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamOutcome {
        if let level = levelToSet(for: request.logLevel) { try await setLevel(level, clock: clock, on: loop) }
        let rounds = InputRounds(request: request, host: host, clock: clock, loop: loop)
        let outcome = try await rounds.outcome { (params) async throws(UpstreamError) in
            try await hearingQuestions(of: request, params, on: loop) { (asked) async throws(UpstreamError) in
                try await exchange(request, params, asked, host: host, clock: clock, on: loop)
            }
        }
        return AnswerConversion.neutral(outcome, to: request, from: description.revision)
    }

    private func exchange(
        _ request: UpstreamRequest, _ params: JSONObject, _ asked: Mailbox<ServerRequest>?, host: any CallHost,
        clock: CallClock, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamResponse {
        let id = nextID()
        do throws(UpstreamError) {
            let whole = RequestParams.of(
                request, params, for: description.revision, token: id, from: settings.ownInfo)
            let message = OutgoingMessage.request(id: id, method: request.methodName, params: whole)
            let response = try await hop.post(message, fields, deadline: clock.deadline, on: loop)
            try checkSession(response)
            switch try await HTTPAnswer.read(response, limit: hop.answerBytesMax) {
            case .messages(let messages, let status): return try answer(in: messages, status: status, to: id)
            case .events(let events):
                let conversation = SessionConversation(
                    session: self, request: request, id: id, host: host, clock: clock, loop: loop, asked: asked)
                return try await conversation.response(from: events)
            }
        } catch {
            if error.leavesTheUpstreamWorking { await cancel(id, on: loop) }
            throw error
        }
    }

    /// MCP, session management: 404 on a session id means that the session is over; begin a new one.
    private func checkSession(_ response: HTTPClientResponse) throws(UpstreamError) {
        guard response.head.status == 404, hasID else { return }
        lose()
        response.discard()
        throw .status(404)
    }

    private func answer(
        in messages: [IncomingMessage], status: Int, to id: Int
    ) throws(UpstreamError) -> UpstreamResponse {
        for case .response(let answered, let response) in messages where answered?.isID(id) ?? (status != 200) {
            if case .failure(let failure) = response, status != 200, failure.deniesTheHandshake {
                lose()
                throw .hopRefused(code: failure.code)
            }
            return response
        }
        throw .garbage("it answers another request")
    }

    private func setLevel(_ level: String, clock: CallClock, on loop: EventLoop) async throws(UpstreamError) {
        let id = nextID()
        let message = OutgoingMessage.request(id: id, method: "logging/setLevel", params: ["level": .string(level)])
        let response = try await hop.post(message, fields, deadline: clock.deadline, on: loop)
        try checkSession(response)
        // What it answers interests nobody: who wants logs and gets none has lost nothing else.
        response.discard()
    }

    /// `notifications/cancelled`; as a task of its own, because the one that calls this is cancelled itself.
    private func cancel(_ id: Int, on loop: EventLoop) async {
        let farewell = loop.runTask { [self] in
            let deadline = monotonicNanoseconds() &+ Self.farewellNanoseconds
            // To be told twice does no harm, so a connection that broke is no reason to give up.
            for _ in 0..<Self.farewellsMax {
                do throws(UpstreamError) {
                    return try await post(OutgoingMessage.cancelled(id: id), deadline: deadline, on: loop)
                } catch {
                    guard case .transport(.closed) = error else { return }
                }
            }
        }
        await farewell.value
    }
}

extension UpstreamError {
    /// Whether we gave up while the upstream may still be at work, and it should be told.
    fileprivate var leavesTheUpstreamWorking: Bool {
        switch self {
        case .transport(.cancelled), .transport(.timedOut(sent: true)), .tooLong, .cutOff: true
        default: false
        }
    }
}

extension UpstreamFailure {
    /// Whether an error that came with a 4xx says that the session, or the handshake as such, is not taken: old servers use
    /// codes of their own for an unknown session, new ones name the keys that an envelope has.
    fileprivate var deniesTheHandshake: Bool {
        switch code {
        case -32600, -32000, -32001, MCPErrorCode.headerMismatch.rawValue,
            MCPErrorCode.unsupportedProtocolVersion.rawValue:
            true
        case MCPErrorCode.invalidParams.rawValue: message.contains("_meta") || message.contains("modelcontextprotocol")
        default: false  // Codes are an open set.
        }
    }
}
