package import HTTPMessages
package import Reactor

/// One request and the one answer it gets. Used on the connection's loop only, where its handler runs.
///
/// A class, though it has no state of its own: it is passed through every layer of a call, and as a struct its five counted
/// parts were retained and released at each.
///
/// Invariants:
/// 1. Exactly one answer leaves: a second one is refused, and a handler that ends without one is answered with 500.
/// 2. After the client is gone every call fails with `clientGone`, and the handler's task is cancelled.
package final class HTTPExchange: Sendable {
    /// The request's head.
    package let head: RequestHead
    let connection: HTTPServerConnection
    let number: UInt32

    init(head: RequestHead, connection: HTTPServerConnection, number: UInt32) {
        self.head = head
        self.connection = connection
        self.number = number
    }

    /// The loop that the exchange lives on.
    package var loop: EventLoop { connection.loop }

    /// The loop's clock, in nanoseconds.
    package var now: UInt64 { connection.loop.now }

    /// The whole body if it came with the head, which is the usual case and needs no waiting; `nil` when it still comes.
    package func bodyAtHand(limit: Int) throws(HTTPServerError) -> [UInt8]? {
        try connection.bodyAtHand(number, limit: limit)
    }

    /// Whether the whole body is here, so that `bodyAtHand` has it.
    package var bodyIsAtHand: Bool { connection.hasWholeBody(number) }

    /// The whole body, if it is not larger than `limit`.
    package func body(limit: Int) async throws(HTTPServerError) -> [UInt8] {
        try connection.checkAnnouncedBody(number, limit: limit)
        guard var body = try await connection.nextBodyChunk(number) else { return [] }
        while true {
            if body.count > limit { throw .bodyTooLarge(limit: limit) }
            if connection.bodyIsComplete(number) { return body }
            guard let more = try await connection.nextBodyChunk(number) else { return body }
            body.append(contentsOf: more)
        }
    }

    /// The next piece of the body, or `nil` at its end; reading pauses while nobody asks.
    package func nextBodyChunk() async throws(HTTPServerError) -> [UInt8]? {
        try await connection.nextBodyChunk(number)
    }

    /// Answers with a whole body; `false` when the client is gone or was answered before.
    @discardableResult
    package func respond(status: Int, fields: HTTPFields = HTTPFields(), body: [UInt8] = []) -> Bool {
        connection.respond(number, status: status, fields: fields, body: body)
    }

    /// Ends an exchange that a shortcut took, and was answered or has nobody left to answer; once.
    package func end() {
        connection.handlerEnded(number)
    }

    /// Gives an exchange that a shortcut took to a task, which ends it.
    package func goOn(_ handler: @escaping @Sendable (HTTPExchange) async -> Void) {
        connection.startTask(self, handler)
    }

    /// Whether anything of the answer is on its way, or nobody is left to answer.
    package var hasBegunAnswer: Bool { connection.hasBegunAnswer(number) }

    /// Sends the head of an answer whose body comes in pieces.
    package func beginStream(status: Int, fields: HTTPFields) throws(HTTPServerError) {
        try connection.beginStream(number, status: status, fields: fields)
    }

    /// Sends a piece, and waits while the client is slow.
    package func write(_ bytes: [UInt8]) async throws(HTTPServerError) {
        try await connection.writeStream(number, bytes)
    }

    /// Ends a body that came in pieces.
    package func finishStream(trailers: HTTPFields = HTTPFields()) {
        connection.finishStream(number, trailers: trailers)
    }

    /// Ends the connection without the rest of the body, so that nobody takes a part for the whole.
    package func abort() {
        connection.abort(number)
    }

    /// Waits for a time; `false` when the client left, the task was cancelled or the server stops: end the answer then.
    ///
    /// With `isWorking` something is under way whose answer is wanted, so that a server that stops waits for it as for every other
    /// answer.
    package func pause(nanoseconds: UInt64, isWorking: Bool = false) async -> Bool {
        await connection.pause(number, nanoseconds: nanoseconds, isWorking: isWorking)
    }

    /// Suspends until the client is gone, the server is shut down or the task is cancelled: the life of a quiet stream.
    package func untilClientGone() async {
        await connection.untilClientGone(number)
    }
}
