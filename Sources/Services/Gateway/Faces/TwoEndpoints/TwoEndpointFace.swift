import GatewayModel
import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire
import UpstreamClients

/// A client over HTTP+SSE of 2024-11-05: a GET stream that hears everything, and an address beside it to post to.
struct TwoEndpointFace {
    let state: GatewayState
    let visit: Visit

    var runtime: GatewayRuntime { visit.runtime }
    var server: ServedServer { visit.server }
    var exchange: HTTPExchange { visit.exchange }
    var reply: HTTPReply { visit.reply }

    // MARK: GET

    /// The stream: first the address to post to, then every message, until the client leaves.
    func stream() async {
        guard let stream = OpenStream(state, visit) else { return reply.tooManyStreams() }
        defer { stream.leave() }
        let id = state.sealing.random(16).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0\(text)" : text
        }.joined()
        let limits = runtime.snapshot.limits
        let session = TwoEndpointSession(
            id: id, bytesMax: limits.eventBytesKept,
            unreadBytesMax: limits.eventBytesKept + 2 * limits.upstreamAnswerBytes,
            session: newSession(.v2024_11_05, ClientCapabilities(neutral: JSONObject()), name: nil))
        state.twoEndpoints.add(session)
        let subscription = ServerSubscription(
            .session(session.session, TaskIDs(state: state, server: server)), server: server, offer: server.offer,
            user: visit.principal.user, loop: exchange.loop,
            deliver: { [session] change in
                session.send(SessionNotification.message(change, for: session.session), mayDrop: true)
            })
        _ = session.session.replace(subscription)
        await pass(session)
        state.twoEndpoints.remove(session)
        subscription.end()
        session.session.end()
    }

    private func pass(_ session: TwoEndpointSession) async {
        let address = Array("\(exchange.head.path)?sessionId=\(session.id)".utf8)
        var opening: [UInt8] = []
        EventStreamWriter.appendEvent(name: "endpoint", data: address.span, to: &opening)
        await AnswerRelay.pass(session.queue, to: exchange, fields: reply.eventFields, opening: opening)
    }

    // MARK: POST

    /// One message; its answer goes onto the stream.
    func post(_ body: [UInt8], sessionID: String, deadline: UInt64) async {
        guard let open = state.twoEndpoints.session(sessionID), !open.queue.isFinished,
            open.session.claims.server == server.definition.slug, open.session.owner == state.owner(visit.principal)
        else {
            reply.text(404, "The session is unknown or over. Open the event stream again.")
            return
        }
        let envelope = MCPEnvelope.scan(body, limits: runtime.messageLimits)
        switch PostRules.check(envelope, body: body, fields: exchange.head.fields) {
        case .handshake(let message):
            reply.accepted()
            begin { await take(message.kind, body, envelope.method, open, deadline) }
        case .batch(let batch):
            reply.accepted()
            begin {
                for member in batch.members {
                    switch member.kind {
                    case .success(let kind):
                        await take(kind, member.body, member.envelope.method, open, deadline)
                    case .failure(let refusal): open.send(refusal.body(answering: member.envelope, in: member.body))
                    }
                }
            }
        case .refused(let refusal), .stateless(.refused(let refusal)):
            reply.json(refusal.status, refusal.body(answering: envelope, in: body))
        case .stateless:
            reply.json(
                400,
                JSONRPCWriter.error(
                    id: envelope.rawID(in: body), code: MCPErrorCode.invalidRequest.rawValue,
                    message:
                        "HTTP+SSE has only revisions with a handshake. Send initialize, or use the address of Streamable HTTP."
                ))
        }
    }

    /// What a message leads to outlives its exchange, which is over when the message is taken: the answer goes elsewhere.
    private func begin(_ work: @escaping @Sendable () async -> Void) {
        _ = exchange.loop.begin(work)
    }

    private func take(
        _ kind: HandshakeMessage.Kind, _ body: [UInt8], _ method: MCPMethod, _ open: TwoEndpointSession,
        _ deadline: UInt64
    ) async {
        if case .initialize(let offer) = kind { return await initialize(body, offer, open) }
        let session = open.session
        let requests = HandshakeRequests(
            state: state, runtime: runtime, server: server, loop: exchange.loop, principal: visit.principal,
            session: session, revision: session.revision, canBeAsked: true, deadline: deadline)
        switch kind {
        case .initialize: break
        case .notification: requests.take(notification: body, method: method)
        case .response: requests.take(response: body)
        case .request:
            switch await requests.answer(request: body, method: method) {
            case .accepted: break
            case .response(let response): open.send(response.bytes)
            case .challenged(let challenge, let messages):
                // The message was taken, so no status can say it any more.
                let text = server.challenges.toolText(challenge, at: exchange.head)
                open.send(messages.challenge(challenge, text).bytes)
            case .running(let running, let messages): pump(running, messages, session, open)
            }
        }
    }

    private func initialize(_ body: [UInt8], _ offer: HandshakeOffer, _ open: TwoEndpointSession) async {
        let request = (try? JSONParser.parse(body, limits: runtime.messageLimits)) ?? .null
        let params = request["params"]
        let capabilities = ClientCapabilities(params?["capabilities"]?.objectValue ?? JSONObject(), of: offer.answered)
        let session = newSession(offer.answered, capabilities, name: params?["clientInfo"]?["name"]?.stringValue)
        _ = session.replace(open.session.replace(nil))
        open.begin(session)
        let fresh = await server.freshOffer(on: exchange.loop)
        let result = ClientRendering(revision: offer.answered, capabilities: capabilities).initializeResult(
            fresh.offer.identity(state.serverInfo))
        let id = request["id"].map { JSONWriter.bytes(of: $0) } ?? []
        open.send(JSONRPCWriter.result(id: id[...], .object(result)))
    }

    /// Tells the client what happens to a call, beside all others, until it is over.
    private func pump(
        _ running: RunningCall, _ messages: ClientMessages, _ session: ClientSession, _ open: TwoEndpointSession
    ) {
        let call = CallMessages(running: running, messages: messages)
        // Ends with the call, which ends with the session at the latest.
        _ = running.loop.begin {
            let reader = running.events.attach()
            var last = 0
            while true {
                let step = await running.events.next(after: last, reader: reader, forget: true) {
                    await running.loop.wait(nanoseconds: CallTimes.silenceNanoseconds)
                }
                switch step {
                case .idle: continue
                case .cancelled, .takenOver, .over: return
                case .event(let number, let event):
                    last = number
                    for message in call.bytes(of: event) { open.send(message) }
                    if case .outcome = event { return session.forget(running) }
                }
            }
        }
    }

    private func newSession(_ revision: Revision, _ capabilities: ClientCapabilities, name: String?) -> ClientSession {
        let claims = SessionClaims(
            principal: state.owner(visit.principal), server: server.definition.slug, revision: revision,
            capabilities: .inline(capabilities),
            clientName: name, issuedAt: UInt64(state.seconds()), nonce: state.sealing.random(SessionClaims.nonceBytes))
        return ClientSession(
            claims: claims, owner: claims.principal, capabilities: capabilities, digest: [],
            kept: KeptSession(), bytesMax: runtime.snapshot.limits.eventBytesKept, finished: state.finishedCalls)
    }
}
