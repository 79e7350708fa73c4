import HTTPTransport
import JSONCoding
import MCPWire
package import Reactor
import Synchronization

extension JSONRPCPeer {
    /// How long the server may take to confirm that it tells of a resource's changes.
    private static let subscribeNanoseconds: UInt64 = 30_000_000_000

    /// Tells `sink` what changes until the task is cancelled, the channel ends, or the server will tell no more; throws which.
    package func watch(
        _ interest: WatchInterest, sink: any WatchSink, on loop: EventLoop
    ) async throws(UpstreamError) {
        guard let description else { throw .cutOff }
        switch description.revision.era {
        case .stateless: try await listen(interest, sink: sink)
        case .handshake: try await hear(interest, sink: sink, on: loop)
        }
    }

    /// `subscriptions/listen`: a request whose notifications name it, until the server answers or cancels it.
    private func listen(_ interest: WatchInterest, sink: any WatchSink) async throws(UpstreamError) {
        let (id, call) = try open(.listen)
        defer { close(id, cancels: true) }
        let params = ListenRequest.params(interest, from: settings.ownInfo)
        outbox.put(
            Outgoing(message: OutgoingMessage.request(id: id, method: ListenRequest.method, params: params), call: id))
        while true {
            switch try await call.inbox.next() {
            case .response(.result): throw .cutOff
            case .response(.failure(let failure)): throw ListenRequest.refused(failure)
            case .question: continue
            case .notification("notifications/cancelled", _): throw .cutOff
            case .notification(let method, let params): ListenRequest.tell(sink, method, params)
            }
        }
    }

    /// A server of the handshake era tells of its lists unasked; single resources are subscribed to.
    private func hear(_ interest: WatchInterest, sink: any WatchSink, on loop: EventLoop) async throws(UpstreamError) {
        let watcher = PeerWatcher(sink: sink)
        let number = state.withLock { state -> Int? in
            guard !state.hasEnded else { return nil }
            state.lastID += 1
            state.watchers[state.lastID] = watcher
            for uri in interest.resourceURIs { state.subscriptions[uri, default: 0] += 1 }
            return state.lastID
        }
        guard let number else { throw .cutOff }
        defer {
            state.withLock { $0.watchers[number] = nil }
            for uri in interest.resourceURIs { unsubscribe(uri) }
        }
        // Also of those that somebody else watches: whether that one's request has arrived is not known here.
        for uri in interest.resourceURIs {
            _ = try await request(
                "resources/subscribe", ["uri": .string(uri)],
                deadline: monotonicNanoseconds() &+ Self.subscribeNanoseconds, on: loop)
        }
        sink.changed(.watching)
        try await watcher.end.next()
    }

    private func unsubscribe(_ uri: String) {
        let id = state.withLock { state -> Int? in
            let left = (state.subscriptions[uri] ?? 1) - 1
            state.subscriptions[uri] = left > 0 ? left : nil
            guard left <= 0, !state.hasEnded else { return nil }
            state.lastID += 1
            return state.lastID
        }
        guard let id else { return }
        let params: JSONObject = ["uri": .string(uri)]
        outbox.put(
            Outgoing(message: OutgoingMessage.request(id: id, method: "resources/unsubscribe", params: params)))
    }
}
