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
        guard let call = admit(body, exchange, reply, runtime, server) else { return }
        guard calls.enter(limit: runtime.snapshot.limits.callsInFlight) else {
            server.metrics.refusals.increment()
            reply.json(
                200,
                JSONRPCWriter.error(
                    id: call.message[call.id], code: MCPErrorCode.internalError.rawValue,
                    message: "Too many calls are in flight on this server. Try again in a moment."))
            return
        }
        defer { calls.leave() }
        let began = exchange.now
        do throws(UpstreamError) {
            switch try await answer(call, server, on: exchange.loop) {
            case .message(let message, let verdict):
                reply.json(status(of: verdict), message)
                server.metrics.answered(verdict)
            case .longMessage(let stream):
                let answerBytesMax = runtime.snapshot.limits.upstreamAnswerBytes
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

    private func answer(
        _ call: UpstreamCall, _ server: ServedServer, on loop: CallLoop
    ) async throws(UpstreamError) -> UpstreamReply {
        if let reply = try await server.upstream.relay(call, on: loop) { return reply }
        let envelope = MCPEnvelope.scan(call.message)
        let request = (try? JSONParser.parse(call.message)) ?? .null
        let outcome = try await server.upstream.call(
            UpstreamRequest(
                method: envelope.method, methodName: request["method"]?.stringValue ?? "",
                params: request["params"]?.objectValue ?? JSONObject(), deadline: call.deadline),
            host: NobodyHost(), on: loop)
        let id = call.message[call.id]
        switch outcome {
        case .result(let result): return .message(JSONRPCWriter.result(id: id, .object(result)), .result)
        case .failure(let failure):
            return .message(
                JSONRPCWriter.error(id: id, code: failure.code, message: failure.message, data: failure.data),
                .error(code: failure.code))
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
