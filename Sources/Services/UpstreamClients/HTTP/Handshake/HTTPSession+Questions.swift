import HTTPTransport
import JSONCoding
import MCPWire
import Reactor

extension HTTPSession {
    /// How long a call is held back until the session's stream is open; there are servers that send its head with
    /// the first event only.
    private static let openNanoseconds: UInt64 = 1_000_000_000
    /// How long a stream that broke off or was refused is left alone before it is asked for again.
    private static let againNanoseconds: ClosedRange<UInt64> = 50_000_000...5_000_000_000

    /// Whether a request's client may be asked during it, beside the request's own stream.
    private func mayBeAsked(_ request: UpstreamRequest) -> Bool {
        guard request.lease.isInteractive, hasID else { return false }
        return request.method == .tasksResult ? description.revision.hasCoreTasks : request.method.mayAsk
    }

    /// Keeps the session's own stream open during a call whose client can be asked, because many servers ask there; `body` gets
    /// what they ask.
    func hearingQuestions(
        of request: UpstreamRequest, _ params: JSONObject, on loop: EventLoop,
        _ body: (Mailbox<ServerRequest>?) async throws(UpstreamError) -> UpstreamResponse
    ) async throws(UpstreamError) -> UpstreamResponse {
        guard mayBeAsked(request), hasStream else { return try await body(nil) }
        let task = request.method == .tasksResult ? params["taskId"]?.stringValue : nil
        let wait = waits.begin(task) { loop.runTask { await self.readStream(on: loop) } }
        defer { waits.end(wait) }
        await untilOpen(wait, on: loop)
        return try await body(wait.asked)
    }

    private func untilOpen(_ wait: StreamWaits.Wait, on loop: EventLoop) async {
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
    private func readStream(on loop: EventLoop) async {
        var pause = Self.againNanoseconds.lowerBound
        while !Task.isCancelled {
            switch await readOnce(on: loop) {
            case .ended: pause = Self.againNanoseconds.lowerBound
            case .refused: break
            case .none:
                noteNoStream()
                return waits.opened()
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
