import HTTPMessages

/// The fields of a request to an upstream: ours, and of the client's only those that mirror the message or carry the trace.
/// Credentials, cookies and everything else stay here (MCP security: a client's token is never passed on).
enum RelayedFields {
    /// What every request of ours says.
    static func own(userAgent: String) -> HTTPFields {
        var fields = HTTPFields()
        fields.append(.contentType, literal: "application/json")
        fields.append(.accept, literal: "application/json, text/event-stream")
        _ = fields.append(.userAgent, userAgent)
        return fields
    }

    /// `mcp-protocol-version`, `mcp-method`, `mcp-name` and `mcp-param-…`, which were checked against the message, and
    /// `traceparent` and `tracestate`. Not `mcp-session-id`: this era has no sessions.
    @Sendable
    static func isRelayed(_ name: Span<UInt8>) -> Bool {
        guard name.count >= 8 else { return false }
        switch name[0] | 0x20 {
        case UInt8(ascii: "m"):
            return name[1] | 0x20 == UInt8(ascii: "c") && name[2] | 0x20 == UInt8(ascii: "p")
                && name[3] == UInt8(ascii: "-") && name[4] | 0x20 != UInt8(ascii: "s")
        case UInt8(ascii: "t"):
            return FieldName.traceparent.matches(name) || FieldName.tracestate.matches(name)
        default:
            return false
        }
    }
}
