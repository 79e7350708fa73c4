import GatewayModel
import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire
import Telemetry
import UpstreamClients

/// A client of the stateless era, for what does not go the short way: one exchange, from the request to its one answer.
struct StatelessFace {
    let state: GatewayState
    let visit: Visit

    var runtime: GatewayRuntime { visit.runtime }
    var server: ServedServer { visit.server }
    var exchange: HTTPExchange { visit.exchange }
    var reply: HTTPReply { visit.reply }

    /// Answers a request that has passed the rules of its era.
    func answer(_ body: [UInt8], id: Range<Int>, method: MCPMethod, deadline: UInt64) async {
        guard let request = try? JSONParser.parse(body, limits: runtime.messageLimits),
            let params = request["params"]?.objectValue
        else {
            // The scan does not count values, so it takes messages that are too large as a tree.
            server.metrics.refusals.increment()
            reply.json(400, JSONRPCWriter.unreadable(id: body[id]))
            return
        }
        let client = context(params, deadline: deadline)
        let messages = ClientMessages(
            client: client, method: method, id: Array(body[id]),
            progressToken: params["_meta"]?[MetaKey.progressToken], serverInfo: state.serverInfo)
        let call = GatewayCall(
            method: method, methodName: request["method"]?.stringValue ?? "", params: params, client: client)
        if let challenge = AccessRules.challenge(method, visit.principal, server) { return visit.refuse(challenge) }
        switch method {
        case .discover: await discover(messages)
        case .subscriptionsListen: await ListenStream(face: self, messages: messages).run(params)
        case .toolsList, .promptsList, .resourcesList, .resourceTemplatesList: await list(call, messages)
        case .tasksGet, .tasksUpdate, .tasksCancel:
            if let failure = await refusal(ofTasksTo: client) { return send(messages.failure(failure)) }
            await run(call, messages)
        default: await run(call, messages)
        }
    }

    private func context(_ params: JSONObject, deadline: UInt64) -> ClientContext {
        let meta = params["_meta"]
        return ClientContext(
            revision: .v2026_07_28,
            capabilities: ClientCapabilities(neutral: meta?[MetaKey.clientCapabilities]?.objectValue ?? JSONObject()),
            clientInfo: meta?[MetaKey.clientInfo]?.objectValue, logLevel: meta?[MetaKey.logLevel]?.stringValue,
            principal: visit.principal, owner: state.owner(visit.principal), canBeAsked: true,
            relaysInputRequired: true, deadline: deadline)
    }

    // MARK: What the gateway answers by itself

    private func discover(_ messages: ClientMessages) async {
        let fresh = await server.freshOffer(on: exchange.loop)
        var result: JSONObject = [
            "resultType": "complete", "supportedVersions": RevisionCatalog.servedDates,
            "capabilities": .object(fresh.offer.capabilities),
        ]
        result["instructions"] = fresh.offer.instructions.map { .string($0) }
        result["ttlMs"] = .number(JSONNumber(fresh.isFresh ? fresh.offer.milliseconds : 0))
        result["cacheScope"] = "private"
        send(messages.result(result))
    }

    private func list(_ call: GatewayCall, _ messages: ClientMessages) async {
        guard let kind = ListKind(call.method) else { return }
        let lists = OfferLists(server: server, client: call.client, links: state.connectLinks)
        switch await lists.list(kind, cursor: call.params["cursor"], on: exchange.loop) {
        case .success(let result):
            send(ClientResponse(JSONRPCWriter.result(id: messages.id[...], result), .result))
        case .failure(let failure): send(messages.failure(failure))
        }
    }

    /// Why this client may say nothing about tasks, if it may not (MCP Tasks extension).
    func refusal(ofTasksTo client: ClientContext) async -> MCPFailure? {
        var hasTasks = server.offer.hasTasks
        if !hasTasks { hasTasks = await server.freshOffer(on: exchange.loop).offer.hasTasks }
        guard hasTasks else { return MCPFailure(.methodNotFound, "No upstream of this server has tasks.") }
        return client.capabilities.takesTasks ? nil : .tasksUndeclared
    }

    // MARK: Calls

    private func run(_ call: GatewayCall, _ messages: ClientMessages) async {
        let retry = StatelessRetry(state: state, runtime: runtime, server: server)
        switch retry.find(call) {
        case .none: await start(call, messages)
        case .again(let connecting):
            guard ConnectRetry.isAccepted(call.params["inputResponses"]) else {
                let sentence = "The upstream \"\(connecting.upstream)\" was not connected, so nothing was done."
                return send(messages.refusal(sentence))
            }
            var params = call.params
            params["inputResponses"] = nil
            params["requestState"] = nil
            let again = GatewayCall(
                method: call.method, methodName: call.methodName, params: params, client: call.client,
                connecting: connecting)
            await start(again, messages)
        case .refused(let failure): send(messages.failure(failure))
        case .parked(let running):
            switch running.answer(ClientAnswer.answers(in: call.params["inputResponses"], to: running.openQuestions)) {
            case .complete: await follow(running, call, messages)
            case .missing(let questions): await park(running, questions, call, messages)
            case .notAsked: send(messages.failure(StatelessRetry.unknownState))
            }
        }
    }

    private func start(_ call: GatewayCall, _ messages: ClientMessages) async {
        let execution = CallExecution(
            state: state, runtime: runtime, server: server, loop: exchange.loop, fields: exchange.head.fields)
        switch await execution.start(call) {
        case .refused(let failure): send(messages.failure(failure))
        case .mismatched(let refusal):
            server.metrics.refusals.increment()
            reply.json(
                refusal.status,
                JSONRPCWriter.error(
                    id: messages.id[...], code: refusal.code.rawValue, message: refusal.message, data: refusal.data)
            )
        case .toolRefused(let sentence): send(messages.toolRefusal(sentence))
        case .challenged(let challenge): challenged(challenge, messages)
        case .running(let running, let routed): await follow(running, call, messages.about(routed.tool))
        }
    }

    /// Who calls has to sign in first, or to allow more: by the status, or in a result for a client that shows a button for that.
    private func challenged(_ challenge: Challenge, _ messages: ClientMessages) {
        guard visit.takesToolChallenge, messages.method == .toolsCall else { return visit.refuse(challenge) }
        send(messages.toolChallenge(challenge, server.challenges.toolText(challenge, at: exchange.head)))
    }

    /// Reads what happens to the call: as JSON if its end is the first thing, else as an event stream.
    private func follow(_ running: RunningCall, _ call: GatewayCall, _ messages: ClientMessages) async {
        let reader = running.events.attach()
        var last = running.readTo
        while true {
            let step = await running.events.next(after: last, reader: reader, forget: true) { [exchange] in
                await exchange.pause(nanoseconds: CallTimes.silenceNanoseconds, isWorking: true)
            }
            switch step {
            case .idle:
                guard await write(comment: true, nil) else { return abandon(running) }
            case .cancelled, .over:
                return abandon(running)
            case .event(let number, .notification(let notification)):
                last = number
                if let message = messages.notification(notification) {
                    guard await write(comment: false, message) else { return abandon(running) }
                }
            case .takenOver:
                return await sendLast(messages.failure(StatelessRetry.unknownState))
            case .event(let number, .questions(let questions)):
                running.readTo = number
                last = number
                // It ended without waiting for answers; what became of it comes next.
                if running.events.isFinished { continue }
                return await park(running, questions, call, messages)
            case .event(_, .outcome(let outcome)):
                return await end(outcome, running.upstream, call, messages)
            }
        }
    }

    /// MCP 2026-07-28, cancellation: a client that closes the stream has cancelled the call.
    private func abandon(_ running: RunningCall) {
        running.cancel()
        server.metrics.cancellations.increment()
        exchange.abort()
    }

    private func end(
        _ outcome: CallOutcome, _ upstream: String, _ call: GatewayCall, _ messages: ClientMessages
    ) async {
        if case .ended(.failure(let failure)) = outcome, let asked = InputRequired(failure: failure) {
            // The upstream keeps nothing: when the pages are done, the call begins anew.
            let isAskable = asked.missing(from: call.client.capabilities).isEmpty
            await sendLast(isAskable ? messages.result(asked.result) : messages.unaskable(asked))
            return
        }
        if case .connectRequired(let question) = outcome, let asked = askedToConnect(question, call) {
            return await sendLast(messages.result(asked.result))
        }
        await sendLast(messages.response(outcome, upstream: upstream))
    }

    /// The page to open, with a state by which the retry goes on; nothing for a client that opens none, or was asked too often.
    private func askedToConnect(_ question: ConnectQuestion, _ call: GatewayCall) -> InputRequired? {
        let retry = StatelessRetry(state: state, runtime: runtime, server: server)
        guard let requestState = retry.again(call, connecting: question.upstream),
            let asked = question.asked(requestState: requestState),
            asked.missing(from: call.client.capabilities).isEmpty
        else { return nil }
        return asked
    }

    private func park(
        _ running: RunningCall, _ questions: [ClientQuestion], _ call: GatewayCall, _ messages: ClientMessages
    ) async {
        let retry = StatelessRetry(state: state, runtime: runtime, server: server)
        guard let requestState = retry.park(running, call) else {
            running.cancel()
            send(
                messages.failure(MCPFailure(.internalError, "The call cannot be kept while you are asked. Try again.")))
            return
        }
        let asked = InputRequired(questions: questions, requestState: requestState)
        await sendLast(messages.result(asked.result))
    }

    // MARK: Writing

    func send(_ response: ClientResponse) {
        server.metrics.answered(response)
        reply.json(response.status, response.bytes)
    }

    private func sendLast(_ response: ClientResponse) async {
        guard exchange.hasBegunAnswer else { return send(response) }
        server.metrics.answered(response)
        await AnswerRelay.endEvents(response.bytes, exchange)
    }

    /// One event or comment; false when the client is gone.
    private func write(comment: Bool, _ message: [UInt8]?) async -> Bool {
        var buffer: [UInt8] = []
        if let message {
            EventStreamWriter.appendEvent(name: "message", data: message.span, to: &buffer)
        } else if exchange.hasBegunAnswer {
            EventStreamWriter.appendComment(to: &buffer)
        } else {
            return true
        }
        do throws(HTTPServerError) {
            if !exchange.hasBegunAnswer { try exchange.beginStream(status: 200, fields: reply.eventFields) }
            try await exchange.write(buffer)
            return true
        } catch {
            return false
        }
    }
}
