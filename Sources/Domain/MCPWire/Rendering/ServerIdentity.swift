package import JSONCoding

/// What a server says of itself when a conversation begins.
package struct ServerIdentity: Sendable, Hashable {
    /// Its name and version, in neutral form.
    package var info: JSONObject
    /// What it can do.
    package var capabilities: ServerCapabilities
    /// What a model should know to use it.
    package var instructions: String?

    /// Makes one of these parts.
    package init(info: JSONObject, capabilities: ServerCapabilities, instructions: String? = nil) {
        self.info = info
        self.capabilities = capabilities
        self.instructions = instructions
    }
}

extension ClientRendering {
    /// The result of `initialize`.
    package func initializeResult(_ server: ServerIdentity) -> JSONObject {
        var result: JSONObject = [
            "protocolVersion": .string(revision.date.description),
            "capabilities": .object(server.capabilities.object(for: revision)),
            "serverInfo": .object(implementation(server.info)),
        ]
        result["instructions"] = server.instructions.map(JSONValue.string)
        return result
    }

    /// The result of `server/discover`; who the server is stands in `_meta` (facts 9.3).
    package func discoverResult(_ server: ServerIdentity, hint: CacheHint) -> JSONObject {
        var result: JSONObject = [
            "resultType": "complete", "supportedVersions": RevisionCatalog.servedDates,
            "capabilities": .object(server.capabilities.object(for: revision)),
        ]
        result["instructions"] = server.instructions.map(JSONValue.string)
        result["ttlMs"] = .number(JSONNumber(hint.milliseconds))
        result["cacheScope"] = .string(hint.scope.rawValue)
        result["_meta"] = [MetaKey.serverInfo: .object(server.info)]
        return result
    }
}

/// How long a result may be kept, and for whom (MCP 2026-07-28, caching).
package struct CacheHint: Sendable, Hashable {
    /// Whom a kept result may be shown to.
    package enum Scope: String, Sendable, Hashable {
        /// Everybody.
        case everybody = "public"
        /// Those with the same authorization.
        case `private`
    }

    /// How long it stays fresh, from 0 on.
    package var milliseconds: Int
    /// Whom it may be shown to.
    package var scope: Scope

    /// Stale at once, and for nobody else: what is said of a result that says nothing (facts 6.5, 9.12).
    package static let none = CacheHint(milliseconds: 0, scope: .private)

    /// Makes a hint of these parts.
    package init(milliseconds: Int, scope: Scope) {
        self.milliseconds = milliseconds
        self.scope = scope
    }

    /// Reads those of a result: an absent or a negative time is 0, an absent scope private.
    package init(result: JSONObject) {
        milliseconds = Swift.max(result["ttlMs"]?.integer ?? 0, 0)
        scope = result["cacheScope"]?.stringValue.flatMap(Scope.init) ?? .private
    }

    /// What holds for a result made of several (facts 6.5): the shortest time, and private if one is.
    package func joined(with other: CacheHint) -> CacheHint {
        CacheHint(
            milliseconds: Swift.min(milliseconds, other.milliseconds),
            scope: scope == .everybody && other.scope == .everybody ? .everybody : .private)
    }
}
