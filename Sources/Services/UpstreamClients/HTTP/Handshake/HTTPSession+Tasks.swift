import HTTPTransport
import JSONCoding
import MCPWire
import Reactor

extension HTTPSession {
    /// How long a wait for a task is held back until the session's stream is open; there are servers that send its head with
    /// the first event only.
    private static let openNanoseconds: UInt64 = 1_000_000_000
    /// How long a stream that broke off or was refused is left alone before it is asked for again.
    private static let againNanoseconds: ClosedRange<UInt64> = 50_000_000...5_000_000_000

    /// The task whose questions a request brings, if its client can be asked.
    private func waitedTask(_ request: UpstreamRequest, _ params: JSONObject) -> String? {
        guard request.method == .tasksResult, request.lease.isInteractive, hasID, description.revision.hasCoreTasks
        else { return nil }
        return params["taskId"]?.stringValue
    }

    /// Keeps the session's own stream open during a wait for a task, because many servers ask there; `body` gets what they ask.
    func hearingTask(
        of request: UpstreamRequest, _ params: JSONObject, on loop: EventLoop,
        _ body: (Mailbox<ServerRequest>?) async throws(UpstreamError) -> UpstreamResponse
    ) async throws(UpstreamError) -> UpstreamResponse {
        guard let task = waitedTask(request, params) else { return try await body(nil) }
        let wait = waits.begin(task) { loop.runTask { await self.readTaskStream(on: loop) } }
        defer { waits.end(wait) }
        await untilOpen(wait, on: loop)
        return try await body(wait.asked)
    }

    private func untilOpen(_ wait: TaskWaits.Wait, on loop: EventLoop) async {
        let clock = CallClock(deadline: monotonicNanoseconds() &+ Self.openNanoseconds, on: loop)
        defer { clock.end() }
        clock.onExpiry { wait.opened.put(()) }
        do throws(UpstreamError) {
            try await wait.opened.next()
        } catch {
            return  // Cancelled: the call will see it.
        }
    }

    /// Reads the stream until the task is cancelled, or the upstream has none. Servers that take one stream at a time refuse the
    /// next one until they have seen the end of the last, so it is asked for again soon.
    private func readTaskStream(on loop: EventLoop) async {
        var pause = Self.againNanoseconds.lowerBound
        while !Task.isCancelled {
            switch await readOnce(on: loop) {
            case .ended: pause = Self.againNanoseconds.lowerBound
            case .refused: break
            case .none: return waits.opened()
            }
            do throws(ReactorError) {
                try await loop.sleep(nanoseconds: pause)
            } catch {
                return
            }
            pause = min(pause * 2, Self.againNanoseconds.upperBound)
        }
    }

    private enum Reading {
        /// It was open, and is over.
        case ended
        /// Not now.
        case refused
        /// The upstream has no such stream.
        case none
    }

    private func readOnce(on loop: EventLoop) async -> Reading {
        var isOpen = false
        do throws(UpstreamError) {
            let events = try await openStream(after: "", on: loop)
            defer { events.cancel() }
            isOpen = true
            waits.opened()
            while let message = try await events.next() {
                guard case .request(let asked) = message, !waits.take(asked) else { continue }
                try await refuse(asked, on: loop)
            }
            return .ended
        } catch {
            if error == .unwatchable || !isUsable { return .none }
            return isOpen ? .ended : .refused
        }
    }
}
