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
    /// is not known to take them; nothing was sent then.
    func relay(_ call: UpstreamCall, on loop: EventLoop) async throws(UpstreamError) -> UpstreamReply?

    /// Tells `sink` what changes, until the task is cancelled; connects again when the upstream was away.
    func watch(_ interest: WatchInterest, sink: any WatchSink, on loop: EventLoop) async

    /// Lets go of what lies unused; part of an orderly shut-down.
    func closeIdle()
}

extension UpstreamClient {
    /// Most kinds have no short way.
    package func relay(_ call: UpstreamCall, on loop: EventLoop) async throws(UpstreamError) -> UpstreamReply? { nil }
}
