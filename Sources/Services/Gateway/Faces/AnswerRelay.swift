import HTTPMessages
import HTTPTransport
import UpstreamClients

/// Passes answers that come in pieces to the client, never more at once than it reads.
enum AnswerRelay {
    /// A response too long to be gathered. The head is out before the end is known, so a failure ends the connection: a part
    /// must not look whole.
    static func pass(
        _ stream: HTTPBodyStream, limit: Int, to exchange: HTTPExchange, fields: HTTPFields
    ) async throws(UpstreamError) {
        var count = 0
        do {
            try exchange.beginStream(status: 200, fields: fields)
            while let piece = try await stream.next() {
                count += piece.count
                if count > limit { throw UpstreamError.tooLong(limit: limit) }
                try await exchange.write(piece)
            }
            exchange.finishStream()
        } catch {
            stream.cancel()
            exchange.abort()
            switch error {
            case let error as HTTPClientError: throw .transport(error)
            case let error as UpstreamError: throw error
            default: throw .transport(.cancelled)  // The client's side broke; the server side names it in its own log.
            }
        }
    }

    /// Messages, the response last. Nothing is said to the client before the upstream's first message, so that a failure up
    /// to then still has a status of its own.
    static func pass(
        _ events: UpstreamEvents, to exchange: HTTPExchange, fields: HTTPFields
    ) async throws(UpstreamError) -> UpstreamVerdict {
        var buffer: [UInt8] = []
        while true {
            let event = try await events.next(idleAfter: CallTimes.silenceNanoseconds)
            do throws(HTTPServerError) {
                if !exchange.hasBegunAnswer { try exchange.beginStream(status: 200, fields: fields) }
                buffer.removeAll(keepingCapacity: true)
                switch event {
                case .idle:
                    EventStreamWriter.appendComment(to: &buffer)
                    try await exchange.write(buffer)
                case .notification(let message):
                    EventStreamWriter.appendEvent(name: "message", data: message.span, to: &buffer)
                    try await exchange.write(buffer)
                case .response(let message, let verdict):
                    EventStreamWriter.appendEvent(name: "message", data: message.span, to: &buffer)
                    try await exchange.write(buffer)
                    exchange.finishStream()
                    events.cancel()
                    return verdict
                }
            } catch {
                events.cancel()
                throw .transport(.cancelled)
            }
        }
    }

    /// A stream on which nothing happens but, now and then, a comment; until the client leaves or the server stops.
    static func hold(_ exchange: HTTPExchange, fields: HTTPFields, first message: [UInt8]?) async {
        var buffer: [UInt8] = []
        do throws(HTTPServerError) {
            try exchange.beginStream(status: 200, fields: fields)
            if let message {
                EventStreamWriter.appendEvent(name: "message", data: message.span, to: &buffer)
                try await exchange.write(buffer)
            }
            buffer.removeAll()
            EventStreamWriter.appendComment(to: &buffer)
            while await exchange.pause(nanoseconds: CallTimes.silenceNanoseconds) {
                try await exchange.write(buffer)
            }
            exchange.finishStream()
        } catch {
            // The client left: nothing is owed to anybody.
        }
    }

    /// Begins a stream and passes on what waits in a queue, with comments while nothing does, until the queue or the server
    /// comes to its end; `opening` is written first, `last` after it. A client that leaves is an end too.
    static func pass(
        _ queue: EventQueue<[UInt8]>, after number: Int = 0, to exchange: HTTPExchange, fields: HTTPFields,
        opening: [UInt8] = [], id: (Int) -> String? = { _ in nil }, last: [UInt8] = []
    ) async {
        let reader = queue.attach()
        var number = number
        var buffer = opening
        do throws(HTTPServerError) {
            try exchange.beginStream(status: 200, fields: fields)
            if !buffer.isEmpty { try await exchange.write(buffer) }
            while true {
                let step = await queue.next(after: number, reader: reader, forget: true) {
                    await exchange.pause(nanoseconds: CallTimes.silenceNanoseconds)
                }
                buffer.removeAll(keepingCapacity: true)
                switch step {
                case .event(let next, let message):
                    number = next
                    EventStreamWriter.appendEvent(name: "message", data: message.span, id: id(next), to: &buffer)
                case .idle: EventStreamWriter.appendComment(to: &buffer)
                case .cancelled, .over, .takenOver:
                    if !last.isEmpty { try await exchange.write(last) }
                    return exchange.finishStream()
                }
                try await exchange.write(buffer)
            }
        } catch {
            // The client left: nothing is owed to anybody.
        }
    }

    /// The last event of a stream that has begun and cannot be completed.
    static func endEvents(_ message: [UInt8], _ exchange: HTTPExchange) async {
        var buffer: [UInt8] = []
        EventStreamWriter.appendEvent(name: "message", data: message.span, to: &buffer)
        do throws(HTTPServerError) {
            try await exchange.write(buffer)
            exchange.finishStream()
        } catch {
            // The client is gone; there is nobody to tell.
        }
    }
}
