import GatewayModel
import JSONCoding
import MCPWire

/// The resources and templates of a server, and whose a URI is (rulings 4.7).
///
/// A URI stays as its upstream spells it, unless an upstream before it in the server has the same one: then it is qualified,
/// everywhere it stands.
struct ResourceOffer: Sendable {
    let resources: [OfferedResource]
    let templates: [OfferedResource]
    private let table: NameTable
    /// URIs that tools name in `_meta` and that no list has (K01).
    private let viewTable: NameTable
    private let views: [Int]
    private let matchers: [URITemplateMatcher]
    /// By upstream: its own URI to the qualified one.
    private let qualified: [[String: String]]
    private let names: [String]

    init(_ parts: [OfferPart]) {
        names = parts.map(\.upstream.text)
        var holders: [String: Int] = [:]
        var qualified: [[String: String]] = Array(repeating: [:], count: parts.count)
        var resources: [OfferedResource] = []
        var views: [(String, Int)] = []
        // A URI that is qualified already means the one whose name is in it, whoever lists it.
        func foreign(_ uri: String) -> Int? { parts.count == 1 || QualifiedURI.parse(uri) == nil ? nil : -1 }
        for (position, part) in parts.enumerated() {
            let tools = part.inventory?[.tools] ?? []
            let linked = tools.flatMap { OfferedURI.views(in: $0) }
            let listed = (part.inventory?[.resources] ?? []).compactMap { $0["uri"]?.stringValue }
            for uri in listed + linked {
                if let holder = holders[uri] ?? foreign(uri) {
                    if holder != position { qualified[position][uri] = QualifiedURI.qualified(uri, of: part.upstream) }
                } else {
                    holders[uri] = position
                }
            }
            for uri in linked { views.append((qualified[position][uri] ?? uri, position)) }
        }
        self.qualified = qualified
        for (position, part) in parts.enumerated() {
            for definition in part.inventory?[.resources] ?? [] {
                guard let uri = definition["uri"]?.stringValue else { continue }
                resources.append(
                    OfferedResource(
                        uri: qualified[position][uri] ?? uri, original: uri, upstream: position,
                        definition: Self.rewriting(qualified[position]).resource(definition),
                        revision: part.revision))
            }
        }
        var templates: [OfferedResource] = []
        var templateTexts: Set<String> = []
        for (position, part) in parts.enumerated() {
            for definition in part.inventory?[.resourceTemplates] ?? [] {
                guard let uri = definition["uriTemplate"]?.stringValue else { continue }
                // Two upstreams that have one template are told apart as two that have one URI are.
                let shown = templateTexts.insert(uri).inserted ? uri : QualifiedURI.qualified(uri, of: part.upstream)
                var definition = definition
                if shown != uri { definition["uriTemplate"] = .string(shown) }
                templates.append(
                    OfferedResource(
                        uri: shown, original: uri, upstream: position, definition: definition, revision: part.revision))
            }
        }
        self.resources = resources
        self.templates = templates
        table = NameTable(resources.map(\.uri))
        viewTable = NameTable(views.map(\.0))
        self.views = views.map(\.1)
        matchers = templates.map { URITemplateMatcher($0.uri) }
    }

    /// Whose a URI is that a client names, and what its upstream calls it.
    func route(_ uri: String) -> (upstream: Int, original: String)? {
        let bytes = Array(uri.utf8)
        if let index = table.find(bytes.span) {
            return (resources[index].upstream, resources[index].original)
        }
        if let (name, original) = QualifiedURI.parse(uri), let upstream = names.firstIndex(of: name.description) {
            return (upstream, original.description)
        }
        if let index = matchers.firstIndex(where: { $0.matches(bytes) }) { return (templates[index].upstream, uri) }
        if let index = viewTable.find(bytes.span) { return (views[index], uri) }
        return names.count == 1 ? (0, uri) : nil
    }

    /// Whether it is the view of a tool.
    func isView(_ uri: String) -> Bool { viewTable.find(Array(uri.utf8).span) != nil }

    /// Whose a template is, compared as text.
    func route(template: String) -> (upstream: Int, original: String)? {
        if let template = templates.first(where: { $0.uri == template }) {
            return (template.upstream, template.original)
        }
        return route(template)
    }

    /// Whether results of this upstream may name a URI that clients know under another one.
    func isQualified(_ upstream: Int) -> Bool { !qualified[upstream].isEmpty }

    /// A tool of an upstream with the URIs that clients know.
    func rewritten(tool: JSONObject, of upstream: Int) -> JSONObject {
        qualified[upstream].isEmpty ? tool : Self.rewriting(qualified[upstream]).tool(tool)
    }

    /// A result of an upstream with the URIs that clients know.
    func rewritten(result: JSONObject, of method: MCPMethod, at upstream: Int) -> JSONObject {
        qualified[upstream].isEmpty ? result : Self.rewriting(qualified[upstream]).result(result, of: method)
    }

    private static func rewriting(_ qualified: [String: String]) -> URIRewriting {
        URIRewriting { uri in qualified[uri] ?? uri }
    }

    /// What clients call a URI of an upstream.
    func shown(_ uri: String, of upstream: Int) -> String { qualified[upstream][uri] ?? uri }
}

/// A resource or a template as clients see it.
struct OfferedResource: Sendable {
    let uri: String
    let original: String
    let upstream: Int
    let definition: JSONObject
    /// The revision that the definition is written in.
    let revision: Revision
}

/// Whether a URI can have come from a template of RFC 6570. Not an expansion backwards: it decides a route only, so each
/// expression takes any text of the characters that it could bring.
struct URITemplateMatcher: Sendable {
    private enum Part: Sendable {
        case literal([UInt8])
        /// `{+path}` and `{#path}` may bring anything, others no reserved characters but what lists need.
        case expression(takesAll: Bool)
    }

    private let parts: [Part]

    init(_ template: String) {
        var parts: [Part] = []
        var literal: [UInt8] = []
        var expression: [UInt8]?
        for byte in template.utf8 {
            if let open = expression {
                if byte == UInt8(ascii: "}") {
                    let takesAll = open.first.map { "+#/?&;.".utf8.contains($0) } ?? false
                    parts.append(.expression(takesAll: takesAll))
                    expression = nil
                } else {
                    expression = open + [byte]
                }
            } else if byte == UInt8(ascii: "{") {
                if !literal.isEmpty { parts.append(.literal(literal)) }
                literal = []
                expression = []
            } else {
                literal.append(byte)
            }
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        self.parts = parts
    }

    /// The longest URI that is compared: a client chooses the URI and an upstream the template, and each expression looks at
    /// the whole URI once.
    static let uriBytesMax = 4_096

    func matches(_ uri: [UInt8]) -> Bool {
        guard uri.count <= Self.uriBytesMax else { return false }
        if case .literal(let text) = parts.first, !uri.starts(with: text) { return false }
        // Whether the parts so far can have matched up to a place.
        var ends = [Bool](repeating: false, count: uri.count + 1)
        ends[0] = true
        for part in parts {
            switch part {
            case .literal(let text):
                for end in ends.indices.reversed() {
                    let start = end - text.count
                    ends[end] = start >= 0 && ends[start] && uri[start..<end].elementsEqual(text)
                }
            case .expression(let takesAll):
                var isOpen = false
                for end in ends.indices {
                    if end > 0, !takesAll, uri[end - 1] == UInt8(ascii: "/") { isOpen = false }
                    isOpen = isOpen || ends[end]
                    ends[end] = isOpen
                }
            }
        }
        return ends[uri.count]
    }
}
