import GatewayModel
import JSONCoding
import MCPWire
import Synchronization
import UpstreamClients

/// What one virtual server offers, made of the inventories of its upstreams as they are known: names on the outside, routes on
/// the inside. Immutable; a changed inventory makes a new one.
///
/// A class, because calls hold it and because it keeps what was rendered from it.
final class ServerOffer: Sendable {
    /// Counts changes of inventories; another number means that this offer may be out of date.
    let generation: Int
    let tools: [OfferedItem]
    let prompts: [OfferedItem]
    let resources: ResourceOffer
    let capabilities: JSONObject
    let instructions: String?
    let serverInfo: JSONObject?
    let collisions: [OfferCollision]
    /// What had to be changed in tools, or why one is withheld.
    let remarks: [OfferRemark]
    /// Which tasks each upstream has, by position.
    let tasks: [TaskSupport]
    /// Upstreams of which nothing is known yet, by position.
    let unknown: [Int]
    /// The shortest time that the lists of its upstreams hold.
    let milliseconds: Int
    private let toolTable: NameTable
    private let promptTable: NameTable
    private let rendered = Mutex<[RenderedList: [UInt8]]>([:])
    /// Who may see which tools; nothing if everybody sees all.
    private let restriction: ServerAccess?
    private let narrowed = Mutex<[Set<String>: ServerOffer]>([:])

    /// Makes the offer of a server from what is known of its upstreams, in the operator's order.
    init(server: VirtualServerDefinition, parts: [OfferPart], generation: Int) {
        self.generation = generation
        var collisions: [OfferCollision] = []
        var remarks: [OfferRemark] = []
        let resources = ResourceOffer(parts)
        self.resources = resources
        tools = Self.items(.tools, server, parts, resources, &collisions, &remarks)
        prompts = Self.items(.prompts, server, parts, resources, &collisions, &remarks)
        self.collisions = collisions
        self.remarks = remarks
        toolTable = NameTable(tools.map(\.name))
        promptTable = NameTable(prompts.map(\.name))
        tasks = parts.map { $0.inventory.map { TaskSupport($0.description) } ?? .none }
        unknown = parts.indices.filter { parts[$0].inventory == nil }
        milliseconds = parts.compactMap { $0.inventory?.milliseconds }.min() ?? 0
        let descriptions = parts.compactMap { $0.inventory?.description }
        capabilities = OfferedCapabilities.union(descriptions)
        instructions = OfferedCapabilities.instructions(parts)
        serverInfo = parts.count == 1 ? descriptions.first?.serverInfo : nil
        restriction = server.access.tools.isEmpty ? nil : server.access
    }

    /// The same with some of its tools.
    private init(_ whole: ServerOffer, tools: [OfferedItem]) {
        generation = whole.generation
        self.tools = tools
        prompts = whole.prompts
        resources = whole.resources
        capabilities = whole.capabilities
        instructions = whole.instructions
        serverInfo = whole.serverInfo
        collisions = whole.collisions
        remarks = whole.remarks
        tasks = whole.tasks
        unknown = whole.unknown
        milliseconds = whole.milliseconds
        toolTable = NameTable(tools.map(\.name))
        promptTable = whole.promptTable
        restriction = nil
    }

    /// What one who calls sees of it: a tool that is not theirs is not there for them (rulings 3.3). Made once for each set of
    /// groups that makes a difference, so that a call costs the same however many tools there are.
    func seen(by principal: Principal) -> ServerOffer {
        guard let restriction else { return self }
        let groups = principal.groups.intersection(restriction.tools.lazy.flatMap(\.groups))
        if let known = narrowed.withLock({ $0[groups] }) { return known }
        let offer = ServerOffer(
            self, tools: tools.filter { restriction.admits(tool: $0.name, groups: groups) })
        narrowed.withLock { narrowed in
            if narrowed.count >= Self.narrowedMax { narrowed.removeAll() }
            narrowed[groups] = offer
        }
        return offer
    }

    /// Sets of groups that are remembered; people are in fewer kinds of sets than there are people.
    private static let narrowedMax = 64

    /// Whether it has nothing of this kind, as far as is known.
    func isEmpty(_ kind: ListKind) -> Bool {
        switch kind {
        case .tools: tools.isEmpty
        case .prompts: prompts.isEmpty
        case .resources: resources.resources.isEmpty
        case .resourceTemplates: resources.templates.isEmpty
        }
    }

    /// What the server says of itself; who we are is ours to say.
    func identity(_ info: JSONObject) -> ServerIdentity {
        let declared = ServerCapabilities(
            neutral: capabilities, coreTasks: hasTasks ? TaskSupport.declaration : nil)
        return ServerIdentity(info: info, capabilities: declared, instructions: instructions)
    }

    /// Whether any upstream has tasks, so that clients are told of them (rulings 4.8).
    var hasTasks: Bool { tasks.contains { $0 != .none } }

    /// The tool of a name that was cut out of a message.
    func tool(_ name: Span<UInt8>) -> OfferedItem? {
        toolTable.find(name).map { tools[$0] }
    }

    func tool(_ name: String) -> OfferedItem? { tool(Array(name.utf8).span) }

    func prompt(_ name: String) -> OfferedItem? {
        promptTable.find(name).map { prompts[$0] }
    }

    /// Rulings 4.9: the tool that a view means by its original name, if exactly one upstream lets views call one of that name.
    func toolForView(original name: String) -> OfferedItem? {
        let candidates = tools.filter { $0.original == name && $0.isForViews }
        return candidates.count == 1 ? candidates[0] : nil
    }

    /// The result of a list as bytes, made once for each form that clients want it in.
    func list(_ list: RenderedList, make: () -> [UInt8]) -> [UInt8] {
        if let bytes = rendered.withLock({ $0[list] }) { return bytes }
        let bytes = make()
        rendered.withLock { $0[list] = bytes }
        return bytes
    }

    /// A tool as it can be offered; nothing if it cannot.
    private static func safe(_ tool: JSONObject, _ part: OfferPart, isPrefixed: Bool, _ remarks: inout [OfferRemark])
        -> JSONObject?
    {
        var safe = SafeTool(tool, getsLegalName: isPrefixed)
        // MCP 2026-07-28, x-mcp-header: a tool whose annotations are wrong must not be offered by a client over HTTP.
        if part.revision.hasParameterHeaders, let schema = safe.definition?["inputSchema"] {
            do throws(ParameterHeaderFault) {
                _ = try ParameterHeaders(schema: schema)
            } catch {
                safe.withhold("its annotations x-mcp-header are wrong")
            }
        }
        let name = tool["name"]?.stringValue ?? ""
        remarks += safe.remarks.map { OfferRemark(upstream: part.upstream.text, tool: name, sentence: $0) }
        return safe.definition
    }

    private static func items(
        _ kind: ListKind, _ server: VirtualServerDefinition, _ parts: [OfferPart], _ resources: ResourceOffer,
        _ collisions: inout [OfferCollision], _ remarks: inout [OfferRemark]
    ) -> [OfferedItem] {
        let isPrefixed = server.naming == .prefix
        var items: [OfferedItem] = []
        var holders: [String: Int] = [:]
        for (position, part) in parts.enumerated() {
            for definition in part.inventory?[kind] ?? [] {
                guard
                    let definition = kind == .tools
                        ? safe(definition, part, isPrefixed: isPrefixed, &remarks) : definition,
                    let original = definition["name"]?.stringValue
                else { continue }
                let name = isPrefixed ? PrefixedName.name(original, of: part.upstream) : original
                if let holder = holders[name] {
                    collisions.append(
                        OfferCollision(
                            kind: kind, name: name, holder: parts[holder].upstream.text, newcomer: part.upstream.text))
                    continue
                }
                holders[name] = position
                let rights = ToolRights(definition, name: name, access: server.access)
                var shown = definition
                if kind == .tools {
                    shown = rights.published(resources.rewritten(tool: shown, of: position), for: server.auth)
                }
                if name != original { shown["name"] = .string(name) }
                items.append(
                    OfferedItem(
                        name: name, original: original, upstream: position, definition: shown,
                        revision: part.revision, rights: rights))
            }
        }
        return items
    }
}

/// One upstream's part in an offer.
struct OfferPart: Sendable {
    let upstream: UpstreamName
    let inventory: UpstreamInventory?

    /// The revision that its definitions are written in.
    var revision: Revision { inventory?.description.revision ?? .v2026_07_28 }
}

/// The form in which a list was asked for.
struct RenderedList: Sendable, Hashable {
    let kind: ListKind
    let revision: Revision
    /// Whether the client says that it shows MCP Apps; older revisions keep what belongs to them then.
    let showsApps: Bool
    /// Whether every upstream's part is up to date; if not, the list says that it is soon out of date.
    let isFresh: Bool
}
