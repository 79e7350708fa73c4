import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire
package import Reactor

extension HTTPUpstream {
    /// Watches in the way of the upstream's era, and looks at the era again with each attempt.
    package func watch(_ interest: WatchInterest, sink: any WatchSink, on loop: EventLoop) async {
        await Watching.keep(settings, on: loop) { () async throws(UpstreamError) in
            do throws(UpstreamError) {
                let deadline = monotonicNanoseconds() &+ settings.beginTime.inNanoseconds
                let found = try await find(for: interest.account, deadline: deadline, on: loop)
                switch found.verdict {
                case .stateless: try await listen(interest, sink, found, on: loop)
                case .handshake: try await hear(interest, sink, deadline: deadline, on: loop)
                case .eventStream: try await eventStream.hear(interest, sink, on: loop)
                }
            } catch {
                if error.isOutage || error.disputesTheEra { era.forgetHandshake() }
                throw error
            }
        }
    }

    /// `subscriptions/listen`: one request whose stream stays open.
    private func listen(
        _ interest: WatchInterest, _ sink: any WatchSink, _ found: EraMemory.Found, on loop: EventLoop
    ) async throws(UpstreamError) {
        let id = nextID()
        let message = OutgoingMessage.request(
            id: id, method: ListenRequest.method, params: ListenRequest.params(interest, from: settings.ownInfo))
        let response = try await hop.acting(for: interest.account).post(
            message, StatelessFields.of(method: ListenRequest.method), deadline: .max, on: loop)
        let answer: HTTPAnswer
        do throws(UpstreamError) {
            answer = try await HTTPAnswer.read(response, limit: .max)
        } catch {
            if error.disputesTheEra { era.forget(found) }
            throw error
        }
        switch answer {
        case .messages(let messages, _):
            for case .response(_, .failure(let failure)) in messages {
                if failure.code == MCPErrorCode.unsupportedProtocolVersion.rawValue { era.forget(found) }
                throw ListenRequest.refused(failure)
            }
            throw .cutOff
        case .events(let events):
            defer { events.cancel() }
            while let message = try await events.next() {
                switch message {
                case .notification(let method, let params): ListenRequest.tell(sink, method, params)
                case .response(_, .failure(let failure)): throw ListenRequest.refused(failure)
                case .response(_, .result): throw .cutOff
                case .request, .garbage: continue
                }
            }
            throw .cutOff
        }
    }

    /// The GET stream of the shared session.
    private func hear(
        _ interest: WatchInterest, _ sink: any WatchSink, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) {
        let session = try await sharedSession(for: interest.account, deadline: deadline, on: loop)
        defer { sessions.giveBack(session, on: loop) }
        try await session.hear(interest, sink: sink, on: loop)
    }
}
