import GatewayModel
import JSONCoding
import MCPWire

/// A tool or a prompt under the name that clients see.
struct OfferedItem: Sendable {
    /// What clients call it.
    let name: String
    /// What its upstream calls it.
    let original: String
    /// The position of its upstream in the server.
    let upstream: Int
    /// Its definition as clients see it, in the form of the upstream's revision.
    let definition: JSONObject
    let revision: Revision
    /// Of a tool: which arguments are mirrored in headers; nothing if none are.
    let parameters: ParameterHeaders?
    /// Of a tool: whether arguments fit.
    let arguments: ArgumentCheck
    /// Of a tool: what a call of it takes.
    let rights: ToolRights

    init(
        name: String, original: String, upstream: Int, definition: JSONObject, revision: Revision, rights: ToolRights
    ) {
        self.name = name
        self.original = original
        self.upstream = upstream
        self.definition = definition
        self.revision = revision
        self.rights = rights
        let found =
            revision.hasParameterHeaders ? definition["inputSchema"].flatMap { try? ParameterHeaders(schema: $0) } : nil
        parameters = found.flatMap { $0.entries.isEmpty ? nil : $0 }
        arguments = ArgumentCheck(definition["inputSchema"])
    }

    /// The same bytes on both sides.
    var isRenamed: Bool { name != original }

    /// MCP Apps: whether a view may call it.
    var isForViews: Bool { ToolVisibility.isForViews(definition) }
}

/// Something about a tool that its upstream should put right.
struct OfferRemark: Sendable, Hashable {
    let upstream: String
    let tool: String
    let sentence: String
}

/// Two things that would have had one name; the first one has it.
struct OfferCollision: Sendable, Hashable {
    let kind: ListKind
    let name: String
    /// Whose it is.
    let holder: String
    /// Who wanted it too.
    let newcomer: String
}
