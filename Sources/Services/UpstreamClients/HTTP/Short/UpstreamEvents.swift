import HTTPMessages
import HTTPTransport
import MCPWire

/// What asking an event stream once brought.
package enum UpstreamEvent {
    /// A notification about the call, as bytes.
    case notification([UInt8])
    /// The response, as bytes; nothing follows.
    case response([UInt8], UpstreamVerdict)
    /// Nothing came for a while, and the stream goes on.
    case idle
}

/// The messages of an answer that is an event stream, in order: any number of notifications, then the response.
///
/// A class, because it is emptied piece by piece across suspensions; not Sendable, so it stays with the call's task.
package final class UpstreamEvents {
    /// `nil` when the whole stream came with its head.
    private let stream: HTTPBodyStream?
    private let call: UpstreamCall
    private let bytesMax: Int
    private var parser = EventStreamParser()
    private var waiting: [[UInt8]] = []
    private var taken = 0
    private var bytesSeen = 0

    init(_ body: HTTPClientBody, call: UpstreamCall, bytesMax: Int) throws(UpstreamError) {
        self.call = call
        self.bytesMax = bytesMax
        switch body {
        case .stream(let stream):
            self.stream = stream
        case .complete(let bytes):
            stream = nil
            try parse(bytes)
        }
    }

    /// The next message; `idle` when nothing came for so many nanoseconds.
    package func next(idleAfter pause: UInt64) async throws(UpstreamError) -> UpstreamEvent {
        while true {
            while taken < waiting.count {
                let message = waiting[taken]
                taken += 1
                if let event = try judge(message) { return event }
            }
            waiting.removeAll(keepingCapacity: true)
            taken = 0
            guard let stream else { throw .cutOff }
            let piece: HTTPBodyPiece
            do throws(HTTPClientError) {
                piece = try await stream.next(idleAfter: pause)
            } catch {
                throw .transport(error)
            }
            switch piece {
            case .idle: return .idle
            case .end: throw .cutOff
            case .bytes(let bytes): try parse(bytes)
            }
        }
    }

    /// Gives the rest up, which cancels the call upstream.
    package func cancel() {
        stream?.cancel()
    }

    private func parse(_ bytes: [UInt8]) throws(UpstreamError) {
        bytesSeen += bytes.count
        if call.method != .subscriptionsListen && bytesSeen > bytesMax {
            stream?.cancel()
            throw .tooLong(limit: bytesMax)
        }
        do throws(HTTPRefusal) {
            try parser.feed(bytes.span) { event in
                // Other event types are none of MCP's; an empty event only carries an id.
                if event.name.isEmpty || event.name == "message", !event.data.isEmpty { waiting.append(event.data) }
            }
        } catch {
            stream?.cancel()
            throw .garbage(error.reason)
        }
    }

    private func judge(_ message: [UInt8]) throws(UpstreamError) -> UpstreamEvent? {
        switch UpstreamAnswer.judge(message, for: call) {
        case .response(let verdict): return .response(message, verdict)
        case .notification: return .notification(message)
        case .foreign: return nil
        case .garbage(let detail):
            stream?.cancel()
            throw .garbage(detail)
        case .hopRefused(let code):
            throw .hopRefused(code: code)
        }
    }
}
