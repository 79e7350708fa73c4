import GatewayModel
import HTTPMessages
package import HTTPTransport
import JSONCoding
import MCPWire
package import Telemetry
import UpstreamClients

/// The MCP address of a virtual server: from an HTTP request to its one answer.
package struct MCPEndpoint: Sendable {
    private let failures: FailureLog
    private let streams: StreamCount

    /// An endpoint that reports to this log.
    package init(log: Log) {
        failures = FailureLog(log: log)
        streams = StreamCount()
    }

    /// Answers one request for the server at `index` of the runtime's snapshot.
    package func answer(_ exchange: HTTPExchange, _ runtime: GatewayRuntime, server index: Int) async {
        var reply = HTTPReply(exchange: exchange, answers: runtime.answerFields)
        guard reply.admitsOrigin(runtime.snapshot) else { return }
        switch exchange.head.method {
        case .post: await post(exchange, reply, runtime, runtime.servers[index])
        case .get: await get(exchange, reply, runtime, runtime.servers[index])
        case .options: reply.preflight()
        default: reply.methodNotAllowed()  // Methods are an open set; DELETE ends sessions, which this era does not have.
        }
    }

    // MARK: POST: one message

    private func post(
        _ exchange: HTTPExchange, _ reply: HTTPReply, _ runtime: GatewayRuntime, _ server: ServedServer
    ) async {
        guard reply.acceptsMessage() else { return }
        let limits = runtime.snapshot.limits
        let body: [UInt8]
        do throws(HTTPServerError) {
            if let whole = try exchange.bodyAtHand(limit: limits.bodyBytes) {
                body = whole
            } else {
                body = try await exchange.body(limit: limits.bodyBytes)
            }
        } catch {
            server.metrics.refusals.increment()
            reply.unreadable(error)
            return
        }
        let envelope = MCPEnvelope.scan(body)
        switch StatelessRules.check(envelope, body: body, fields: exchange.head.fields) {
        case .request: break
        case .notification:
            reply.accepted()
            return
        case .refused(let refusal):
            server.metrics.refusals.increment()
            reply.json(refusal.status, refusal.body(answering: envelope, in: body))
            return
        }
        guard let id = envelope.id?.range else { return }
        // A subscription lives until somebody ends it; everything else has the operator's time for a call.
        let call = UpstreamCall(
            message: body, id: id, method: envelope.method == .subscriptionsListen ? .subscription : .request,
            fields: UpstreamFields.make(exchange.head.fields, runtime.upstreamFields),
            deadline: envelope.method == .subscriptionsListen ? .max : exchange.now &+ runtime.callNanoseconds)
        await forward(call, exchange, reply, server, answerBytesMax: limits.upstreamAnswerBytes)
    }

    /// Sends the call on and passes what comes back; whatever happens, the exchange gets its one answer here.
    private func forward(
        _ call: UpstreamCall, _ exchange: HTTPExchange, _ reply: HTTPReply, _ server: ServedServer, answerBytesMax: Int
    ) async {
        let began = exchange.now
        do throws(UpstreamError) {
            switch try await server.upstream.send(call, on: exchange.loop) {
            case .message(let message, let verdict):
                reply.json(status(of: verdict), message)
                server.metrics.answered(verdict)
            case .longMessage(let stream):
                try await AnswerRelay.pass(stream, limit: answerBytesMax, to: exchange, fields: reply.jsonFields)
                server.metrics.results.increment()
            case .events(let events):
                let verdict = try await AnswerRelay.pass(events, to: exchange, fields: reply.eventFields)
                server.metrics.answered(verdict)
            }
        } catch {
            await fail(call, error, exchange, reply, server)
        }
        server.metrics.durations.observe(exchange.now &- began)
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
            server.upstreamName, server: server.definition.slug.text, error, trace: call.fields.traceID)
        let message = JSONRPCWriter.error(
            id: call.message[call.id], code: MCPErrorCode.internalError.rawValue,
            message: error.advice(upstream: server.upstreamName))
        if exchange.hasBegunAnswer {
            await AnswerRelay.endEvents(message, exchange)
        } else {
            reply.json(200, message)
        }
    }

    // MARK: GET: a quiet stream, a page, or nothing

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
        do throws(HTTPServerError) {
            try exchange.beginStream(status: 200, fields: reply.eventFields)
            await exchange.untilClientGone()
            exchange.finishStream()
        } catch {
            // The client left while the head was on its way: nothing is owed to anybody.
        }
    }
}
