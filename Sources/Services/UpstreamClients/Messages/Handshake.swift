import JSONCoding
import MCPWire

/// `initialize` as we say it, and what its answer means.
enum Handshake {
    /// What is offered: the newest revision that has a handshake.
    static let offered = RevisionCatalog.handshakeFallback

    /// The request; `capabilities` are in neutral form.
    static func request(id: Int, capabilities: JSONObject, from own: JSONObject) -> [UInt8] {
        OutgoingMessage.request(
            id: id, method: MCPMethod.initialize.name.description, params: params(capabilities: capabilities, from: own)
        )
    }

    /// Its params.
    static func params(capabilities: JSONObject, from own: JSONObject) -> JSONObject {
        UpstreamWriting(revision: offered).initializeParams(
            capabilities: ClientCapabilities(neutral: capabilities), clientInfo: own)
    }

    /// What the upstream is; a version that we do not speak ends the conversation (MCP, lifecycle: the client disconnects).
    static func description(of response: UpstreamResponse) throws(UpstreamError) -> UpstreamDescription {
        switch response {
        case .failure(let failure): throw .garbage("it refused to begin: \(failure.message) (\(failure.code))")
        case .result(let result):
            let date = result["protocolVersion"]?.stringValue ?? ""
            guard let revision = RevisionCatalog.revision(dated: date), revision.era == .handshake else {
                throw .garbage("it speaks a version that we do not")
            }
            return UpstreamDescription(
                revision: revision, capabilities: result["capabilities"]?.objectValue ?? JSONObject(),
                serverInfo: result["serverInfo"]?.objectValue ?? JSONObject(),
                instructions: result["instructions"]?.stringValue)
        }
    }
}
