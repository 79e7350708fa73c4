import HTTPMessages
import JSONCoding

/// What becomes of requests of the handshake era, for as long as no revision of it is served.
///
/// This is the branch that the handshake revisions replace: it answers as a server does that has only the stateless era.
enum HandshakeTraffic {
    static func refusal(_ envelope: MCPEnvelope, body: [UInt8], fields: HTTPFields) -> MCPRefusal {
        let header = fields.first(.mcpProtocolVersion)
        if envelope.method == .initialize {
            return .version(envelope.offeredVersion?.string(in: body) ?? header ?? "")
        }
        let supported = MCPRefusal.servedList
        return MCPRefusal(
            .invalidParams,
            "The request has no envelope, and this server speaks only the protocol version \(supported). Send "
                + "\"io.modelcontextprotocol/protocolVersion\" and \"io.modelcontextprotocol/clientCapabilities\" in "
                + "params._meta, and the version in the header mcp-protocol-version too.",
            data: ["supported": RevisionCatalog.servedDates])
    }
}
