import JSONCoding
import MCPWire
import UpstreamClients

/// What an upstream offers, under its own names and in the form of its own revision.
struct UpstreamInventory: Sendable {
    let description: UpstreamDescription
    /// The lists by kind; a kind that the upstream does not declare is absent.
    private(set) var lists: [ListKind: [JSONObject]] = [:]
    /// How long the upstream says that its lists hold.
    var milliseconds: Int = 0
    /// The lists that could not be read the last time, and why; what was known of them before stays.
    var unread: [ListKind: UpstreamError] = [:]

    init(description: UpstreamDescription) {
        self.description = description
    }

    subscript(kind: ListKind) -> [JSONObject] {
        get { lists[kind] ?? [] }
        set { lists[kind] = newValue }
    }

    /// Takes the lists that could not be read from an inventory that was known before.
    mutating func keepUnread(of known: UpstreamInventory?) {
        for kind in unread.keys { lists[kind] = known?.lists[kind] }
    }

    /// Whether clients see no difference.
    func isSame(as other: UpstreamInventory) -> Bool {
        lists == other.lists && description == other.description && milliseconds == other.milliseconds
    }
}

/// The four lists of MCP.
enum ListKind: String, Sendable, Hashable, CaseIterable {
    case tools
    case prompts
    case resources
    case resourceTemplates

    var method: MCPMethod {
        switch self {
        case .tools: .toolsList
        case .prompts: .promptsList
        case .resources: .resourcesList
        case .resourceTemplates: .resourceTemplatesList
        }
    }

    /// The capability that an upstream declares if it has this list.
    var capability: String {
        switch self {
        case .tools: "tools"
        case .prompts: "prompts"
        case .resources, .resourceTemplates: "resources"
        }
    }

    /// The list that has what a call of this method names.
    init?(naming method: MCPMethod) {
        switch method {
        case .toolsCall: self = .tools
        case .promptsGet: self = .prompts
        case .resourcesRead: self = .resources
        default: return nil
        }
    }

    init?(_ method: MCPMethod) {
        guard let kind = Self.allCases.first(where: { $0.method == method }) else { return nil }
        self = kind
    }
}

extension UpstreamInventory {
    /// As it is kept between two runs.
    var bytes: [UInt8] {
        var lists = JSONObject()
        for (kind, items) in self.lists { lists[kind.rawValue] = .array(items.map { .object($0) }) }
        return JSONWriter.bytes(
            of: .object([
                "revision": .string(description.revision.date.description),
                "capabilities": .object(description.capabilities),
                "serverInfo": .object(description.serverInfo),
                "instructions": description.instructions.map { .string($0) } ?? .null,
                "lists": .object(lists),
            ]))
    }

    /// Reads what was kept; nothing if it is not in this form.
    init?(_ bytes: [UInt8]) {
        let limits = JSONLimits(bytes: JSONLimits.bytesMax, stringBytes: JSONLimits.bytesMax)
        guard let value = try? JSONParser.parse(bytes, limits: limits), let date = value["revision"]?.stringValue,
            let revision = RevisionCatalog.revision(dated: Array(date.utf8).span),
            let lists = value["lists"]?.objectValue
        else { return nil }
        self.init(
            description: UpstreamDescription(
                revision: revision, capabilities: value["capabilities"]?.objectValue ?? JSONObject(),
                serverInfo: value["serverInfo"]?.objectValue ?? JSONObject(),
                instructions: value["instructions"]?.stringValue))
        for kind in ListKind.allCases {
            self.lists[kind] = lists[kind.rawValue]?.arrayValue?.compactMap(\.objectValue)
        }
    }
}
