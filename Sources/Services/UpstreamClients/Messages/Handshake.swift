import JSONCoding
import MCPWire

/// `initialize` as we say it, and what its answer means.
enum Handshake {
    /// What is offered: the newest revision that has a handshake.
    static let offered = Revision.v2025_11_25

    /// The params of `initialize`.
    static func params(capabilities: JSONObject, from own: JSONObject) -> JSONObject {
        [
            "protocolVersion": .string(offered.date.description), "capabilities": .object(capabilities),
            "clientInfo": .object(own),
        ]
    }

    /// What the upstream is; a version that we do not speak ends the conversation (MCP, lifecycle: the client disconnects).
    static func description(of response: UpstreamResponse) throws(UpstreamError) -> UpstreamDescription {
        switch response {
        case .failure(let failure): throw .garbage("it refused to begin: \(failure.message) (\(failure.code))")
        case .result(let result):
            guard let date = result["protocolVersion"]?.stringValue,
                let revision = RevisionCatalog.all.first(where: { $0.date.description == date }),
                revision.era == .handshake
            else { throw .garbage("it speaks a version that we do not") }
            return UpstreamDescription(
                revision: revision, capabilities: result["capabilities"]?.objectValue ?? JSONObject(),
                serverInfo: result["serverInfo"]?.objectValue ?? JSONObject(),
                instructions: result["instructions"]?.stringValue)
        }
    }
}
