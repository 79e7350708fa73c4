import HTTPTransport
import JSONCoding
import MCPWire
import Reactor

extension HTTPSession {
    /// How long a wait for a task is held back until the session's stream is open; there are servers that send its head with
    /// the first event only.
    private static let openNanoseconds: UInt64 = 1_000_000_000

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
        let inbox = waits.begin(task)
        defer { waits.end(inbox) }
        let outcome = await withTaskGroup { group -> Result<UpstreamResponse, UpstreamError> in
            defer { group.cancelAll() }
            let opened = Mailbox<Void>()
            group.addTask { await self.readTaskStream(opened, on: loop) }
            group.addTask {
                await self.rest(Self.openNanoseconds, on: loop)
                opened.put(())
            }
            do throws(UpstreamError) {
                try await opened.next()
                return .success(try await body(inbox))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Reads the stream for all waits of the session, or waits until there is nobody who does.
    private func readTaskStream(_ opened: Mailbox<Void>, on loop: EventLoop) async {
        while !Task.isCancelled {
            if waits.becomeReader() {
                let canBeRead = await readOnce(opened, on: loop)
                waits.resignAsReader()
                if !canBeRead { return }
            } else {
                opened.put(())
            }
            await rest(Self.openNanoseconds, on: loop)
        }
    }

    /// False when the upstream has no such stream.
    private func readOnce(_ opened: Mailbox<Void>, on loop: EventLoop) async -> Bool {
        do throws(UpstreamError) {
            let events = try await openStream(after: "", on: loop)
            defer { events.cancel() }
            opened.put(())
            while let message = try await events.next() {
                guard case .request(let asked) = message, !waits.take(asked) else { continue }
                try await refuse(asked, on: loop)
            }
            return true
        } catch {
            opened.put(())
            return error != .unwatchable && isUsable
        }
    }

    private func rest(_ nanoseconds: UInt64, on loop: EventLoop) async {
        do throws(ReactorError) {
            try await loop.sleep(nanoseconds: nanoseconds)
        } catch {
            return
        }
    }
}
