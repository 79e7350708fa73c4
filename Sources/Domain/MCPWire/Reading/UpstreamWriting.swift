package import JSONCoding

/// The envelope of a request in neutral form: what an upstream of the stateless era is told with each.
package struct RequestEnvelope: Sendable, Hashable {
    /// What the client can do, as far as the gateway relays it.
    package var capabilities: ClientCapabilities
    /// Who asks.
    package var clientInfo: JSONObject?
    /// From which level on log messages are wanted.
    package var logLevel: MCPLogLevel?
    /// What progress is called by on our hop; absent if nobody wants progress.
    package var progressToken: JSONValue?

    /// Makes an envelope of these parts.
    package init(
        capabilities: ClientCapabilities, clientInfo: JSONObject? = nil, logLevel: MCPLogLevel? = nil,
        progressToken: JSONValue? = nil
    ) {
        self.capabilities = capabilities
        self.clientInfo = clientInfo
        self.logLevel = logLevel
        self.progressToken = progressToken
    }
}

/// Writes requests of the neutral form for an upstream of one revision.
package struct UpstreamWriting: Sendable {
    /// What the upstream speaks.
    package let revision: Revision

    /// Writes for an upstream of this revision.
    package init(revision: Revision) {
        self.revision = revision
    }

    /// The params of a request: the client's own, with the envelope of our hop in `_meta` or without any.
    ///
    /// Other members of `_meta` go along, trace context among them. What belongs to the client's hop is replaced or removed.
    package func params(_ params: JSONObject, of method: MCPMethod, envelope: RequestEnvelope) -> JSONObject {
        var written = params
        var meta = params["_meta"]?.objectValue ?? [:]
        let token = envelope.progressToken
        if revision.era == .stateless {
            meta[MetaKey.protocolVersion] = .string(revision.date.description)
            meta[MetaKey.clientCapabilities] = .object(envelope.capabilities.object(for: revision))
            meta[MetaKey.clientInfo] = envelope.clientInfo.map(JSONValue.object)
            meta[MetaKey.logLevel] = envelope.logLevel.map { .string($0.rawValue) }
        } else {
            meta.remove(
                MetaKey.protocolVersion, MetaKey.clientCapabilities, MetaKey.clientInfo, MetaKey.logLevel,
                MetaKey.subscriptionID, MetaKey.relatedTask)
            // A relayed `task` would start one of 2025-11-25, which the gateway has to ask for itself (facts 4.8).
            if revision.hasCoreTasks { written["task"] = nil }
            written.remove("inputResponses", "requestState")
            if method == .complete, !revision.hasCompletionContext { written["context"] = nil }
        }
        meta[MetaKey.progressToken] = token
        written["_meta"] = meta.members.isEmpty ? nil : .object(meta)
        return written
    }

    /// The params of `initialize`.
    package func initializeParams(capabilities: ClientCapabilities, clientInfo: JSONObject) -> JSONObject {
        [
            "protocolVersion": .string(revision.date.description),
            "capabilities": .object(capabilities.object(for: revision)),
            "clientInfo": .object(ClientRendering(revision: revision).implementation(clientInfo)),
        ]
    }
}
