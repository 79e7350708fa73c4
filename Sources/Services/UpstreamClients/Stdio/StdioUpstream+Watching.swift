import JSONCoding
package import Reactor
import Synchronization

extension StdioUpstream {
    /// Listens at the process for everybody, which it starts; comes back with it after a pause that grows while it fails.
    package func watch(_ interest: WatchInterest, sink: any WatchSink, on loop: EventLoop) async {
        await Watching.keep(UpstreamSettings(ownInfo: ownInfo), on: loop) { () async throws(UpstreamError) in
            // It is not started again for those alone who watch what the configuration no longer has.
            guard !state.withLock({ $0.isRetired }) else { throw .unwatchable }
            let process = try await sharedProcess(deadline: .max, on: loop)
            defer { settleShared(process) }
            try await process.peer.watch(interest, sink: sink, on: loop)
        }
    }
}
