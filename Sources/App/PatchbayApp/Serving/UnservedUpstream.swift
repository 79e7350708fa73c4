import JSONCoding
import MCPWire
import Reactor
import UpstreamClients

/// Stands for a kind of upstream whose client is not wired yet.
struct UnservedUpstream: UpstreamClient {
    func describe(_: LeaseKey, deadline: UInt64, on loop: EventLoop) async throws(UpstreamError) -> UpstreamDescription
    {
        throw .garbage("its kind is not served yet")
    }

    func call(
        _ request: UpstreamRequest, host: any CallHost, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamOutcome {
        throw .garbage("its kind is not served yet")
    }

    func watch(_ interest: WatchInterest, sink: any WatchSink, on loop: EventLoop) async {}

    func closeIdle() {}
}
