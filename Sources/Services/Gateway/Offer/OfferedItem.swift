import GatewayModel
import JSONCoding

/// A tool or a prompt under the name that clients see.
struct OfferedItem: Sendable {
    /// What clients call it.
    let name: String
    /// What its upstream calls it.
    let original: String
    /// The position of its upstream in the server.
    let upstream: Int
    /// Its definition as clients see it, in the form of the newest revision.
    let definition: JSONObject
    /// Of a tool: whether arguments fit.
    let arguments: ArgumentCheck

    init(name: String, original: String, upstream: Int, definition: JSONObject) {
        self.name = name
        self.original = original
        self.upstream = upstream
        self.definition = definition
        arguments = ArgumentCheck(definition["inputSchema"])
    }

    /// The same bytes on both sides.
    var isRenamed: Bool { name != original }

    /// MCP Apps: for the views of the server only, never for the model.
    var isForAppsOnly: Bool {
        guard let visibility = definition["_meta"]?["ui"]?["visibility"]?.arrayValue else { return false }
        return !visibility.contains("model")
    }

    /// MCP Apps: whether a view may call it; without `visibility` everybody may.
    var isForApps: Bool {
        guard let visibility = definition["_meta"]?["ui"]?["visibility"]?.arrayValue else { return true }
        return visibility.contains("app")
    }
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
