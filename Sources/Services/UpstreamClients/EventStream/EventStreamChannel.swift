import HTTPMessages
import HTTPTransport
import Reactor
import Synchronization

/// The two addresses of HTTP+SSE (2024-11-05) as one channel: messages are posted, and everything comes on one event stream.
///
/// A class because the tasks that read and write share it. The parser and what it has found are used by the task that reads
/// only; the locks are what the compiler knows.
final class EventStreamChannel: MessageChannel {
    /// How long the server may take to accept a message.
    private static let postNanoseconds: UInt64 = 30_000_000_000

    private let hop: HTTPHop
    private let loop: EventLoop
    private let stream: HTTPBodyStream
    private let messages: Mutex<[[UInt8]]>
    private let parser: Mutex<EventStreamParser>

    private init(_ hop: HTTPHop, on loop: EventLoop, _ stream: HTTPBodyStream, _ opening: Opening) {
        self.hop = hop
        self.loop = loop
        self.stream = stream
        messages = Mutex(opening.messages)
        parser = Mutex(opening.parser)
    }

    /// What came with and behind the first event.
    private struct Opening {
        var parser = EventStreamParser()
        var endpoint: [UInt8]?
        var messages: [[UInt8]] = []

        mutating func feed(_ bytes: [UInt8]) throws(UpstreamError) {
            var events: [ServerSentEvent] = []
            do throws(HTTPRefusal) {
                try parser.feed(bytes.span) { events.append($0) }
            } catch {
                throw .garbage(error.reason)
            }
            for event in events {
                if endpoint == nil {
                    guard event.name == "endpoint" else { throw .garbage("its event stream names no endpoint") }
                    endpoint = event.data
                } else if event.name.isEmpty || event.name == "message", !event.data.isEmpty {
                    messages.append(event.data)
                }
            }
        }
    }

    /// Opens the event stream, and waits for the event that says where to post.
    static func open(
        _ hop: HTTPHop, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> EventStreamChannel {
        var fields = HTTPFields()
        fields.append(.cacheControl, literal: "no-cache")
        let response = try await hop.send(.get, fields, deadline: deadline, on: loop)
        let status = response.head.status
        guard status == 200, response.kind == .events, case .stream(let stream) = response.body else {
            response.discard()
            switch status {
            case 401, 403: throw .unauthorized(status)
            case 300..<400: throw .redirect(status)
            case 200: throw .garbage("it sends no event stream")
            default: throw .status(status)  // Statuses are an open set; no other one carries events.
            }
        }
        do throws(UpstreamError) {
            var opening = Opening()
            while true {
                if let endpoint = opening.endpoint {
                    let target = try EndpointAddress.target(of: endpoint, from: hop.target, at: hop.origin.address)
                    // From now on the stream lives as long as the session.
                    stream.setDeadline(.max)
                    return EventStreamChannel(hop.addressing(target), on: loop, stream, opening)
                }
                guard let piece = try await stream.nextPiece() else { throw .cutOff }
                try opening.feed(piece)
            }
        } catch {
            stream.cancel()
            throw error
        }
    }

    /// Posts a message; the answer comes on the stream, so of this one only the status counts. It is over at once, and must get
    /// through when streams have taken all connections.
    func send(_ message: [UInt8]) async throws(UpstreamError) {
        let deadline = monotonicNanoseconds() &+ Self.postNanoseconds
        let response = try await hop.post(message, HTTPFields(), deadline: deadline, isUrgent: true, on: loop)
        response.discard()
        switch response.head.status {
        case 200..<300: return
        case 401, 403: throw .unauthorized(response.head.status)
        default:
            // A session that the server does not know has no stream any more either.
            if response.head.status == 404 { stream.cancel() }
            throw .status(response.head.status)
        }
    }

    func receive() async throws(UpstreamError) -> [UInt8]? {
        while true {
            let waiting = messages.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            if let waiting { return waiting }
            guard let piece = try await stream.nextPiece() else { return nil }
            try parse(piece)
        }
    }

    func close() async {
        stream.cancel()
    }

    private func parse(_ bytes: [UInt8]) throws(UpstreamError) {
        var found: [[UInt8]] = []
        do throws(HTTPRefusal) {
            try parser.withLock { parser throws(HTTPRefusal) in
                try parser.feed(bytes.span) { event in
                    if event.name.isEmpty || event.name == "message", !event.data.isEmpty { found.append(event.data) }
                }
            }
        } catch {
            throw .garbage(error.reason)
        }
        if !found.isEmpty { messages.withLock { $0 += found } }
    }
}
