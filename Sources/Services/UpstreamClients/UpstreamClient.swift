package import HTTPMessages
package import HTTPTransport
package import Reactor

/// One kind of upstream, ready to be called. A new kind is a folder beside `HTTP/` and a case in `UpstreamCatalog`.
package protocol UpstreamClient: Sendable {
    /// Sends one request and waits for its answer; runs on `loop`, and cancelling the task cancels the call upstream.
    func send(_ call: UpstreamCall, on loop: EventLoop) async throws(UpstreamError) -> UpstreamReply

    /// As `send`, without a task, when a connection is at hand: the receiver hears of the answer. `nil` when it is not.
    func begin(_ call: UpstreamCall, on loop: EventLoop, receiver: any HTTPAnswerReceiver) -> HTTPClientTicket?

    /// What an answer that `begin` brought says, if it is a whole response to the call and nothing else.
    func verdict(_ head: ResponseHead, _ message: [UInt8], on call: UpstreamCall) -> UpstreamVerdict?

    /// What any other answer that `begin` brought is.
    func reply(_ response: HTTPClientResponse, _ call: UpstreamCall) throws(UpstreamError) -> UpstreamReply

    /// Lets go of what lies unused; part of an orderly shut-down.
    func closeIdle()
}

extension UpstreamClient {
    /// Most kinds have no short way.
    package func begin(
        _ call: UpstreamCall, on loop: EventLoop, receiver: any HTTPAnswerReceiver
    ) -> HTTPClientTicket? { nil }

    /// Nothing was begun.
    package func verdict(_ head: ResponseHead, _ message: [UInt8], on call: UpstreamCall) -> UpstreamVerdict? { nil }

    /// Nothing was begun.
    package func reply(_ response: HTTPClientResponse, _ call: UpstreamCall) throws(UpstreamError) -> UpstreamReply {
        throw .garbage("nobody asked for it")
    }
}
