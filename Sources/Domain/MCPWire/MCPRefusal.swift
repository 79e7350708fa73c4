package import JSONCoding

/// An answer of ours to a message that is not served: HTTP status, JSON-RPC error, and what to do next in its text.
package struct MCPRefusal: Sendable, Hashable {
    /// The HTTP status that the stateless era demands for the code.
    package let status: Int
    /// The JSON-RPC error code.
    package let code: MCPErrorCode
    /// What is wrong and what to do, for the person who reads it in the chat or in a log.
    package let message: String
    /// What a client's program needs to go on by itself.
    package let data: JSONValue?

    /// A refusal with these parts; 400 is what nearly all codes have (MCP 2026-07-28, transports).
    package init(status: Int = 400, _ code: MCPErrorCode, _ message: String, data: JSONValue? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.data = data
    }

    /// The body that says so: echoes the id if the message had one that can be read, else `null`.
    package func body(answering envelope: MCPEnvelope, in body: [UInt8]) -> [UInt8] {
        JSONRPCWriter.error(id: envelope.rawID(in: body), code: code.rawValue, message: message, data: data)
    }
}

extension MCPRefusal {
    /// A body that is no JSON-RPC message.
    static func shape(_ fault: MCPShapeFault) -> MCPRefusal { MCPRefusal(fault.code, fault.reason) }

    /// Several messages at once, which only 2025-03-26 had.
    package static var batch: MCPRefusal {
        MCPRefusal(.invalidRequest, "The body is an array of messages; send one JSON-RPC message per POST.")
    }

    /// A response, for which nobody can wait in the stateless era.
    static var postedResponse: MCPRefusal {
        MCPRefusal(
            .invalidRequest,
            "The body is a JSON-RPC response. The server asks by \"input_required\"; answer by sending the request again."
        )
    }

    /// Head and body do not say the same.
    static func mismatch(_ message: String) -> MCPRefusal { MCPRefusal(.headerMismatch, message) }

    /// A version that is not served.
    static func version(_ requested: String) -> MCPRefusal {
        MCPRefusal(
            .unsupportedProtocolVersion,
            "The protocol version \(quoted(requested)) is not supported. Supported: \(servedList). Use one of these.",
            data: ["supported": RevisionCatalog.servedDates, "requested": .string(requested)])
    }

    /// A version header that names no version of MCP, on a message without an envelope (rulings 2.1).
    static func unknownHeader(_ value: String) -> MCPRefusal {
        MCPRefusal(
            .invalidRequest,
            "The header mcp-protocol-version names no version of MCP: \(quoted(value)). Supported: "
                + "\(RevisionCatalog.all.map(\.date.description).joined(separator: ", ")).")
    }

    /// A message of the handshake era, where only the stateless one is served.
    static func handshakeEra(_ envelope: MCPEnvelope, body: [UInt8], header: String?) -> MCPRefusal {
        if envelope.method == .initialize {
            return .version(envelope.offeredVersion?.string(in: body) ?? header ?? "")
        }
        return MCPRefusal(
            .invalidParams,
            "The request has no envelope, and this server speaks only the protocol version \(servedList). Send "
                + "\"io.modelcontextprotocol/protocolVersion\" and \"io.modelcontextprotocol/clientCapabilities\" in "
                + "params._meta, and the version in the header mcp-protocol-version too.",
            data: ["supported": RevisionCatalog.servedDates])
    }

    /// A method that the stateless era does not have.
    static func unknownMethod(_ name: String) -> MCPRefusal {
        MCPRefusal(status: 404, .methodNotFound, "There is no method \(quoted(name)) in the served protocol versions.")
    }

    static var servedList: String { RevisionCatalog.stateless.map(\.date.description).joined(separator: ", ") }

    /// A text of the client's in quotes, cut so that an answer stays small.
    static func quoted(_ text: String) -> String {
        let shown = text.unicodeScalars.prefix(100).map { $0.value < 0x20 ? "?" : Character($0) }
        return "\"\(String(shown))\(text.unicodeScalars.count > 100 ? "…" : "")\""
    }
}
