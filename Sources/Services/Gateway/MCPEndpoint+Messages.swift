import GatewayModel
import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire
import Telemetry
import UpstreamClients

/// What is to be done with a posted message.
enum PostedMessage: Sendable {
    case answered
    /// A call that goes up as bytes and comes back as bytes, if its upstream takes it so.
    case short(UpstreamCall, ServedUpstream)
    case stateless(id: Range<Int>, method: MCPMethod, deadline: UInt64)
    case handshake(HandshakeMessage, method: MCPMethod, deadline: UInt64)
    case batch(MessageBatch, deadline: UInt64)
}

extension MCPEndpoint {
    /// Judges the message. Not async, so that what the scan found (half a kilobyte of places) does not lie in the frame of a
    /// waiting call.
    func judge(_ body: [UInt8], _ visit: Visit) -> PostedMessage {
        let envelope = MCPEnvelope.scan(body, limits: visit.runtime.messageLimits)
        let fields = visit.fields
        let refusal: MCPRefusal
        switch PostRules.check(envelope, body: body, fields: fields) {
        case .stateless(.request):
            guard let id = envelope.id?.range else { return .answered }
            let deadline = deadline(envelope.method, visit)
            if let upstream = ShortWay.upstream(envelope, body, visit.server, visit.principal) {
                let call = UpstreamCall(
                    message: body, id: id, method: envelope.method, clientFields: fields,
                    account: upstream.account(of: visit.principal), deadline: deadline)
                return .short(call, upstream)
            }
            return .stateless(id: id, method: envelope.method, deadline: deadline)
        case .stateless(.notification):
            visit.reply.accepted()
            return .answered
        case .handshake(let message):
            return .handshake(message, method: envelope.method, deadline: deadline(envelope.method, visit))
        case .batch(let batch): return .batch(batch, deadline: deadline(.other, visit))
        case .stateless(.refused(let found)): refusal = found
        case .refused(let found): refusal = found
        }
        visit.server.metrics.refusals.increment()
        visit.reply.json(refusal.status, refusal.body(answering: envelope, in: body))
        return .answered
    }

    /// A subscription lives until somebody ends it; everything else has the operator's time for a call. Rulings 4.11: ChatGPT
    /// and Codex try again at 60 s without closing, so their answer must be out before.
    func deadline(_ method: MCPMethod, _ visit: Visit) -> UInt64 {
        if method == .subscriptionsListen { return .max }
        let isImpatient = visit.fields.withFirst(.userAgent) { ClientName.isImpatient($0) } ?? false
        let runtime = visit.runtime
        return visit.exchange.now &+ (isImpatient ? runtime.callNanosecondsForChatGPT : runtime.callNanoseconds)
    }

    /// What is left to do for a message that was judged, in a task.
    func serve(_ message: PostedMessage, _ body: [UInt8], _ visit: Visit) async {
        switch message {
        case .answered: break
        case .short(let call, let upstream): await finish(call, upstream, nil, visit)
        case .stateless(let id, let method, let deadline):
            await StatelessFace(state: state, visit: visit).answer(body, id: id, method: method, deadline: deadline)
        case .handshake(let message, let method, let deadline):
            await HandshakeFace(state: state, visit: visit).answer(message, body, method: method, deadline: deadline)
        case .batch(let batch, let deadline):
            await HandshakeFace(state: state, visit: visit).answer(batch, deadline: deadline)
        }
    }

    // MARK: The short way

    func answer(_ message: [UInt8], _ verdict: UpstreamVerdict, _ visit: Visit) {
        visit.reply.json(status(of: verdict), message)
        visit.server.metrics.answered(verdict)
    }

    /// Sends the client's bytes up, unless their outcome is here, and the upstream's back; the long way when it does not take
    /// them so.
    func finish(
        _ call: UpstreamCall, _ upstream: ServedUpstream, _ outcome: Result<HTTPClientResponse, HTTPClientError>?,
        _ visit: Visit
    ) async {
        do throws(UpstreamError) {
            switch try await upstream.client.relay(call, after: outcome, on: visit.exchange.loop) {
            case nil: await takeApart(call, visit)
            case .message(let message, let verdict): answer(message, verdict, visit)
            case .longMessage(let stream):
                let limit = visit.limits.upstreamAnswerBytes
                try await AnswerRelay.pass(stream, limit: limit, to: visit.exchange, fields: visit.reply.jsonFields)
                visit.server.metrics.results.increment()
            case .events(let events):
                let verdict = try await AnswerRelay.pass(events, to: visit.exchange, fields: visit.reply.eventFields)
                visit.server.metrics.answered(verdict)
            }
        } catch {
            await fail(call, error, upstream, visit)
        }
    }

    /// The long way.
    private func takeApart(_ call: UpstreamCall, _ visit: Visit) async {
        await StatelessFace(state: state, visit: visit)
            .answer(call.message, id: call.id, method: call.method, deadline: call.deadline)
    }

    /// The statuses that MCP 2026-07-28 demands for errors in the body; all others travel with 200.
    private func status(of verdict: UpstreamVerdict) -> Int {
        switch verdict {
        case .error(code: MCPErrorCode.methodNotFound.rawValue): 404
        case .error(code: MCPErrorCode.missingRequiredClientCapability.rawValue): 400
        case .result, .error: 200
        }
    }

    private func fail(_ call: UpstreamCall, _ error: UpstreamError, _ upstream: ServedUpstream, _ visit: Visit) async {
        switch error {
        case .transport(.cancelled):
            visit.server.metrics.cancellations.increment()
            return visit.exchange.abort()
        case .connectRequired where !visit.exchange.hasBegunAnswer:
            // Nothing was executed, and the long way knows how to ask the person.
            return await takeApart(call, visit)
        default: break
        }
        visit.server.metrics.failures.increment()
        state.failures.upstreamFailed(
            upstream.name, server: visit.server.definition.slug.text, error, trace: call.clientFields.traceID)
        let message = JSONRPCWriter.error(
            id: call.message[call.id], code: MCPErrorCode.internalError.rawValue,
            message: error.advice(upstream: upstream.name))
        if visit.exchange.hasBegunAnswer {
            await AnswerRelay.endEvents(message, visit.exchange)
        } else {
            visit.reply.json(200, message)
        }
    }
}
