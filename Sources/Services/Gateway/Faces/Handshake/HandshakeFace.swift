import GatewayModel
import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire
import Telemetry
import UpstreamClients

/// A client of the handshake era over Streamable HTTP: POST, GET and DELETE of 2025-03-26 to 2025-11-25, with a session or
/// without.
struct HandshakeFace {
    let state: GatewayState
    let visit: Visit

    var runtime: GatewayRuntime { visit.runtime }
    var server: ServedServer { visit.server }
    var exchange: HTTPExchange { visit.exchange }
    var reply: HTTPReply { visit.reply }

    private var opening: SessionOpening { SessionOpening(state: state, runtime: runtime, server: server) }

    // MARK: POST

    /// One message.
    func answer(
        _ message: HandshakeMessage, _ body: [UInt8], method: MCPMethod, deadline: UInt64
    ) async {
        if case .initialize(let offer) = message.kind { return await initialize(body, offer) }
        guard let session = session() else { return }
        let requests = requests(session.found, message.renderedRevision(session: session.found?.revision), deadline)
        switch message.kind {
        case .initialize: break
        case .notification:
            requests.take(notification: body, method: method)
            reply.accepted()
        case .response:
            requests.take(response: body)
            reply.accepted()
        case .request:
            switch await requests.answer(request: body, method: method) {
            case .accepted: reply.accepted()
            case .response(let response): send(response)
            case .challenged(let challenge, let messages):
                guard visit.takesToolChallenge, method == .toolsCall else { return visit.refuse(challenge) }
                send(messages.toolChallenge(challenge, server.challenges.toolText(challenge, at: exchange.head)))
            case .running(let running, let messages):
                await CallStream(face: self, session: session.found, running: running, messages: messages).follow()
            }
        }
    }

    /// Several messages, which 2025-03-26 has: all are begun, and the responses come together.
    func answer(_ batch: MessageBatch, deadline: UInt64) async {
        guard let session = session() else { return }
        if let revision = session.found?.revision, !revision.hasBatches {
            reply.json(
                400,
                JSONRPCWriter.error(
                    id: nil, code: MCPErrorCode.invalidRequest.rawValue,
                    message: "Arrays of messages are of MCP 2025-03-26 alone; send one message per POST."))
            return
        }
        let requests = HandshakeRequests(
            state: state, runtime: runtime, server: server, loop: exchange.loop, principal: visit.principal,
            session: session.found, revision: .v2025_03_26, canBeAsked: false, deadline: deadline)
        var responses: [[UInt8]] = []
        var running: [(RunningCall, ClientMessages)] = []
        for member in batch.members {
            switch member.kind {
            case .failure(let refusal): responses.append(refusal.body(answering: member.envelope, in: member.body))
            case .success(.notification): requests.take(notification: member.body, method: member.envelope.method)
            case .success(.response): requests.take(response: member.body)
            case .success(.initialize): break  // The rules have refused it.
            case .success(.request):
                switch await requests.answer(request: member.body, method: member.envelope.method) {
                case .accepted: break
                case .response(let response): responses.append(response.bytes)
                case .challenged(let challenge, let messages):
                    // The others are answered, so there is no status that would be true of all.
                    let text = server.challenges.toolText(challenge, at: exchange.head)
                    responses.append(messages.challenge(challenge, text).bytes)
                case .running(let call, let messages): running.append((call, messages))
                }
            }
        }
        for (call, messages) in running {
            if let response = await CallStream(face: self, session: session.found, running: call, messages: messages)
                .response()
            {
                responses.append(response.bytes)
            }
        }
        // All were notifications, or all requests were cancelled, which have no response.
        guard !responses.isEmpty else { return reply.accepted() }
        reply.json(200, [UInt8(ascii: "[")] + responses.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")])
    }

    private func requests(
        _ session: ClientSession?, _ revision: Revision, _ deadline: UInt64
    ) -> HandshakeRequests {
        HandshakeRequests(
            state: state, runtime: runtime, server: server, loop: exchange.loop, principal: visit.principal,
            session: session, revision: revision, canBeAsked: session != nil && takesEvents, deadline: deadline)
    }

    /// Whether the client can be answered by an event stream; one that says nothing can.
    var takesEvents: Bool {
        let fields = exchange.head.fields
        return !fields.contains(.accept) || fields.listContains(.accept, "text/event-stream")
            || fields.listContains(.accept, "*/*") || fields.listContains(.accept, "text/*")
    }

    var takesJSON: Bool {
        let fields = exchange.head.fields
        return !fields.contains(.accept) || fields.listContains(.accept, "application/json")
            || fields.listContains(.accept, "*/*") || fields.listContains(.accept, "application/*")
    }

    // MARK: Sessions

    /// The session that the request names, if it names one; nothing if it was answered, because there is none of that name.
    private func session() -> (found: ClientSession?, Void)? {
        switch exchange.head.fields.withSingle(.mcpSessionID, { opening.find($0, visit.principal, now: exchange.now) })
        {
        case .absent: return (nil, ())
        case .once(let session?): return (session, ())
        case .once(nil), .repeated:
            reply.json(
                404,
                JSONRPCWriter.error(
                    id: nil, code: MCPErrorCode.invalidRequest.rawValue,
                    message:
                        "The session is unknown or over. Send initialize without Mcp-Session-Id to begin a new one."))
            return nil
        }
    }

    private func initialize(_ body: [UInt8], _ offer: HandshakeOffer) async {
        let request = (try? JSONParser.parse(body, limits: runtime.messageLimits)) ?? .null
        let params = request["params"]
        let revision = offer.answered
        let capabilities = ClientCapabilities(params?["capabilities"]?.objectValue ?? JSONObject(), of: revision)
        let fresh = await server.freshOffer(on: exchange.loop)
        let rendering = ClientRendering(revision: revision, capabilities: capabilities)
        let result = rendering.initializeResult(fresh.offer.identity(state.serverInfo))
        let made = opening.make(
            revision, capabilities: capabilities, clientName: params?["clientInfo"]?["name"]?.stringValue,
            visit.principal)
        var fields = reply.jsonFields
        if let made { _ = fields.append(.mcpSessionID, made) }
        server.metrics.results.increment()
        let id = request["id"].map { JSONWriter.bytes(of: $0) } ?? []
        exchange.respond(status: 200, fields: fields, body: JSONRPCWriter.result(id: id[...], .object(result)))
    }

    /// Ends the session, everywhere and for good.
    func delete() async {
        guard let session = session() else { return }
        guard let found = session.found else {
            reply.json(
                400,
                JSONRPCWriter.error(
                    id: nil, code: MCPErrorCode.invalidRequest.rawValue,
                    message: "DELETE ends a session; name it in the header Mcp-Session-Id."))
            return
        }
        await state.sessions.end(found)
        reply.ended()
    }

    // MARK: GET

    /// The stream of a session: what happens outside calls, or the rest of a call's stream that broke. False when the request
    /// names no session, and the quiet stream is the answer.
    func get() async -> Bool {
        guard exchange.head.fields.contains(.mcpSessionID) else { return false }
        guard let session = session()?.found else { return true }
        guard let stream = OpenStream(state, visit) else {
            reply.tooManyStreams()
            return true
        }
        defer { stream.leave() }
        if let text = exchange.head.fields.first(.lastEventID), let place = EventID(text), place.stream != 0 {
            await resume(session, place)
        } else {
            await SessionStream(face: self, session: session).run()
        }
        return true
    }

    private func resume(_ session: ClientSession, _ place: EventID) async {
        guard let running = session.call(place.stream), let messages = session.messages(place.stream) else {
            // What it would bring is gone. A stream that ended at once would be asked for again and again.
            await AnswerRelay.hold(exchange, fields: reply.eventFields, first: nil)
            return
        }
        await CallStream(face: self, session: session, running: running, messages: messages).resume(after: place)
    }

    // MARK: Writing

    /// False when the client was gone.
    @discardableResult
    func send(_ response: ClientResponse) -> Bool {
        server.metrics.answered(response)
        if takesJSON || !takesEvents { return reply.json(response.status, response.bytes) }
        var buffer: [UInt8] = []
        EventStreamWriter.appendEvent(name: "message", data: response.bytes.span, to: &buffer)
        return exchange.respond(status: 200, fields: reply.eventFields, body: buffer)
    }
}
