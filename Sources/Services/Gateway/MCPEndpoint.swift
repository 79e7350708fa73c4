import GatewayModel
import HTTPMessages
package import HTTPTransport
import JSONCoding
import MCPWire
package import Telemetry
import UpstreamClients

/// The MCP address of a virtual server: from an HTTP request to its one answer.
///
/// A class, so that the frame of a waiting call holds one reference.
package final class MCPEndpoint: Sendable {
    private let failures: FailureLog
    private let streams: OpenCount
    private let calls: OpenCount

    /// An endpoint that reports to this log.
    package init(log: Log) {
        failures = FailureLog(log: log)
        streams = OpenCount()
        calls = OpenCount()
    }

    /// Takes a message that came with its head, and so needs no task unless its call turns out to; `nil` for all others.
    package func begin(_ exchange: HTTPExchange, _ runtime: GatewayRuntime, server index: Int) -> (any HTTPShortcut)? {
        guard exchange.head.method == .post, exchange.bodyIsAtHand else { return nil }
        let server = runtime.servers[index]
        var reply = HTTPReply(exchange: exchange, answers: runtime.answerFields)
        guard reply.admitsOrigin(runtime), reply.acceptsMessage(),
            let body = atHand(exchange, reply, runtime, server),
            let call = enter(body, exchange, reply, runtime, server)
        else { return AnsweredShortcut(exchange) }
        let quick = QuickCall(
            call, endpoint: self, reply: reply, runtime: runtime, server: server)
        quick.begin()
        return quick
    }

    private func atHand(
        _ exchange: HTTPExchange, _ reply: HTTPReply, _ runtime: GatewayRuntime, _ server: ServedServer
    ) -> [UInt8]? {
        do throws(HTTPServerError) {
            return try exchange.bodyAtHand(limit: runtime.snapshot.limits.bodyBytes)
        } catch {
            server.metrics.refusals.increment()
            reply.unreadable(error)
            return nil
        }
    }

    /// Answers one request for the server at `index` of the runtime's snapshot: read from top to bottom, this is a call.
    package func answer(_ exchange: HTTPExchange, _ runtime: GatewayRuntime, server index: Int) async {
        var reply = HTTPReply(exchange: exchange, answers: runtime.answerFields)
        guard reply.admitsOrigin(runtime) else { return }
        let server = runtime.servers[index]
        guard exchange.head.method == .post else {
            await answerOther(exchange, reply, runtime, server)
            return
        }
        guard reply.acceptsMessage() else { return }
        let limit = runtime.snapshot.limits.bodyBytes
        let body: [UInt8]
        do throws(HTTPServerError) {
            if let whole = try exchange.bodyAtHand(limit: limit) {
                body = whole
            } else {
                body = try await exchange.body(limit: limit)
            }
        } catch {
            server.metrics.refusals.increment()
            reply.unreadable(error)
            return
        }
        guard let call = enter(body, exchange, reply, runtime, server) else { return }
        let began = exchange.now
        await finish(call, nil, exchange, reply, runtime, server)
        leave(began: began, exchange, server)
    }

    /// A call that may be made now; `leave` is owed for it.
    private func enter(
        _ body: [UInt8], _ exchange: HTTPExchange, _ reply: HTTPReply, _ runtime: GatewayRuntime,
        _ server: ServedServer
    ) -> UpstreamCall? {
        guard let call = admit(body, exchange, reply, runtime, server) else { return nil }
        guard calls.enter(limit: runtime.snapshot.limits.callsInFlight) else {
            server.metrics.refusals.increment()
            reply.json(
                200,
                JSONRPCWriter.error(
                    id: call.message[call.id], code: MCPErrorCode.internalError.rawValue,
                    message: "Too many calls are in flight on this server. Try again in a moment."))
            return nil
        }
        return call
    }

    func leave(began: UInt64, _ exchange: HTTPExchange, _ server: ServedServer) {
        calls.leave()
        server.metrics.durations.observe(exchange.now &- began)
    }

    func answer(_ message: [UInt8], _ verdict: UpstreamVerdict, _ reply: HTTPReply, _ server: ServedServer) {
        reply.json(status(of: verdict), message)
        server.metrics.answered(verdict)
    }

    /// Sends the call, unless its outcome is here, and passes on what comes.
    func finish(
        _ call: UpstreamCall, _ outcome: Result<HTTPClientResponse, HTTPClientError>?, _ exchange: HTTPExchange,
        _ reply: HTTPReply, _ runtime: GatewayRuntime, _ server: ServedServer
    ) async {
        do throws(UpstreamError) {
            let upstream = server.upstream
            let answer: UpstreamReply
            switch outcome {
            case nil: answer = try await upstream.send(call, on: exchange.loop)
            case .success(let response): answer = try upstream.reply(response, call)
            case .failure(let error): throw .transport(error)
            }
            switch answer {
            case .message(let message, let verdict): self.answer(message, verdict, reply, server)
            case .longMessage(let stream):
                let answerBytesMax = runtime.snapshot.limits.upstreamAnswerBytes
                try await AnswerRelay.pass(stream, limit: answerBytesMax, to: exchange, fields: reply.jsonFields)
                server.metrics.results.increment()
            case .events(let events):
                let verdict = try await AnswerRelay.pass(events, to: exchange, fields: reply.eventFields)
                server.metrics.answered(verdict)
            case .quietSubscription(let acknowledgement):
                server.metrics.results.increment()
                await AnswerRelay.hold(exchange, fields: reply.eventFields, first: acknowledgement)
            }
        } catch {
            await fail(call, error, exchange, reply, server)
        }
    }

    // MARK: POST: one message

    /// Judges the message; what is not a request that can be sent on is answered here. Not async, so that what the scan found
    /// (half a kilobyte of places) does not lie in the frame of a waiting call.
    private func admit(
        _ body: [UInt8], _ exchange: HTTPExchange, _ reply: HTTPReply, _ runtime: GatewayRuntime,
        _ server: ServedServer
    ) -> UpstreamCall? {
        let envelope = MCPEnvelope.scan(body, limits: runtime.messageLimits)
        switch StatelessRules.check(envelope, body: body, fields: exchange.head.fields) {
        case .request: break
        case .notification:
            reply.accepted()
            return nil
        case .refused(let refusal):
            server.metrics.refusals.increment()
            reply.json(refusal.status, refusal.body(answering: envelope, in: body))
            return nil
        }
        guard let id = envelope.id?.range else { return nil }
        // A subscription lives until somebody ends it; everything else has the operator's time for a call.
        let isSubscription = envelope.method == .subscriptionsListen
        return UpstreamCall(
            message: body, id: id, method: isSubscription ? .subscription : .request,
            clientFields: exchange.head.fields,
            deadline: isSubscription ? .max : exchange.now &+ callNanoseconds(exchange.head.fields, runtime))
    }

    /// Rulings 4.11: ChatGPT and Codex try again at 60 s without closing, so their answer must be out before.
    private func callNanoseconds(_ fields: HTTPFields, _ runtime: GatewayRuntime) -> UInt64 {
        let isImpatient = fields.withFirst(.userAgent) { ImpatientClient.isNamed(in: $0) } ?? false
        return isImpatient ? runtime.callNanosecondsForChatGPT : runtime.callNanoseconds
    }

    /// The statuses that MCP 2026-07-28 demands for errors in the body; all others travel with 200.
    private func status(of verdict: UpstreamVerdict) -> Int {
        switch verdict {
        case .error(code: MCPErrorCode.methodNotFound.rawValue): 404
        case .error(code: MCPErrorCode.missingRequiredClientCapability.rawValue): 400
        case .result, .error: 200
        }
    }

    private func fail(
        _ call: UpstreamCall, _ error: UpstreamError, _ exchange: HTTPExchange, _ reply: HTTPReply,
        _ server: ServedServer
    ) async {
        if error == .transport(.cancelled) {
            server.metrics.cancellations.increment()
            exchange.abort()
            return
        }
        server.metrics.failures.increment()
        failures.upstreamFailed(
            server.upstreamName, server: server.definition.slug.text, error, trace: call.clientFields.traceID)
        let message = JSONRPCWriter.error(
            id: call.message[call.id], code: MCPErrorCode.internalError.rawValue,
            message: error.advice(upstream: server.upstreamName))
        if exchange.hasBegunAnswer {
            await AnswerRelay.endEvents(message, exchange)
        } else {
            reply.json(200, message)
        }
    }

    // MARK: Other methods: a quiet stream, a page, or nothing

    private func answerOther(
        _ exchange: HTTPExchange, _ reply: HTTPReply, _ runtime: GatewayRuntime, _ server: ServedServer
    ) async {
        switch exchange.head.method {
        case .get: await get(exchange, reply, runtime, server)
        case .options: reply.preflight()
        // Methods are an open set; DELETE ends sessions, which this era does not have.
        default: reply.methodNotAllowed()
        }
    }

    private func get(
        _ exchange: HTTPExchange, _ reply: HTTPReply, _ runtime: GatewayRuntime, _ server: ServedServer
    ) async {
        let fields = exchange.head.fields
        if fields.listContains(.accept, "text/event-stream") {
            await quietStream(exchange, reply, limit: runtime.snapshot.limits.eventStreams)
        } else if fields.listContains(.accept, "text/html") {
            reply.page(ConnectPage.html(runtime.snapshot, server: server.definition))
        } else {
            reply.methodNotAllowed()
        }
    }

    /// Rulings 1.6: the stream that older clients open on the side. Nothing is said on it in this era; it stays open, so that
    /// they do not ask again and again.
    private func quietStream(_ exchange: HTTPExchange, _ reply: HTTPReply, limit: Int) async {
        guard streams.enter(limit: limit) else {
            reply.text(503, "Too many event streams are open. Try again later.")
            return
        }
        defer { streams.leave() }
        await AnswerRelay.hold(exchange, fields: reply.eventFields, first: nil)
    }
}

/// A request that was refused before it became a call: answered, and over.
private final class AnsweredShortcut: HTTPShortcut {
    init(_ exchange: HTTPExchange) {
        exchange.end()
    }

    func clientGone() {}
}
