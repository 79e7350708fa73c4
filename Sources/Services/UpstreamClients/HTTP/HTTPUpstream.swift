package import HTTPMessages
package import HTTPTransport
import MCPWire
package import Reactor

/// An upstream of kind `http` that speaks 2026-07-28: one POST a request, answered by JSON or by an event stream.
package struct HTTPUpstream: UpstreamClient {
    private let origin: HTTPOrigin
    private let target: [UInt8]
    private let fields: HTTPFields
    private let answerBytesMax: Int

    /// Calls one address of an origin; `userAgent` is what we call ourselves there.
    package init(origin: HTTPOrigin, target: [UInt8], answerBytesMax: Int, userAgent: String) {
        self.origin = origin
        self.target = target
        self.answerBytesMax = answerBytesMax
        fields = RelayedFields.own(userAgent: userAgent)
    }

    /// Posts the message and reads what the answer is: JSON, events, or no answer at all.
    package func send(_ call: UpstreamCall, on loop: EventLoop) async throws(UpstreamError) -> UpstreamReply {
        let response: HTTPClientResponse
        do throws(HTTPClientError) {
            response = try await origin.pool(on: loop).send(request(for: call), deadline: call.deadline)
        } catch {
            throw .transport(error)
        }
        return try reply(response, call)
    }

    /// As `send`, without waiting, on a connection that is at hand.
    package func begin(
        _ call: UpstreamCall, on loop: EventLoop, receiver: any HTTPAnswerReceiver
    ) -> HTTPClientTicket? {
        origin.pool(on: loop).begin(request(for: call), deadline: call.deadline, receiver: receiver)
    }

    /// What a JSON answer says, when it is the response.
    package func verdict(_ head: ResponseHead, _ message: [UInt8], on call: UpstreamCall) -> UpstreamVerdict? {
        guard head.status == 200, kind(of: head) == .json,
            case .response(let verdict) = UpstreamAnswer.judge(message, for: call)
        else { return nil }
        return verdict
    }

    private func request(for call: UpstreamCall) -> HTTPClientRequest {
        HTTPClientRequest(
            method: .post, target: target, fields: fields, relayed: call.clientFields,
            isRelayed: RelayedFields.isRelayed, body: call.message)
    }

    /// Closes the connections that wait for the next call.
    package func closeIdle() {
        origin.closeIdle()
    }

    /// RFC 9110 and MCP 2026-07-28 transports: what the body says counts before the status, except where the status says
    /// that the body is not the MCP server's.
    package func reply(_ response: HTTPClientResponse, _ call: UpstreamCall) throws(UpstreamError) -> UpstreamReply {
        let status = response.head.status
        switch status {
        case 200, 400, 404: break
        case 401, 403: throw discard(response, .unauthorized(status))
        case 300..<400: throw discard(response, .redirect(status))
        default: throw discard(response, .status(status))  // Statuses are an open set; no other one carries an answer.
        }
        switch kind(of: response.head) {
        case .json: return try json(response, call)
        case .events where status == 200:
            return .events(try UpstreamEvents(response.body, call: call, bytesMax: answerBytesMax))
        case .events, .other:
            throw discard(response, status == 200 ? .garbage("its content type is not JSON") : .status(status))
        }
    }

    private enum Kind {
        case json, events, other
    }

    private func kind(of head: ResponseHead) -> Kind {
        let kind = head.fields.withFirst(.contentType) { value -> Kind in
            if MediaType.isJSON(value) { return .json }
            return MediaType.isEventStream(value) ? .events : .other
        }
        return kind ?? .other
    }

    private func json(_ response: HTTPClientResponse, _ call: UpstreamCall) throws(UpstreamError) -> UpstreamReply {
        switch response.body {
        case .complete(let bytes):
            switch UpstreamAnswer.judge(bytes, for: call) {
            case .response(let verdict): return .message(bytes, verdict)
            case .hopRefused(let code): throw .hopRefused(code: code)
            case .notification, .foreign: throw .garbage("it answers another request")
            case .garbage(let detail):
                throw response.head.status == 200 ? .garbage(detail) : .status(response.head.status)
            }
        case .stream(let stream):
            if case .length(let length) = response.head.framing, length > answerBytesMax {
                stream.cancel()
                throw .tooLong(limit: answerBytesMax)
            }
            return .longMessage(stream)
        }
    }

    private func discard(_ response: HTTPClientResponse, _ error: UpstreamError) -> UpstreamError {
        if case .stream(let stream) = response.body { stream.cancel() }
        return error
    }
}
