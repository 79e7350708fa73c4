import HTTPMessages
import HTTPTransport

/// What came back for a posted request, before anybody looked into the messages.
enum HTTPAnswer {
    /// Messages of the upstream, with the status that they came with; usually one.
    case messages([IncomingMessage], status: Int)
    /// A stream of messages.
    case events(IncomingEvents)

    /// Reads an answer. What the body says counts before the status, except where the status says that the body is not the MCP
    /// server's (RFC 9110; MCP 2026-07-28, transports): a JSON-RPC error may come with 400 or 404 or any other 4xx.
    static func read(
        _ response: HTTPClientResponse, limit: Int
    ) async throws(UpstreamError) -> HTTPAnswer {
        let status = response.head.status
        switch status {
        case 200, 400, 402, 404...499: break
        case 401, 403:
            response.discard()
            throw .unauthorized(status)
        case 300..<400:
            response.discard()
            throw .redirect(status)
        default:
            response.discard()
            throw .status(status)  // Statuses are an open set; no other one carries an answer.
        }
        switch response.kind {
        case .json:
            let messages = IncomingMessage.all(in: try await response.wholeBody(limit: limit))
            if case .garbage(let detail)? = messages.first {
                throw status == 200 ? .garbage(detail) : .status(status)
            }
            return .messages(messages, status: status)
        case .events where status == 200:
            return .events(IncomingEvents(response.body, bytesMax: limit))
        case .events, .other:
            response.discard()
            throw status == 200 ? .garbage("its content type is not JSON") : .status(status)
        }
    }
}
