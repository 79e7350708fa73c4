import HTTPMessages
import HTTPTransport

/// What came back on the short way: bytes that are looked at once and passed on.
enum ShortReply {
    /// RFC 9110 and MCP 2026-07-28 transports: what the body says counts before the status, except where the status says
    /// that the body is not the MCP server's.
    static func read(
        _ response: HTTPClientResponse, _ call: UpstreamCall, answerBytesMax: Int
    ) throws(UpstreamError) -> UpstreamReply {
        let status = response.head.status
        switch status {
        case 200, 400, 404: break
        case 401, 403: throw discard(response, .unauthorized(status))
        case 300..<400: throw discard(response, .redirect(status))
        default: throw discard(response, .status(status))  // Statuses are an open set; no other one carries an answer.
        }
        switch response.kind {
        case .json: return try json(response, call, answerBytesMax)
        case .events where status == 200:
            return .events(try UpstreamEvents(response.body, call: call, bytesMax: answerBytesMax))
        case .events, .other:
            throw discard(response, status == 200 ? .garbage("its content type is not JSON") : .status(status))
        }
    }

    private static func json(
        _ response: HTTPClientResponse, _ call: UpstreamCall, _ answerBytesMax: Int
    ) throws(UpstreamError) -> UpstreamReply {
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

    /// Whether servers of the handshake era say this to a request that has no session, so that the era is in doubt.
    static func isDoubtful(_ reply: UpstreamReply) -> Bool {
        guard case .message(_, let verdict) = reply else { return false }
        return isDoubtful(verdict)
    }

    static func isDoubtful(_ verdict: UpstreamVerdict) -> Bool {
        guard case .error(let code) = verdict else { return false }
        return code == -32600 || code == -32000 || code == -32001
    }

    private static func discard(_ response: HTTPClientResponse, _ error: UpstreamError) -> UpstreamError {
        response.discard()
        return error
    }
}
