import GatewayModel
import HTTPMessages
package import HTTPTransport
import JSONCoding
import MCPWire
import Telemetry
import UpstreamClients

/// The MCP address of a virtual server: from an HTTP request to its one answer.
///
/// A class, so that the frame of a waiting call holds one reference.
package final class MCPEndpoint: Sendable {
    private let state: GatewayState

    /// An endpoint of this gateway.
    package init(state: GatewayState) {
        self.state = state
    }

    /// Takes a message that came with its head, and so needs no task unless its call turns out to; `nil` for all others.
    package func begin(_ exchange: HTTPExchange, _ runtime: GatewayRuntime, server index: Int) -> (any HTTPShortcut)? {
        guard exchange.head.method == .post, exchange.bodyIsAtHand else { return nil }
        let server = runtime.servers[index]
        var reply = HTTPReply(exchange: exchange, answers: runtime.answerFields)
        guard reply.admitsOrigin(runtime), reply.acceptsMessage(), let body = atHand(exchange, reply, runtime, server),
            enter(body, reply, runtime, server)
        else {
            exchange.end()
            return EndedShortcut()
        }
        let admission = admit(body, exchange, reply, runtime, server)
        switch admission {
        case .answered:
            state.calls.leave()
            exchange.end()
        case .short(let call, let upstream):
            let quick = QuickCall(
                call, upstream, endpoint: self, reply: reply, runtime: runtime, server: server)
            quick.begin()
            return quick
        case .stateless, .handshake, .batch:
            let began = exchange.now
            exchange.goOn { [self, reply] exchange in
                await serve(admission, body, exchange, reply, runtime, server)
                leave(began: began, exchange, server)
            }
        }
        return EndedShortcut()
    }

    private func atHand(
        _ exchange: HTTPExchange, _ reply: HTTPReply, _ runtime: GatewayRuntime, _ server: ServedServer
    ) -> [UInt8]? {
        do throws(HTTPServerError) {
            return try exchange.bodyAtHand(limit: runtime.snapshot.limits.bodyBytes)
        } catch {
            unreadable(error, reply, server)
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
            return unreadable(error, reply, server)
        }
        guard enter(body, reply, runtime, server) else { return }
        let began = exchange.now
        await serve(admit(body, exchange, reply, runtime, server), body, exchange, reply, runtime, server)
        leave(began: began, exchange, server)
    }

    /// What is left to do for a message that was judged, in a task.
    private func serve(
        _ admission: Admission, _ body: [UInt8], _ exchange: HTTPExchange, _ reply: HTTPReply,
        _ runtime: GatewayRuntime, _ server: ServedServer
    ) async {
        switch admission {
        case .answered: break
        case .short(let call, let upstream): await finish(call, upstream, nil, exchange, reply, runtime, server)
        case .stateless(let id, let method, let deadline):
            await StatelessFace(state: state, runtime: runtime, server: server, exchange: exchange, reply: reply)
                .answer(body, id: id, method: method, deadline: deadline)
        case .handshake(let message, let method, let deadline):
            await HandshakeFace(state: state, runtime: runtime, server: server, exchange: exchange, reply: reply)
                .answer(message, body, method: method, deadline: deadline)
        case .batch(let batch, let deadline):
            await HandshakeFace(state: state, runtime: runtime, server: server, exchange: exchange, reply: reply)
                .answer(batch, deadline: deadline)
        }
    }

    /// Counts a message in; `leave` is owed for it.
    private func enter(
        _ body: [UInt8], _ reply: HTTPReply, _ runtime: GatewayRuntime, _ server: ServedServer
    ) -> Bool {
        if state.calls.enter(limit: runtime.snapshot.limits.callsInFlight) { return true }
        server.metrics.refusals.increment()
        reply.json(
            200,
            JSONRPCWriter.error(
                id: MCPEnvelope.scan(body).rawID(in: body), code: MCPErrorCode.internalError.rawValue,
                message: "Too many calls are in flight on this server. Try again in a moment."))
        return false
    }

    func leave(began: UInt64, _ exchange: HTTPExchange, _ server: ServedServer) {
        state.calls.leave()
        server.metrics.durations.observe(exchange.now &- began)
    }

    private func unreadable(_ error: HTTPServerError, _ reply: HTTPReply, _ server: ServedServer) {
        server.metrics.refusals.increment()
        reply.unreadable(error)
    }

    /// Answers one request for the HTTP+SSE address of a server.
    package func answerTwoEndpoints(_ exchange: HTTPExchange, _ runtime: GatewayRuntime, server index: Int) async {
        var reply = HTTPReply(exchange: exchange, answers: runtime.answerFields)
        guard reply.admitsOrigin(runtime) else { return }
        let server = runtime.servers[index]
        let face = TwoEndpointFace(state: state, runtime: runtime, server: server, exchange: exchange, reply: reply)
        let sessionID = exchange.head.query.flatMap { QueryText.value("sessionId", in: $0) }
        switch exchange.head.method {
        case .get where exchange.head.fields.listContains(.accept, "text/event-stream"): await face.stream()
        case .get where exchange.head.fields.listContains(.accept, "text/html"):
            reply.page(ConnectPage.html(runtime.snapshot, server: server.definition))
        case .options: reply.preflight()
        case .post:
            // Without a session it is the first try of a client that then looks for the stream, and 405 tells it to.
            guard let sessionID else { return reply.methodNotAllowed() }
            guard reply.acceptsMessage() else { return }
            do throws(HTTPServerError) {
                let body = try await exchange.body(limit: runtime.snapshot.limits.bodyBytes)
                let deadline = deadline(.other, exchange, runtime)
                await face.post(body, sessionID: sessionID, deadline: deadline)
            } catch {
                unreadable(error, reply, server)
            }
        default: reply.methodNotAllowed()
        }
    }

    // MARK: POST: what the message is

    /// What is to be done with a posted message.
    private enum Admission {
        case answered
        /// A call that goes up as bytes and comes back as bytes, if its upstream takes it so.
        case short(UpstreamCall, ServedUpstream)
        case stateless(id: Range<Int>, method: MCPMethod, deadline: UInt64)
        case handshake(HandshakeMessage, method: MCPMethod, deadline: UInt64)
        case batch(MessageBatch, deadline: UInt64)
    }

    /// Judges the message. Not async, so that what the scan found (half a kilobyte of places) does not lie in the frame of a
    /// waiting call.
    private func admit(
        _ body: [UInt8], _ exchange: HTTPExchange, _ reply: HTTPReply, _ runtime: GatewayRuntime,
        _ server: ServedServer
    ) -> Admission {
        let envelope = MCPEnvelope.scan(body, limits: runtime.messageLimits)
        let fields = exchange.head.fields
        let refusal: MCPRefusal
        switch PostRules.check(envelope, body: body, fields: fields) {
        case .stateless(.request):
            guard let id = envelope.id?.range else { return .answered }
            let deadline = deadline(envelope.method, exchange, runtime)
            if let upstream = ShortWay.upstream(envelope, body, server) {
                let call = UpstreamCall(
                    message: body, id: id, method: envelope.method, clientFields: fields, deadline: deadline)
                return .short(call, upstream)
            }
            return .stateless(id: id, method: envelope.method, deadline: deadline)
        case .stateless(.notification):
            reply.accepted()
            return .answered
        case .handshake(let message):
            return .handshake(
                message, method: envelope.method, deadline: deadline(envelope.method, exchange, runtime))
        case .batch(let batch):
            return .batch(batch, deadline: deadline(.other, exchange, runtime))
        case .stateless(.refused(let found)): refusal = found
        case .refused(let found): refusal = found
        }
        server.metrics.refusals.increment()
        reply.json(refusal.status, refusal.body(answering: envelope, in: body))
        return .answered
    }

    /// A subscription lives until somebody ends it; everything else has the operator's time for a call. Rulings 4.11: ChatGPT
    /// and Codex try again at 60 s without closing, so their answer must be out before.
    private func deadline(_ method: MCPMethod, _ exchange: HTTPExchange, _ runtime: GatewayRuntime) -> UInt64 {
        if method == .subscriptionsListen { return .max }
        let isImpatient = exchange.head.fields.withFirst(.userAgent) { ImpatientClient.isNamed(in: $0) } ?? false
        return exchange.now &+ (isImpatient ? runtime.callNanosecondsForChatGPT : runtime.callNanoseconds)
    }

    // MARK: POST: the short way

    func answer(_ message: [UInt8], _ verdict: UpstreamVerdict, _ reply: HTTPReply, _ server: ServedServer) {
        reply.json(status(of: verdict), message)
        server.metrics.answered(verdict)
    }

    /// Sends the client's bytes up, unless their outcome is here, and the upstream's back; the long way when it does not take
    /// them so.
    func finish(
        _ call: UpstreamCall, _ upstream: ServedUpstream, _ outcome: Result<HTTPClientResponse, HTTPClientError>?,
        _ exchange: HTTPExchange, _ reply: HTTPReply, _ runtime: GatewayRuntime, _ server: ServedServer
    ) async {
        do throws(UpstreamError) {
            switch try await upstream.client.relay(call, after: outcome, on: exchange.loop) {
            case nil:
                await StatelessFace(state: state, runtime: runtime, server: server, exchange: exchange, reply: reply)
                    .answer(call.message, id: call.id, method: call.method, deadline: call.deadline)
            case .message(let message, let verdict): answer(message, verdict, reply, server)
            case .longMessage(let stream):
                let answerBytesMax = runtime.snapshot.limits.upstreamAnswerBytes
                try await AnswerRelay.pass(stream, limit: answerBytesMax, to: exchange, fields: reply.jsonFields)
                server.metrics.results.increment()
            case .events(let events):
                let verdict = try await AnswerRelay.pass(events, to: exchange, fields: reply.eventFields)
                server.metrics.answered(verdict)
            }
        } catch {
            await fail(call, error, upstream, exchange, reply, server)
        }
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
        _ call: UpstreamCall, _ error: UpstreamError, _ upstream: ServedUpstream, _ exchange: HTTPExchange,
        _ reply: HTTPReply, _ server: ServedServer
    ) async {
        if error == .transport(.cancelled) {
            server.metrics.cancellations.increment()
            exchange.abort()
            return
        }
        server.metrics.failures.increment()
        state.failures.upstreamFailed(
            upstream.name, server: server.definition.slug.text, error, trace: call.clientFields.traceID)
        let message = JSONRPCWriter.error(
            id: call.message[call.id], code: MCPErrorCode.internalError.rawValue,
            message: error.advice(upstream: upstream.name))
        if exchange.hasBegunAnswer {
            await AnswerRelay.endEvents(message, exchange)
        } else {
            reply.json(200, message)
        }
    }

    // MARK: Other methods: a stream, a page, or the end of a session

    private func answerOther(
        _ exchange: HTTPExchange, _ reply: HTTPReply, _ runtime: GatewayRuntime, _ server: ServedServer
    ) async {
        let face = HandshakeFace(state: state, runtime: runtime, server: server, exchange: exchange, reply: reply)
        switch exchange.head.method {
        case .get: await get(face)
        case .delete: await face.delete()
        case .options: reply.preflight()
        default: reply.methodNotAllowed()  // Methods are an open set.
        }
    }

    private func get(_ face: HandshakeFace) async {
        let fields = face.exchange.head.fields
        if fields.listContains(.accept, "text/event-stream") {
            if await face.get() { return }
            await quietStream(face.exchange, face.reply, limit: face.runtime.snapshot.limits.eventStreams)
        } else if fields.listContains(.accept, "text/html") {
            face.reply.page(ConnectPage.html(face.runtime.snapshot, server: face.server.definition))
        } else {
            face.reply.methodNotAllowed()
        }
    }

    /// Rulings 1.6: the stream that clients without session open on the side. Nothing is said on it; it stays open, so that
    /// they do not ask again and again.
    private func quietStream(_ exchange: HTTPExchange, _ reply: HTTPReply, limit: Int) async {
        guard state.streams.enter(limit: limit) else {
            reply.text(503, "Too many event streams are open. Try again later.")
            return
        }
        defer { state.streams.leave() }
        await AnswerRelay.hold(exchange, fields: reply.eventFields, first: nil)
    }
}

/// An exchange that nobody has to be told of any more: it is over, or a task has it.
private final class EndedShortcut: HTTPShortcut {
    func clientGone() {}
}
