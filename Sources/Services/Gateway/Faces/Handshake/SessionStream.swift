import GatewayModel
import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire

/// The GET stream of a session: what changes at its server, for as long as the client listens.
struct SessionStream {
    let face: HandshakeFace
    let session: ClientSession

    func run() async {
        let exchange = face.exchange
        let offer = await face.server.knownOffer(on: exchange.loop)
        let subscription = ServerSubscription(
            .session(session, TaskIDs(state: face.state, server: face.server)), server: face.server, offer: offer,
            user: face.visit.principal.user, loop: exchange.loop,
            deliver: { [session] change in
                let message = SessionNotification.message(change, for: session)
                session.stream.append(message, weight: message.count, mayDrop: true)
            })
        session.replace(subscription)?.end()
        defer {
            session.drop(subscription)
            subscription.end()
        }
        var last = 0
        if let text = exchange.head.fields.first(.lastEventID), let place = EventID(text) {
            last = session.stream.place(Int(truncatingIfNeeded: place.sequence))
        }
        await AnswerRelay.pass(
            session.stream, after: last, to: exchange, fields: face.reply.eventFields,
            id: { EventID(node: "", stream: 0, sequence: UInt64($0)).description })
    }
}

/// How a session is told that something changed.
enum SessionNotification {
    static func message(_ change: ServerSubscription.Change, for session: ClientSession) -> [UInt8] {
        switch change {
        case .tools: JSONRPCWriter.notification(method: MCPNotification.toolsListChanged.name)
        case .prompts: JSONRPCWriter.notification(method: MCPNotification.promptsListChanged.name)
        case .resources: JSONRPCWriter.notification(method: MCPNotification.resourcesListChanged.name)
        case .resourceUpdated(let params):
            JSONRPCWriter.notification(method: MCPNotification.resourceUpdated.name, params: params)
        case .task(let params):
            JSONRPCWriter.notification(method: MCPNotification.taskStatus.name, params: TaskForm.core(neutral: params))
        }
    }
}
