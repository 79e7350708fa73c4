package import HTTPMessages
package import HTTPTransport
package import Reactor

/// One kind of upstream, ready to be called. A new kind is a folder beside `HTTP/` and a case in `UpstreamWiring`.
package protocol UpstreamClient: Sendable {
    /// What the upstream is; finds out which era it speaks when that is not known. Cheap when it is.
    func describe(
        _ lease: LeaseKey, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamDescription

    /// One request to its end; runs on `loop`, and cancelling the task cancels it upstream.
    func call(
        _ request: UpstreamRequest, host: any CallHost, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamOutcome

    /// The short way: the client's bytes go up and the upstream's come back, without a tree of either. `nil` when the upstream
    /// does not take them; nothing was executed then. `outcome` is what came of `begin`, if that sent the call.
    func relay(
        _ call: UpstreamCall, after outcome: Result<HTTPClientResponse, HTTPClientError>?, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamReply?

    /// The beginning of the short way, without a task, when a connection is at hand: the receiver hears of the answer. `nil`
    /// when it is not, or when the upstream does not take the bytes.
    func begin(_ call: UpstreamCall, on loop: EventLoop, receiver: any HTTPAnswerReceiver) -> HTTPClientTicket?

    /// What an answer that `begin` brought says, if it is a whole response to the call and nothing else.
    func verdict(_ head: ResponseHead, _ message: [UInt8], on call: UpstreamCall) -> UpstreamVerdict?

    /// Tells `sink` what changes, until the task is cancelled; connects again when the upstream was away.
    func watch(_ interest: WatchInterest, sink: any WatchSink, on loop: EventLoop) async

    /// Lets go of what lies unused; part of an orderly shut-down.
    func closeIdle()
}

extension UpstreamClient {
    /// Most kinds have no short way.
    package func relay(
        _ call: UpstreamCall, after outcome: Result<HTTPClientResponse, HTTPClientError>?, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamReply? { nil }

    /// Nor a beginning of it.
    package func begin(
        _ call: UpstreamCall, on loop: EventLoop, receiver: any HTTPAnswerReceiver
    ) -> HTTPClientTicket? { nil }

    /// Nothing was begun.
    package func verdict(_ head: ResponseHead, _ message: [UInt8], on call: UpstreamCall) -> UpstreamVerdict? { nil }
}
