package import Reactor

/// One kind of upstream, ready to be called. A new kind is a folder beside `HTTP/` and a case in `UpstreamCatalog`.
package protocol UpstreamClient: Sendable {
    /// Sends one request and waits for its answer; runs on `loop`, and cancelling the task cancels the call upstream.
    func send(_ call: UpstreamCall, on loop: EventLoop) async throws(UpstreamError) -> UpstreamReply

    /// Lets go of what lies unused; part of an orderly shut-down.
    func closeIdle()
}
