import JSONCoding
import MCPWire

/// What one message of an upstream is to the call that waits for it.
enum UpstreamAnswer {
    /// The response that was waited for.
    case response(UpstreamVerdict)
    /// A message about the call.
    case notification
    /// A response to somebody else, or a request, which the stateless era does not have: dropped.
    case foreign
    /// The upstream judged our hop; that is never passed on (rulings 3.1).
    case hopRefused(code: Int)
    /// No message of MCP.
    case garbage(String)

    /// Looks at a message once, and validates all of it on the way.
    static func judge(_ message: [UInt8], for call: UpstreamCall) -> UpstreamAnswer {
        let envelope = MCPReplyEnvelope.scan(message, limits: limits)
        switch envelope.kind {
        case .result:
            return envelope.answers(call.id, of: call.message, in: message) ? .response(.result) : .foreign
        case .error(let code):
            if code == MCPErrorCode.headerMismatch.rawValue || code == MCPErrorCode.unsupportedProtocolVersion.rawValue
            {
                return .hopRefused(code: code)
            }
            // An error without an id is about a request that could not be read; only this one was sent.
            if envelope.isUnaddressed { return .garbage("its error names no request") }
            return envelope.answers(call.id, of: call.message, in: message) ? .response(.error(code: code)) : .foreign
        case .notification: return .notification
        case .request: return .foreign
        case .garbage(let reason): return .garbage(reason)
        }
    }

    /// As deep as requests; the length is bounded by the transport's limits for answers.
    private static let limits = JSONLimits(bytes: JSONLimits.bytesMax, stringBytes: JSONLimits.bytesMax)
}
