import Reactor

/// Watching that goes on: again after each end, with growing pauses while it fails, until the task is cancelled.
enum Watching {
    /// Runs `attempt`, which ends only by failing, again and again. One that lasted longer than the longest pause counts as a
    /// success.
    static func keep(
        _ settings: UpstreamSettings, on loop: EventLoop, _ attempt: () async throws(UpstreamError) -> Void
    ) async {
        var backoff = Backoff(settings)
        while !Task.isCancelled {
            let began = monotonicNanoseconds()
            var pause: UInt64
            do throws(UpstreamError) {
                try await attempt()
                pause = backoff.next()
            } catch {
                pause = backoff.next()
                if case .unwatchable = error { pause = backoff.halfByChance(settings.unwatchablePause.inNanoseconds) }
            }
            if monotonicNanoseconds() &- began > settings.pauseMax.inNanoseconds { backoff.reset() }
            do throws(ReactorError) {
                try await loop.sleep(nanoseconds: pause)
            } catch {
                return
            }
        }
    }
}
