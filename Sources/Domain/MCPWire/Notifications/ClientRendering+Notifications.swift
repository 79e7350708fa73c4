package import JSONCoding

extension ClientRendering {
    /// The params of a notification to this client; nothing if its revision does not have this one.
    ///
    /// On a listen stream of the stateless era `subscription` is the id of the listen request, which every frame carries
    /// (MCP 2026-07-28, subscriptions). In the handshake era it is ignored.
    package func notification(
        _ kind: MCPNotification, params: JSONObject?, subscription: JSONValue? = nil
    ) -> RenderedNotification? {
        guard kind.isSentToClients(of: revision) else { return nil }
        var rendered = params ?? [:]
        rendered.changeMeta { $0.remove(MetaKey.subscriptionID, MetaKey.relatedTask) }
        if kind == .progress, !revision.hasProgressMessage { rendered["message"] = nil }
        if revision.era == .stateless, let subscription {
            var meta = rendered["_meta"]?.objectValue ?? [:]
            meta[MetaKey.subscriptionID] = subscription
            rendered["_meta"] = .object(meta)
        }
        return RenderedNotification(kind: kind, params: rendered.members.isEmpty ? nil : rendered)
    }
}

/// A notification in a client's form.
package struct RenderedNotification: Sendable, Hashable {
    /// Which one it is.
    package let kind: MCPNotification
    /// What it says; nothing where the sort says it all.
    package let params: JSONObject?

    /// The JSON-RPC message.
    package var bytes: [UInt8] { JSONRPCWriter.notification(method: kind.name, params: params) }
}
