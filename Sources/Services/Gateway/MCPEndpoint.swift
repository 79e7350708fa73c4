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
    let state: GatewayState

    /// An endpoint of this gateway.
    package init(state: GatewayState) {
        self.state = state
    }

    /// Takes a message that came with its head, and so needs no task unless its call turns out to; `nil` for all others.
    package func begin(_ exchange: HTTPExchange, _ runtime: GatewayRuntime, server index: Int) -> (any HTTPShortcut)? {
        guard exchange.head.method == .post, exchange.bodyIsAtHand else {
            return beginQuietStream(exchange, runtime, server: index)
        }
        let server = runtime.servers[index]
        var reply = HTTPReply(exchange: exchange, answers: runtime.answerFields)
        guard reply.admitsOrigin(runtime) else {
            exchange.end()
            return EndedShortcut()
        }
        let verdict = Entrance(state: state, server: server, exchange: exchange).judge()
        if case .unknown = verdict {
            exchange.goOn { [self] exchange in await answer(exchange, runtime, server: index) }
            return EndedShortcut()
        }
        guard let visit = visit(verdict, exchange, reply, runtime, server), reply.acceptsMessage(),
            let body = atHand(visit), enter(body, visit)
        else {
            exchange.end()
            return EndedShortcut()
        }
        let judgement = judge(body, visit)
        switch judgement {
        case .answered:
            leave(visit)
            exchange.end()
        case .short(let call, let upstream):
            let quick = QuickCall(call, upstream, endpoint: self, visit: visit)
            quick.begin()
            return quick
        case .stateless, .handshake, .batch:
            let began = exchange.now
            exchange.goOn { [self] _ in
                await serve(judgement, body, visit)
                leave(visit, began: began)
            }
        }
        return EndedShortcut()
    }

    /// Answers one request for the server at `index` of the runtime's snapshot: read from top to bottom, this is a call.
    package func answer(_ exchange: HTTPExchange, _ runtime: GatewayRuntime, server index: Int) async {
        guard let visit = await arrive(exchange, runtime, server: index) else { return }
        guard exchange.head.method == .post else { return await answerOther(visit) }
        guard visit.reply.acceptsMessage(), let body = await body(visit), enter(body, visit) else { return }
        let began = exchange.now
        await serve(judge(body, visit), body, visit)
        leave(visit, began: began)
    }

    /// Answers one request for the HTTP+SSE address of a server.
    package func answerTwoEndpoints(_ exchange: HTTPExchange, _ runtime: GatewayRuntime, server index: Int) async {
        guard let visit = await arrive(exchange, runtime, server: index) else { return }
        let face = TwoEndpointFace(state: state, visit: visit)
        let sessionID = exchange.head.query.flatMap { QueryText.value("sessionId", in: $0) }
        switch exchange.head.method {
        case .get where visit.fields.listContains(.accept, "text/event-stream"): await face.stream()
        case .get where visit.fields.listContains(.accept, "text/html"):
            visit.reply.page(
                ConnectPage.html(runtime.snapshot, server: visit.server.definition, acceptedBy: visit.fields))
        case .post:
            // Without a session it is the first try of a client that then looks for the stream, and 405 tells it to.
            guard let sessionID else { return visit.reply.methodNotAllowed() }
            guard visit.reply.acceptsMessage(), let body = await body(visit) else { return }
            await face.post(body, sessionID: sessionID, deadline: deadline(.other, visit))
        default: visit.reply.methodNotAllowed()
        }
    }

    // MARK: The body

    private func atHand(_ visit: Visit) -> [UInt8]? {
        do throws(HTTPServerError) {
            return try visit.exchange.bodyAtHand(limit: visit.runtime.snapshot.limits.bodyBytes)
        } catch {
            unreadable(error, visit)
            return nil
        }
    }

    private func body(_ visit: Visit) async -> [UInt8]? {
        let limit = visit.runtime.snapshot.limits.bodyBytes
        do throws(HTTPServerError) {
            if let whole = try visit.exchange.bodyAtHand(limit: limit) { return whole }
            return try await visit.exchange.body(limit: limit)
        } catch {
            unreadable(error, visit)
            return nil
        }
    }

    private func unreadable(_ error: HTTPServerError, _ visit: Visit) {
        visit.server.metrics.refusals.increment()
        visit.reply.unreadable(error)
    }

    // MARK: How many there are

    /// Counts a message in; `leave` is owed for it.
    private func enter(_ body: [UInt8], _ visit: Visit) -> Bool {
        if let use = visit.use, !use.calls.enter(limit: visit.runtime.snapshot.limits.callsPerPrincipal) {
            refuse(body, "You have too many calls in flight here. Wait until some have ended, and try again.", visit)
            return false
        }
        if state.calls.enter(limit: visit.runtime.snapshot.limits.callsInFlight) { return true }
        visit.use?.calls.leave()
        refuse(body, "Too many calls are in flight on this server. Try again in a moment.", visit)
        return false
    }

    private func refuse(_ body: [UInt8], _ sentence: String, _ visit: Visit) {
        visit.server.metrics.refusals.increment()
        let error = JSONRPCWriter.error(
            id: MCPEnvelope.scan(body).rawID(in: body), code: MCPErrorCode.internalError.rawValue, message: sentence)
        visit.reply.json(200, error)
    }

    private func leave(_ visit: Visit) {
        visit.use?.calls.leave()
        state.calls.leave()
    }

    func leave(_ visit: Visit, began: UInt64) {
        leave(visit)
        visit.server.metrics.durations.observe(visit.exchange.now &- began)
    }

    // MARK: Other methods: a stream, a page, or the end of a session

    private func answerOther(_ visit: Visit) async {
        let face = HandshakeFace(state: state, visit: visit)
        switch visit.exchange.head.method {
        case .get: await get(face)
        case .delete: await face.delete()
        default: visit.reply.methodNotAllowed()  // Methods are an open set.
        }
    }

    private func get(_ face: HandshakeFace) async {
        let visit = face.visit
        if visit.fields.listContains(.accept, "text/event-stream") {
            if await face.get() { return }
            await quietStream(visit)
        } else if visit.fields.listContains(.accept, "text/html") {
            visit.reply.page(
                ConnectPage.html(visit.runtime.snapshot, server: visit.server.definition, acceptedBy: visit.fields))
        } else {
            visit.reply.methodNotAllowed()
        }
    }

    /// Rulings 1.6: the stream that clients without session open on the side. Nothing is said on it; it stays open, so that
    /// they do not ask again and again.
    private func quietStream(_ visit: Visit) async {
        guard let stream = OpenStream(state, visit) else { return visit.reply.tooManyStreams() }
        defer { stream.leave() }
        await AnswerRelay.hold(visit.exchange, fields: visit.reply.eventFields, first: nil)
    }

    /// The same from outside any task, for whoever can be let in without a look at the store: there may be ten thousand such
    /// streams, and what a task on the long way holds while it waits is several times what the stream itself needs.
    private func beginQuietStream(
        _ exchange: HTTPExchange, _ runtime: GatewayRuntime, server index: Int
    ) -> (any HTTPShortcut)? {
        guard exchange.head.method == .get, exchange.head.fields.listContains(.accept, "text/event-stream"),
            !exchange.head.fields.contains(.mcpSessionID)
        else { return nil }
        let server = runtime.servers[index]
        var reply = HTTPReply(exchange: exchange, answers: runtime.answerFields)
        let isAdmitted = reply.admitsOrigin(runtime)
        let verdict = isAdmitted ? Entrance(state: state, server: server, exchange: exchange).judge() : .unknown
        if isAdmitted, case .unknown = verdict { return nil }
        guard isAdmitted, let visit = visit(verdict, exchange, reply, runtime, server) else {
            exchange.end()
            return EndedShortcut()
        }
        guard let stream = OpenStream(state, visit) else {
            reply.tooManyStreams()
            exchange.end()
            return EndedShortcut()
        }
        let fields = reply.eventFields
        exchange.goOn { exchange in
            defer { stream.leave() }
            await AnswerRelay.hold(exchange, fields: fields, first: nil)
        }
        return EndedShortcut()
    }
}

/// An exchange that nobody has to be told of any more: it is over, or a task has it.
private final class EndedShortcut: HTTPShortcut {
    func clientGone() {}
}
