import GatewayModel
import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire

/// `subscriptions/listen`: a stream that says what changes, until the client closes it or the server stops.
///
/// The acknowledgement comes first and names what will be told; nothing else is ever told on it (MCP 2026-07-28, subscriptions).
struct ListenStream {
    let face: StatelessFace
    let messages: ClientMessages

    func run(_ params: JSONObject) async {
        let state = face.state
        guard params["notifications"]?.objectValue != nil else {
            return face.send(
                messages.failure(
                    MCPFailure(.invalidParams, "subscriptions/listen needs the object \"notifications\" in its params.")
                ))
        }
        if params["notifications"]?["taskIds"] != nil, let failure = await face.refusal(ofTasksTo: messages.client) {
            return face.send(messages.failure(failure))
        }
        guard let stream = OpenStream(state, face.visit) else {
            face.reply.json(
                200,
                messages.failure(
                    MCPFailure(.internalError, "Too many streams are open on this server. Try again later.")
                ).bytes)
            return
        }
        defer { stream.leave() }
        let offer = await face.server.knownOffer(on: face.exchange.loop)
        let wanted = params["notifications"]?.objectValue ?? JSONObject()
        let interest = interest(wanted, offer)
        let queue = EventQueue<[UInt8]>(bytesMax: face.runtime.snapshot.limits.eventBytesKept)
        queue.append(acknowledgement(interest, offer), weight: 0, mayDrop: false)
        let subscription = ServerSubscription(
            interest, server: face.server, offer: offer, user: face.visit.principal.user,
            loop: face.exchange.loop,
            deliver: { [self] change in
                let message = message(change)
                queue.append(message, weight: message.count, mayDrop: true)
            })
        defer { subscription.end() }
        await subscription.ready()
        await AnswerRelay.pass(queue, to: face.exchange, fields: face.reply.eventFields, last: farewell)
    }

    private func interest(_ wanted: JSONObject, _ offer: ServerOffer) -> ServerSubscription.Interest {
        var interest = ServerSubscription.Interest()
        interest.tools = wanted["toolsListChanged"] == true
        interest.prompts = wanted["promptsListChanged"] == true && offer.capabilities["prompts"] != nil
        interest.resources = wanted["resourcesListChanged"] == true && offer.capabilities["resources"] != nil
        if offer.capabilities["resources"]?["subscribe"] == true,
            AccessRules.mayWatchResources(face.visit.principal, face.server)
        {
            let uris = wanted["resourceSubscriptions"]?.arrayValue?.compactMap(\.stringValue) ?? []
            interest.uris = Set(uris.filter { offer.resources.route($0) != nil })
        }
        interest.tasks = tasks(wanted["taskIds"]?.arrayValue?.compactMap(\.stringValue) ?? [])
        return interest
    }

    /// Only an upstream that has the extension tells of a task with all that a client of this revision must hear.
    private func tasks(_ ids: [String]) -> WatchedTasks {
        let opener = TaskIDs(state: face.state, server: face.server)
        var tasks = WatchedTasks()
        for id in ids {
            guard let task = opener.open(id, owner: messages.client.owner), task.claims.form == .tasksExtension
            else { continue }
            guard tasks.add(task) else { break }
        }
        return tasks
    }

    private func acknowledgement(_ interest: ServerSubscription.Interest, _ offer: ServerOffer) -> [UInt8] {
        var honoured = JSONObject()
        if interest.tools { honoured["toolsListChanged"] = true }
        if interest.prompts { honoured["promptsListChanged"] = true }
        if interest.resources { honoured["resourcesListChanged"] = true }
        if !interest.uris.isEmpty {
            honoured["resourceSubscriptions"] = .array(interest.uris.sorted().map { .string($0) })
        }
        if !interest.tasks.isEmpty { honoured["taskIds"] = .array(interest.tasks.ids.map { .string($0) }) }
        return notification(.subscriptionsAcknowledged, ["notifications": .object(honoured)])
    }

    private func message(_ change: ServerSubscription.Change) -> [UInt8] {
        switch change {
        case .tools: notification(.toolsListChanged, JSONObject())
        case .prompts: notification(.promptsListChanged, JSONObject())
        case .resources: notification(.resourcesListChanged, JSONObject())
        case .resourceUpdated(let params): notification(.resourceUpdated, params)
        case .task(let params): notification(.tasks, params)
        }
    }

    private func notification(_ kind: MCPNotification, _ params: JSONObject) -> [UInt8] {
        var params = params
        params["_meta"] = subscriptionMeta(params["_meta"]?.objectValue)
        return JSONRPCWriter.notification(method: kind.name, params: params)
    }

    private func subscriptionMeta(_ meta: JSONObject?) -> JSONValue {
        var meta = meta ?? JSONObject()
        meta[MetaKey.subscriptionID] = (try? JSONParser.parse(messages.id)) ?? .null
        return .object(meta)
    }

    /// The server stops: the client is told that this was the end, and may come back.
    private var farewell: [UInt8] {
        let result: JSONObject = ["resultType": "complete", "_meta": subscriptionMeta(nil)]
        let response = JSONRPCWriter.result(id: messages.id[...], .object(result))
        var event: [UInt8] = []
        EventStreamWriter.appendEvent(name: "message", data: response.span, to: &event)
        return event
    }
}
