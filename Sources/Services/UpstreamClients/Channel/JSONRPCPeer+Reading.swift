import JSONCoding
import MCPWire
import Synchronization

extension JSONRPCPeer {
    /// Gives a message of the server to whom it is for.
    func take(_ message: IncomingMessage, from bytes: [UInt8]) {
        switch message {
        case .response(let id, let response): takeResponse(id, response)
        case .notification(let method, let params): takeNotification(method, params)
        case .request(let request): takeRequest(request)
        case .garbage(let reason): takeGarbage(reason, bytes)
        }
    }

    /// What is no message may be meant as a response, and its call need not wait then.
    private func takeGarbage(_ reason: String, _ bytes: [UInt8]) {
        let ends = LineSplitter.endBytesMax
        guard let id = LongMessage.id(head: Array(bytes.prefix(ends)), tail: Array(bytes.suffix(ends))) else { return }
        fail(id, .garbage(reason))
    }

    private func takeResponse(_ id: JSONValue?, _ response: UpstreamResponse) {
        let call = state.withLock { state in
            if let id { return id.integer.flatMap { state.calls.removeValue(forKey: $0) } }
            // An error without an id is about what could not be read: the request that runs, if it is the only one.
            guard case .failure = response, let only = state.onlyCall else { return nil as PeerCall? }
            return state.calls.removeValue(forKey: only)
        }
        call?.inbox.put(.response(response))
    }

    private func takeRequest(_ request: ServerRequest) {
        guard outbox.count < settings.answersMax else { return }
        let (owner, revision) = state.withLock { state in
            let owners = state.calls.values.filter { $0.kind == .interactive }
            return (owners.count == 1 ? owners.first : nil, state.description?.revision)
        }
        if let owner, request.kind != nil {
            owner.inbox.put(.question(request))
        } else {
            let answer = ServerRequestAnswer.unowned(request, for: revision ?? Handshake.offered)
            outbox.put(Outgoing(message: answer))
        }
    }

    private func takeNotification(_ method: String, _ params: JSONObject) {
        if let call = owner(of: method, params) {
            if call.inbox.count < settings.notificationsMax {
                call.inbox.put(.notification(method: method, params: params))
            }
            return
        }
        guard let change = UpstreamChange(method: method, params: params) else { return }
        for watcher in state.withLock({ $0.watchers.map(\.value) }) { watcher.sink.changed(change) }
    }

    /// The call that a notification is about: by its progress token, by the subscription that it names, as the end of a listen,
    /// and for a log message, which names nothing, if only one call runs.
    private func owner(of method: String, _ params: JSONObject) -> PeerCall? {
        let named: JSONValue?
        switch method {
        case "notifications/progress": named = params["progressToken"]
        case "notifications/cancelled": named = params["requestId"]
        default: named = params["_meta"]?[MetaKey.subscriptionID]  // Methods are an open set.
        }
        return state.withLock { state in
            if let named { return named.integer.flatMap { state.calls[$0] } }
            guard method == "notifications/message", let only = state.onlyCall else { return nil }
            return state.calls[only]
        }
    }
}

extension JSONRPCPeer.State {
    /// The call that runs, if only one does.
    fileprivate var onlyCall: Int? {
        let running = calls.filter { $0.value.kind != .listen }
        return running.count == 1 ? running.first?.key : nil
    }
}
