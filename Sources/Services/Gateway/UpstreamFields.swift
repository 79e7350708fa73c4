import HTTPMessages
import Telemetry

/// The fields of a request to an upstream: ours, and of the client's only those that mirror the message or carry the trace.
/// Credentials, cookies and everything else stay here (MCP security: a client's token is never passed on).
enum UpstreamFields {
    /// What every request of ours says.
    static func constant(userAgent: String) -> HTTPFields {
        var fields = HTTPFields()
        fields.append(.contentType, literal: "application/json")
        fields.append(.accept, literal: "application/json, text/event-stream")
        _ = fields.append(.userAgent, userAgent)
        return fields
    }

    static func make(_ client: HTTPFields, _ constant: HTTPFields) -> HTTPFields {
        var fields = constant
        fields.reserve(fields: constant.count + 6, bytes: 384)
        fields.append(contentsOf: client) { name, _ in isMirrored(name) }
        return fields
    }

    /// `mcp-protocol-version`, `mcp-method`, `mcp-name` and `mcp-param-…`, which were checked against the message, and
    /// `traceparent` and `tracestate`. Not `mcp-session-id`: this era has no sessions.
    private static func isMirrored(_ name: Span<UInt8>) -> Bool {
        guard name.count >= 8 else { return false }
        switch name[0] | 0x20 {
        case UInt8(ascii: "m"):
            return name[1] | 0x20 == UInt8(ascii: "c") && name[2] | 0x20 == UInt8(ascii: "p")
                && name[3] == UInt8(ascii: "-") && name[4] | 0x20 != UInt8(ascii: "s")
        case UInt8(ascii: "t"):
            return equals(name, "traceparent") || equals(name, "tracestate")
        default:
            return false
        }
    }

    private static func equals(_ name: Span<UInt8>, _ text: StaticString) -> Bool {
        guard name.count == text.utf8CodeUnitCount else { return false }
        var index = 0
        for byte in text.description.utf8 {
            guard name[index] | 0x20 == byte else { return false }
            index += 1
        }
        return true
    }
}

extension HTTPFields {
    /// The trace that a request belongs to, for log lines.
    var traceID: String? {
        withFirst(.traceparent) { TraceContext($0)?.traceIDText } ?? nil
    }
}
