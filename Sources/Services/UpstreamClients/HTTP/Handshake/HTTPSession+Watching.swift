import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire
import Reactor

extension HTTPSession {
    /// Reads the GET stream, on which the upstream says what belongs to no request, until it ends; throws why.
    func hear(_ interest: WatchInterest, sink: any WatchSink, on loop: EventLoop) async throws(UpstreamError) {
        defer { unsubscribe(interest, on: loop) }
        // Before the stream: there are servers that send its head with the first event only.
        try await subscribe(interest, on: loop)
        var place = ""
        while true {
            let events = try await openStream(after: place, on: loop)
            defer { events.cancel() }
            if place.isEmpty { sink.changed(.watching) }
            let hasEnded = try await read(events, sink, on: loop)
            guard hasEnded, !events.lastEventID.isEmpty else { throw .cutOff }
            // Between the two streams nothing is lost, because the upstream keeps what it says for who asks with an id.
            place = events.lastEventID
            do throws(ReactorError) {
                try await loop.sleep(nanoseconds: UInt64(events.retryMilliseconds ?? 1_000) &* 1_000_000)
            } catch {
                throw .transport(.cancelled)
            }
        }
    }

    func openStream(after place: String, on loop: EventLoop) async throws(UpstreamError) -> IncomingEvents {
        var fields = fields
        if !place.isEmpty { _ = fields.append(.lastEventID, place) }
        let response = try await hop.send(.get, fields, deadline: .max, on: loop)
        if response.head.status == 200, response.kind == .events {
            return IncomingEvents(response.body, bytesMax: .max)
        }
        response.discard()
        switch response.head.status {
        case 404 where hasID:
            lose()
            throw .status(404)
        case 401, 403: throw .unauthorized(response.head.status)
        // MCP, listening for messages: 405 says that there is no such stream; others mean it and say it less well.
        case 400, 404, 405, 406, 501: throw .unwatchable
        default: throw .status(response.head.status)  // Statuses are an open set.
        }
    }

    /// True when the stream ended or broke off, and may be gone on with.
    private func read(
        _ events: IncomingEvents, _ sink: any WatchSink, on loop: EventLoop
    ) async throws(UpstreamError) -> Bool {
        do throws(UpstreamError) {
            while let message = try await events.next() {
                switch message {
                case .notification(let method, let params):
                    if let change = UpstreamChange(method: method, params: params) { sink.changed(change) }
                case .request(let request): try await refuse(request, on: loop)
                case .response, .garbage: continue
                }
            }
            return true
        } catch {
            guard case .transport(.closed) = error else { throw error }
            return true
        }
    }

    /// What is asked here belongs to no call (rulings 4.4).
    func refuse(_ request: ServerRequest, on loop: EventLoop) async throws(UpstreamError) {
        let answer = ServerRequestAnswer.unowned(request, for: description.revision)
        try await post(answer, deadline: monotonicNanoseconds() &+ Self.farewellNanoseconds, on: loop)
    }

    private func subscribe(_ interest: WatchInterest, on loop: EventLoop) async throws(UpstreamError) {
        for uri in interest.resourceURIs { count(uri, 1) }
        for uri in interest.resourceURIs.sorted() {
            let id = nextID()
            let message = OutgoingMessage.request(
                id: id, method: MCPMethod.resourcesSubscribe.name.description, params: ["uri": .string(uri)])
            let exchange = HTTPRoundTrip(
                hop: hop, deadline: monotonicNanoseconds() &+ settings.beginTime.inNanoseconds, loop: loop)
            _ = try await exchange.response(to: message, id: id, fields)
        }
    }

    /// Of what nobody else watches; as a task of its own, because the one that watched is cancelled.
    private func unsubscribe(_ interest: WatchInterest, on loop: EventLoop) {
        let unwatched = interest.resourceURIs.filter { count($0, -1) == 0 }
        guard !unwatched.isEmpty, isUsable else { return }
        _ = loop.runTask { [self] in
            for uri in unwatched.sorted() {
                let message = OutgoingMessage.request(
                    id: nextID(), method: MCPMethod.resourcesUnsubscribe.name.description,
                    params: ["uri": .string(uri)])
                do throws(UpstreamError) {
                    try await post(message, deadline: monotonicNanoseconds() &+ Self.farewellNanoseconds, on: loop)
                } catch {
                    return
                }
            }
        }
    }
}
