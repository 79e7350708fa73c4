import GatewayModel
import JSONCoding

/// What a call of a tool takes, read from the tool's definition when it is published.
struct ToolRights: Sendable, Hashable {
    /// `mcp:read` where the tool says that it changes nothing, `mcp:write` elsewhere: a hint that is missing means a write.
    let scope: AccessScopes
    /// In mixed access: whether it may be called without a token.
    let isOpen: Bool
    /// Whether a token gives it something besides, as its upstream says.
    private let takesToken: Bool

    /// A tool under the name that clients see. What is not said to be open needs a token (facts, clients 1.11).
    init(_ tool: JSONObject, name: String, access: ServerAccess) {
        scope = tool["annotations"]?["readOnlyHint"] == true ? .read : .write
        let schemes = Self.schemes(tool)
        let isNamed = access.openTools.contains { NamePattern.matches(name, pattern: $0) }
        isOpen = isNamed || schemes.contains("noauth")
        takesToken = schemes.contains("oauth2")
    }

    /// The types of the schemes, which stand on the tool or, in older definitions, in `_meta`.
    private static func schemes(_ tool: JSONObject) -> [String] {
        let schemes = tool["securitySchemes"]?.arrayValue ?? tool["_meta"]?["securitySchemes"]?.arrayValue ?? []
        return schemes.compactMap { $0["type"]?.stringValue }
    }

    /// A definition that says for this server what the upstream's own said for the upstream: on the tool and in `_meta` (rulings
    /// 1.5). What an upstream says of its own scopes means nothing to our clients.
    func published(_ tool: JSONObject, for mode: ServerAuthMode) -> JSONObject {
        let oauth: JSONValue = ["type": "oauth2", "scopes": [.string(scope.text)]]
        let open: JSONValue = ["type": "noauth"]
        let schemes: [JSONValue]?
        switch mode {
        case .oauth: schemes = [oauth]
        case .mixed: schemes = !isOpen ? [oauth] : takesToken ? [open, oauth] : [open]
        // Scopes of another issuer are not ours to name.
        case .none, .external: schemes = nil
        }
        var tool = tool
        var meta = tool["_meta"]?.objectValue
        if schemes == nil, tool["securitySchemes"] == nil, meta?["securitySchemes"] == nil { return tool }
        tool["securitySchemes"] = schemes.map { .array($0) }
        if meta != nil || schemes != nil {
            meta = meta ?? JSONObject()
            meta?["securitySchemes"] = schemes.map { .array($0) }
            tool["_meta"] = meta.flatMap { $0.members.isEmpty ? nil : .object($0) }
        }
        return tool
    }
}
