package import JSONCoding

/// Reads what an upstream of one revision said into the neutral form: up-conversion (facts 6.6, last row).
package struct UpstreamReading: Sendable {
    /// What the upstream speaks.
    package let revision: Revision

    /// Reads what an upstream of this revision says.
    package init(revision: Revision) {
        self.revision = revision
    }

    /// A result of a method. Of a stateless upstream it arrives as it is, except for what the revision requires and the upstream
    /// left out. `hint` is what is said of results that say nothing.
    package func result(_ result: JSONObject, of method: MCPMethod, hint: CacheHint = .none) -> JSONObject {
        var neutral = result
        if neutral["resultType"] == nil { neutral["resultType"] = "complete" }
        if method.hasCacheHints, neutral["resultType"]?.stringValue == "complete" {
            if (neutral["ttlMs"]?.integer ?? -1) < 0 { neutral["ttlMs"] = .number(JSONNumber(hint.milliseconds)) }
            if neutral["cacheScope"]?.stringValue == nil { neutral["cacheScope"] = .string(hint.scope.rawValue) }
        }
        guard revision.era == .handshake else { return neutral }
        neutral.changeMeta { $0.remove(MetaKey.relatedTask) }
        if method == .toolsList {
            neutral.change("tools") { list in
                guard let elements = list.arrayValue else { return list }
                return .array(elements.map { element in element.objectValue.map { .object(tool($0)) } ?? element })
            }
        }
        return neutral
    }

    /// A tool's definition, without what only this revision has. Prompts and resources have nothing of that sort.
    package func tool(_ tool: JSONObject) -> JSONObject { self.tool(tool, for: .v2026_07_28) }

    /// A failure. What speaks of our hop is ours to solve, and a missing resource has one code now (rulings 3.1).
    package func failure(_ failure: MCPFailure) -> MCPFailure {
        var neutral = failure
        switch failure.knownCode {
        case .resourceNotFound: neutral.code = MCPErrorCode.invalidParams.rawValue
        case .headerMismatch, .unsupportedProtocolVersion:
            neutral = MCPFailure(
                .internalError, "The upstream did not understand the gateway: \(failure.message) (\(failure.code)).")
        default: break  // Codes are an open set.
        }
        return neutral
    }

    /// What a result of `initialize` or of `server/discover` says; nothing if it has no capabilities.
    package func identity(_ result: JSONObject) -> ServerIdentity? {
        guard let capabilities = result["capabilities"]?.objectValue else { return nil }
        // Drafts had it in the body (facts 9.3).
        let info = result["_meta"]?[MetaKey.serverInfo]?.objectValue ?? result["serverInfo"]?.objectValue ?? [:]
        return ServerIdentity(
            info: info, capabilities: ServerCapabilities(capabilities, of: revision),
            instructions: result["instructions"]?.stringValue)
    }

    /// `Tool.execution` belongs to the tasks of 2025-11-25. `x-mcp-header` means nothing to an upstream that is not of the
    /// stateless era, but would bind its clients to send headers, so it goes.
    func tool(_ tool: JSONObject, for target: Revision) -> JSONObject {
        var neutral = tool
        if revision.hasCoreTasks, !target.hasCoreTasks { neutral["execution"] = nil }
        if !revision.hasParameterHeaders, target.hasParameterHeaders {
            neutral.change("inputSchema") { ParameterHeaders.removed(from: $0) }
        }
        return neutral
    }
}
