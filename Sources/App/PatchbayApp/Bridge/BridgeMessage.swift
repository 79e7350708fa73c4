import JSONCoding
import MCPWire

/// One message of the client, taken apart.
struct BridgeMessage: Sendable {
    let kind: MCPMessageKind
    let method: MCPMethod
    let methodName: String
    /// The id in one spelling, for requests and responses; empty for the others.
    let id: [UInt8]
    let params: JSONObject
    /// The whole message.
    let object: JSONObject

    /// Reads a message; a batch and what is no message are told by `kind`.
    init(_ bytes: [UInt8], limits: JSONLimits) {
        let envelope = MCPEnvelope.scan(bytes, limits: limits)
        kind = envelope.kind
        method = envelope.method
        object = (try? JSONParser.parse(bytes, limits: limits))?.objectValue ?? JSONObject()
        methodName = object["method"]?.stringValue ?? ""
        id = object["id"].map { JSONWriter.bytes(of: $0) } ?? []
        params = object["params"]?.objectValue ?? JSONObject()
    }

    /// What the client calls progress about this request by.
    var progressToken: JSONValue? { params["_meta"]?[MetaKey.progressToken] }

    /// The version of the stateless envelope; nothing in a message of the handshake era.
    var envelopeVersion: String? { params["_meta"]?[MetaKey.protocolVersion]?.stringValue }
}

/// Who the client is, as far as one of its requests is concerned.
struct BridgeClient: Sendable {
    let revision: Revision
    let capabilities: ClientCapabilities
    let info: JSONObject?
    let logLevel: String?

    /// The client of a request of the stateless era, which says everything itself.
    init(envelope message: BridgeMessage, revision: Revision) {
        let meta = message.params["_meta"]
        self.revision = revision
        capabilities = ClientCapabilities(neutral: meta?[MetaKey.clientCapabilities]?.objectValue ?? JSONObject())
        info = meta?[MetaKey.clientInfo]?.objectValue
        logLevel = meta?[MetaKey.logLevel]?.stringValue
    }

    /// A client of the handshake era.
    init(revision: Revision, capabilities: ClientCapabilities, info: JSONObject?, logLevel: String? = nil) {
        self.revision = revision
        self.capabilities = capabilities
        self.info = info
        self.logLevel = logLevel
    }

    /// The same client after `logging/setLevel`.
    func at(level: String) -> BridgeClient {
        BridgeClient(revision: revision, capabilities: capabilities, info: info, logLevel: level)
    }

    var rendering: ClientRendering { ClientRendering(revision: revision, capabilities: capabilities) }
}
