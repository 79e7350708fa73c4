import HTTPTransport
package import Reactor
import Synchronization
import Telemetry

extension StdioUpstream {
    /// Listens at the process for everybody, which it starts; comes back with it after a pause that grows while it fails.
    package func watch(_ interest: WatchInterest, sink: any WatchSink, on loop: EventLoop) async {
        var pacing = StartPacing()
        while !Task.isCancelled {
            let begin = monotonicNanoseconds()
            do throws(UpstreamError) {
                let process = try await sharedProcess(deadline: .max, on: loop)
                defer { settleShared(process) }
                try await process.peer.watch(interest, sink: sink, on: loop)
            } catch {
                if Task.isCancelled { return }
                log.debug("watching the upstream ended", ["reason": .string(error.reason)])
            }
            if state.withLock({ $0.isStopping || $0.isRetired }) { return }
            let now = monotonicNanoseconds()
            pacing.died(at: now, lived: now - begin, chance: Double.random(in: 0..<1))
            do throws(ReactorError) {
                try await loop.sleep(nanoseconds: pacing.earliestStart - now)
            } catch {
                return
            }
        }
    }
}
