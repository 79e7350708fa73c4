import GatewayModel
import HTTPTransport
import JSONCoding
import MCPWire
import UpstreamClients

/// The answers that the gateway gives by itself: what a server is, and its lists.
struct OfferLists: Sendable {
    let server: ServedServer
    let client: ClientContext
    let links: any ConnectLinks

    /// The result of a list as bytes, or why there is none.
    func list(_ kind: ListKind, cursor: JSONValue?, on loop: CallLoop) async -> Result<[UInt8], MCPFailure> {
        guard cursor == nil || cursor == .null else {
            return .failure(
                MCPFailure(.invalidParams, "There is no such cursor; ask without one, the list is one page."))
        }
        let fresh = await server.freshOffer(on: loop)
        let offer = fresh.offer.seen(by: client.principal)
        // Never an empty list with a success because of an upstream's fault.
        if let missing = fresh.missing(kind), offer.isEmpty(kind) {
            return .failure(MCPFailure(.internalError, await advice(missing)))
        }
        let form = RenderedList(
            kind: kind, revision: client.revision, showsApps: client.capabilities.showsApps,
            isFresh: fresh.isFresh && fresh.missing == nil)
        return .success(offer.list(form) { render(form, offer) })
    }

    /// What to do about an upstream of which nothing is known: where the person can connect it, the page where they do.
    private func advice(_ missing: ServedServer.Missing) async -> String {
        guard case .connectRequired(let need)? = missing.failure, need.isPersonal,
            let name = try? UpstreamName(missing.upstream), let link = await links.link(to: name, for: client.principal)
        else { return missing.advice }
        return "\(missing.advice) \(link)"
    }

    private func render(_ form: RenderedList, _ offer: ServerOffer) -> [UInt8] {
        let rendering = ClientRendering(revision: form.revision, capabilities: client.capabilities)
        let definitions: [JSONObject] =
            switch form.kind {
            case .tools:
                offer.tools.compactMap { tool in
                    // What only views may call is hidden from the model of a client that shows no views (facts 7.2).
                    if !form.showsApps, ToolVisibility.isForViewsOnly(tool.definition) { return nil }
                    guard var rendered = rendering.tool(tool.definition, from: tool.revision) else { return nil }
                    if form.revision.hasCoreTasks, offer.tasks[tool.upstream] == .tasksExtension {
                        // The upstream decides what becomes a task; a client that may not ask for one never gets one.
                        rendered["execution"] = ["taskSupport": "optional"]
                    }
                    return rendered
                }
            case .prompts: offer.prompts.map { rendering.prompt($0.definition, from: $0.revision) }
            case .resources:
                offer.resources.resources.map { rendering.resource($0.definition, from: $0.revision) }
            case .resourceTemplates:
                offer.resources.templates.map { rendering.resource($0.definition, from: $0.revision) }
            }
        var result = JSONObject()
        if form.revision.hasResultType { result["resultType"] = "complete" }
        result[form.kind.rawValue] = .array(definitions.map { .object($0) })
        if form.revision.hasCacheHints {
            result["ttlMs"] = .number(JSONNumber(form.isFresh ? offer.milliseconds : 0))
            result["cacheScope"] = "private"
        }
        return JSONWriter.bytes(of: .object(result))
    }
}
