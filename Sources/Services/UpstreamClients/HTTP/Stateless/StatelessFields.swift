import HTTPMessages
import JSONCoding
import MCPWire

/// The fields that mirror a request of the stateless era (MCP 2026-07-28, transports).
enum StatelessFields {
    /// Those of every request.
    static func of(method: String) -> HTTPFields {
        var fields = HTTPFields()
        fields.append(.mcpProtocolVersion, literal: "2026-07-28")
        _ = fields.append(.mcpMethod, method)
        return fields
    }

    /// Those of a call: also what it is about, and the arguments that the tool's schema wants mirrored.
    static func of(_ request: UpstreamRequest) -> HTTPFields {
        var fields = of(method: request.methodName)
        if let subject = subject(of: request) {
            _ = fields.append(.mcpName, bytes: RoutingValue.encode(subject).span)
        }
        for (name, value) in request.parameters?.fields(for: request.params["arguments"]?.objectValue) ?? [] {
            _ = fields.append(nameBytes: Array(name.utf8).span, bytes: value.span)
        }
        return fields
    }

    private static func subject(of request: UpstreamRequest) -> String? {
        switch request.method.subject {
        case .name: request.params["name"]?.stringValue
        case .uri: request.params["uri"]?.stringValue
        case .taskID: request.params["taskId"]?.stringValue
        case nil: nil
        }
    }
}
