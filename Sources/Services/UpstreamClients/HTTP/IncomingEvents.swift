import HTTPMessages
import HTTPTransport

/// The messages of an event stream of an upstream, in order.
///
/// A class, because it is emptied piece by piece across suspensions; not Sendable, so it stays with the task that reads it.
final class IncomingEvents {
    /// `nil` when the whole stream came with its head.
    let stream: HTTPBodyStream?
    private let bytesMax: Int
    private var whole: [UInt8]
    private var parser = EventStreamParser()
    private var waiting: [ServerSentEvent] = []
    private var taken = 0
    private var bytesSeen = 0

    /// `bytesMax` bounds all events together, or each of them when there is no end to be expected.
    init(_ body: HTTPClientBody, bytesMax: Int) {
        self.bytesMax = bytesMax
        switch body {
        case .stream(let stream):
            self.stream = stream
            whole = []
        case .complete(let bytes):
            stream = nil
            whole = bytes
        }
    }

    /// The id to go on after; empty when the upstream gave none.
    var lastEventID: String { parser.lastEventID }

    /// How long the upstream wants us to wait before we connect again.
    var retryMilliseconds: Int? { parser.retryMilliseconds }

    /// The next message; nothing at the end of the stream. Other events than messages are passed over, and so are empty ones,
    /// which only carry an id.
    func next() async throws(UpstreamError) -> IncomingMessage? {
        while let event = try await nextEvent() {
            if event.name.isEmpty || event.name == "message", !event.data.isEmpty {
                return IncomingMessage(event.data)
            }
        }
        return nil
    }

    /// The next event, whatever it is.
    func nextEvent() async throws(UpstreamError) -> ServerSentEvent? {
        while true {
            if taken < waiting.count {
                defer { taken += 1 }
                return waiting[taken]
            }
            waiting.removeAll(keepingCapacity: true)
            taken = 0
            if !whole.isEmpty {
                var bytes: [UInt8] = []
                swap(&bytes, &whole)
                try parse(bytes)
                continue
            }
            guard let piece = try await stream?.nextPiece() else { return nil }
            try parse(piece)
        }
    }

    /// Gives the rest up; in the stateless era this cancels the request upstream.
    func cancel() {
        stream?.cancel()
    }

    private func parse(_ bytes: [UInt8]) throws(UpstreamError) {
        bytesSeen += bytes.count
        guard bytesSeen <= bytesMax else {
            cancel()
            throw .tooLong(limit: bytesMax)
        }
        do throws(HTTPRefusal) {
            try parser.feed(bytes.span) { waiting.append($0) }
        } catch {
            cancel()
            throw .garbage(error.reason)
        }
    }
}
