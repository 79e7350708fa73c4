import GatewayModel
import JSONCoding
import MCPWire
import UpstreamClients

/// What becomes of one message of a handshake client, whichever transport brought it.
struct HandshakeRequests {
    let state: GatewayState
    let runtime: GatewayRuntime
    let server: ServedServer
    let loop: CallLoop
    let principal: Principal
    /// Absent for a client that calls without one.
    let session: ClientSession?
    /// The form in which the client is answered.
    let revision: Revision
    /// Whether the client has a way to hear questions during a call, and to answer them.
    let canBeAsked: Bool
    let deadline: UInt64

    /// What a message is answered with.
    enum Answer {
        /// Nothing but that it was taken.
        case accepted
        case response(ClientResponse)
        /// Who calls has to sign in first, or to allow more; nothing was done.
        case challenged(Challenge, ClientMessages)
        /// A call that runs; its events are for the client.
        case running(RunningCall, ClientMessages)
    }

    /// Deals with a request.
    func answer(request body: [UInt8], method: MCPMethod) async -> Answer {
        guard let request = try? JSONParser.parse(body, limits: runtime.messageLimits), let id = request["id"] else {
            let envelope = MCPEnvelope.scan(body, limits: runtime.messageLimits)
            return .response(
                ClientResponse(
                    JSONRPCWriter.unreadable(id: envelope.rawID(in: body)),
                    .error(code: MCPErrorCode.invalidRequest.rawValue), status: 400))
        }
        let params = request["params"]?.objectValue ?? JSONObject()
        let client = ClientContext(
            revision: revision, capabilities: session?.capabilities ?? Self.unknownClient, clientInfo: nil,
            logLevel: session?.kept.logLevel, principal: principal, owner: state.owner(principal),
            canBeAsked: canBeAsked, relaysInputRequired: false,
            deadline: method == .tasksResult ? loop.clock &+ TaskTimes.resultNanoseconds : deadline)
        var messages = ClientMessages(
            client: client, method: method, id: JSONWriter.bytes(of: id),
            progressToken: params["_meta"]?[MetaKey.progressToken], serverInfo: nil)
        if method == .tasksResult { messages.taskID = params["taskId"]?.stringValue }
        if let challenge = AccessRules.challenge(method, principal, server) { return .challenged(challenge, messages) }
        switch method {
        case .ping: return .response(messages.result(JSONObject()))
        case .setLevel: return .response(await setLevel(params, messages))
        case .resourcesSubscribe: return .response(await subscribe(params, messages, isWanted: true))
        case .resourcesUnsubscribe: return .response(await subscribe(params, messages, isWanted: false))
        case .toolsList, .promptsList, .resourcesList, .resourceTemplatesList:
            return .response(await list(method, params, messages))
        case .toolsCall, .promptsGet, .resourcesRead, .complete, .other:
            return await call(request, method, params, messages)
        case .tasksGet where servesTasks, .tasksResult where servesTasks, .tasksCancel where servesTasks:
            return await call(request, method, params, messages)
        case .tasksList where servesTasks: return .response(await taskList(params, messages))
        default:
            return .response(
                messages.failure(
                    MCPFailure(.methodNotFound, "There is no method \(method.name) in MCP \(revision.date).")))
        }
    }

    /// Deals with a notification.
    func take(notification body: [UInt8], method: MCPMethod) {
        guard method == .cancelled, let message = try? JSONParser.parse(body, limits: runtime.messageLimits),
            let id = message["params"]?["requestId"]
        else { return }
        session?.call(clientID: JSONWriter.bytes(of: id))?.cancel()
    }

    /// Deals with a response to a question of ours.
    func take(response body: [UInt8]) {
        guard let session, let response = try? JSONParser.parse(body, limits: runtime.messageLimits),
            let id = response["id"]?.stringValue, let place = QuestionID(id),
            let call = session.call(place.call),
            let question = call.openQuestions.first(where: { $0.key == place.key }),
            let answer = ClientAnswer(response: response, to: question, from: revision)
        else { return }
        _ = call.answer([question.key: answer])
    }

    /// Rulings 2.9: a client without session is ChatGPT or the like; it shows MCP Apps, and nothing may be asked of it.
    private static let unknownClient = ClientCapabilities(
        neutral: [
            "extensions": [
                RelayedFeatures.appsExtension: ["mimeTypes": ["text/html;profile=mcp-app"]]
            ]
        ])

    // MARK: What the gateway answers by itself

    private func list(_ method: MCPMethod, _ params: JSONObject, _ messages: ClientMessages) async -> ClientResponse {
        guard let kind = ListKind(method) else { return messages.failure(MCPFailure(.methodNotFound, "")) }
        let lists = OfferLists(server: server, client: messages.client, links: state.connectLinks)
        switch await lists.list(kind, cursor: params["cursor"], on: loop) {
        case .success(let result): return ClientResponse(JSONRPCWriter.result(id: messages.id[...], result), .result)
        case .failure(let failure): return messages.failure(failure)
        }
    }

    /// MCP 2025-11-25 alone has these tasks.
    private var servesTasks: Bool { revision.hasCoreTasks && server.offer.hasTasks }

    private func taskList(_ params: JSONObject, _ messages: ClientMessages) async -> ClientResponse {
        guard let session else { return messages.result(["tasks": []]) }
        let execution = CallExecution(state: state, runtime: runtime, server: server, loop: loop, session: session)
        let ids = TaskIDs(state: state, server: server)
        let list = TaskList(session: session) { id in
            ids.open(id, owner: messages.client.owner).map {
                execution.request(about: $0, .tasksGet, JSONObject(), messages.client)
            }
        }
        guard let page = await list.page(cursor: params["cursor"]) else {
            return messages.failure(MCPFailure(.invalidParams, "There is no such cursor; ask without one."))
        }
        return messages.result(page)
    }

    private static let levels: Set<String> = [
        "debug", "info", "notice", "warning", "error", "critical", "alert", "emergency",
    ]

    private func setLevel(_ params: JSONObject, _ messages: ClientMessages) async -> ClientResponse {
        guard let level = params["level"]?.stringValue, Self.levels.contains(level) else {
            return messages.failure(
                MCPFailure(
                    .invalidParams,
                    "\"level\" is one of debug, info, notice, warning, error, critical, alert and emergency."))
        }
        if let session {
            await state.sessions.keeping.keep(session.change { $0.logLevel = level }, session.digest)
        }
        return messages.result(JSONObject())
    }

    private func subscribe(
        _ params: JSONObject, _ messages: ClientMessages, isWanted: Bool
    ) async -> ClientResponse {
        guard let uri = params["uri"]?.stringValue else {
            return messages.failure(MCPFailure(.invalidParams, "The request needs \"uri\" in its params."))
        }
        let offer = await server.knownOffer(on: loop)
        guard let session, offer.capabilities["resources"]?["subscribe"] == true else {
            return messages.failure(
                MCPFailure(.methodNotFound, "Resources of this server cannot be watched, or only within a session."))
        }
        guard offer.resources.route(uri) != nil else {
            return messages.failure(MCPFailure(.resourceNotFound, "Resource not found: \(uri.prefix(200))."))
        }
        let limit = runtime.snapshot.limits.sessionSubscriptions
        var isTooMuch = false
        let kept = session.change { kept in
            kept.subscriptions.removeAll { $0 == uri }
            guard isWanted else { return }
            isTooMuch = kept.subscriptions.count >= limit || uri.utf8.count > Self.subscribedBytesMax
            if !isTooMuch { kept.subscriptions.append(uri) }
        }
        if isTooMuch {
            return messages.failure(
                MCPFailure(
                    .invalidParams,
                    "A session watches at most \(limit) resources, with URIs of at most \(Self.subscribedBytesMax) bytes."
                ))
        }
        await state.sessions.keeping.keep(kept, session.digest)
        session.subscription?.change(to: .session(session, TaskIDs(state: state, server: server)), offer: offer)
        await session.subscription?.ready()
        return messages.result(JSONObject())
    }

    /// The longest URI that a session remembers.
    static let subscribedBytesMax = 4_096

    // MARK: Calls

    private func call(
        _ request: JSONValue, _ method: MCPMethod, _ params: JSONObject, _ messages: ClientMessages
    ) async -> Answer {
        let call = GatewayCall(
            method: method, methodName: request["method"]?.stringValue ?? "", params: params, client: messages.client)
        let execution = CallExecution(state: state, runtime: runtime, server: server, loop: loop, session: session)
        switch await execution.start(call, began: { session?.add($0, messages.about($1.tool)) }) {
        case .refused(let failure): return .response(messages.failure(failure))
        case .mismatched(let refusal): return .response(messages.failure(MCPFailure(refusal.code, refusal.message)))
        case .toolRefused(let sentence): return .response(messages.toolRefusal(sentence))
        case .challenged(let challenge): return .challenged(challenge, messages)
        case .running(let running, let routed): return .running(running, messages.about(routed.tool))
        }
    }
}

/// The id of a question of ours to a handshake client: which call asks, and under which key.
struct QuestionID: CustomStringConvertible {
    let call: UInt64
    let key: String

    init(call: UInt64, key: String) {
        self.call = call
        self.key = key
    }

    init?(_ text: String) {
        guard text.hasPrefix("q"), let dot = text.firstIndex(of: "."),
            let call = UInt64(text[text.index(after: text.startIndex)..<dot])
        else { return nil }
        self.call = call
        key = String(text[text.index(after: dot)...])
    }

    var description: String { "q\(call).\(key)" }
}

extension ServerSubscription.Interest {
    /// What a session hears on its own stream: every list, and the resources that it asked for.
    static func session(_ session: ClientSession, _ ids: TaskIDs) -> Self {
        var interest = Self(tools: true, prompts: true, resources: true, uris: Set(session.kept.subscriptions))
        guard session.revision.hasCoreTasks else { return interest }
        for entry in session.tasks.entries where entry.held == nil {
            if let task = ids.open(entry.id, owner: session.owner), !interest.tasks.add(task) { break }
        }
        return interest
    }
}
