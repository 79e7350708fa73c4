package import JSONCoding

/// Understands schemas of JSON Schema 2020-12 and draft-07; without `$schema` it is 2020-12.
package enum SchemaCompiler {
    /// Compiles a schema. References reach into it, into the two metaschemas, and into `documents` by their URI: nothing is
    /// ever fetched. Whatever is wrong in a part that no value reaches, such as an unused definition, is wrong all the same,
    /// except a reference to a document that is not here.
    package static func compile(
        _ schema: JSONValue, documents: [String: JSONValue] = [:], limits: SchemaLimits = SchemaLimits()
    ) throws(SchemaFault) -> CompiledSchema {
        var compilation = SchemaCompilation(documents: documents, limits: limits)
        let root = try compilation.addDocument(schema, uri: "", dialect: .current)
        try compilation.resolveReferences()
        try compilation.checkReach(from: root)
        return CompiledSchema(
            nodes: compilation.nodes, root: root,
            dynamicAnchors: compilation.resources.map(\.dynamicAnchors), remarks: compilation.remarks)
    }
}

/// The compilation under way.
///
/// A document is walked once, from its root through all keywords that have subschemas; each becomes a node, and identifiers
/// and anchors are noted. References are resolved afterwards, which may bring in further documents and places.
///
/// What is on the way from a subschema to the next one is `@inline(never)`: put together, the frames took three times the stack.
struct SchemaCompilation {
    let documents: [String: JSONValue]
    let limits: SchemaLimits
    var nodes: [SchemaNode] = []
    var places = SchemaPlaces()
    var resources: [SchemaResource] = []
    var resourcesByURI: [String: Int] = [:]
    /// The node at a place.
    var nodesByPlace: [Int: Int] = [:]
    var pending: [PendingReference] = []
    /// The members, by name, of large objects that pointers go through.
    var memberIndices: [Int: [ByteName: JSONValue]] = [:]
    /// What a node lacks that no value may reach.
    var obstacles: [Int: (place: Int, obstacle: SchemaFault.Obstacle)] = [:]
    var remarks: [SchemaRemark] = []
    var patternInstructionsLeft: Int

    init(documents: [String: JSONValue], limits: SchemaLimits) {
        self.documents = documents
        self.limits = limits
        patternInstructionsLeft = limits.patternInstructionsInAll
    }

    /// A document or a part of one that has an identifier of its own.
    struct SchemaResource {
        let uri: SchemaURI
        let place: Int
        let value: JSONValue
        let dialect: SchemaDialect
        var anchors: [ByteName: Int] = [:]
        var dynamicAnchors: [ByteName: Int] = [:]
    }

    struct PendingReference {
        let node: Int
        let applicator: Int
        let reference: String
        let isDynamic: Bool
        let resource: Int
        let place: Int
    }

    /// Walks a document that was found at a URI.
    mutating func addDocument(_ value: JSONValue, uri: String, dialect: SchemaDialect) throws(SchemaFault) -> Int {
        let place = places.addRoot()
        resources.append(SchemaResource(uri: SchemaURI(uri), place: place, value: value, dialect: dialect))
        resourcesByURI[uri] = resources.count - 1
        return try node(value, at: place, in: resources.count - 1, isRoot: true, room: limits.depth)
    }

    /// The node of the subschema at a place, which is made if it is not there.
    @inline(never)
    mutating func node(
        _ value: JSONValue, at place: Int, in resource: Int, isRoot: Bool = false, room: Int
    ) throws(SchemaFault) -> Int {
        if let node = nodesByPlace[place] { return node }
        guard room > 0 else { throw .tooDeep(place: places.pointer(place), limit: limits.depth) }
        guard nodes.count < limits.subschemas else {
            throw .tooManySubschemas(place: places.pointer(place), limit: limits.subschemas)
        }
        let index = nodes.count
        nodesByPlace[place] = index
        nodes.append(SchemaNode(resource: resource))
        switch value {
        case .bool(let isAlways): nodes[index].isNever = !isAlways
        case .object(let object):
            try compile(object, of: value, as: index, at: place, in: resource, isRoot: isRoot, room: room)
        case .null, .number, .string, .array: throw wrong(place, "a schema: an object, true or false")
        }
        return index
    }

    @inline(never)
    private mutating func compile(
        _ object: JSONObject, of value: JSONValue, as index: Int, at place: Int, in outer: Int, isRoot: Bool, room: Int
    ) throws(SchemaFault) {
        let resource = try identify(object, of: value, as: index, at: place, in: outer, isRoot: isRoot)
        let words = SchemaWords(
            object, place: place, dialect: resources[resource].dialect, resource: resource, room: room - 1)
        var node = SchemaNode(resource: resource)
        try addDefinitions(words)
        if resources[resource].dialect.draft == .draft2020 { try noteAnchors(words, as: index) }
        try addValues(words, to: &node)
        node.number = try numberRules(words)
        node.string = try stringRules(words)
        node.array = try arrayRules(words)
        node.object = try objectRules(words)
        try addApplicators(words, to: &node, as: index)
        nodes[index] = node
    }

    /// Mutating, because a call of any other sort looks at a copy from before its arguments were made, which lacks the place.
    @inline(never)
    mutating func wrong(_ place: Int, _ expected: String) -> SchemaFault {
        .wrongValue(place: places.pointer(place), expected: expected)
    }

    mutating func remark(_ kind: SchemaRemark.Kind, at place: Int) {
        guard remarks.count < SchemaRemark.countMax else { return }
        remarks.append(SchemaRemark(place: places.pointer(place), kind: kind))
    }

    /// The subschema that a keyword has for a value, if the keyword is there.
    @inline(never)
    mutating func subschema(_ word: SchemaWord, of words: SchemaWords) throws(SchemaFault) -> Int? {
        guard let value = words[word] else { return nil }
        return try subschema(value, at: places.place(word.rawValue, under: words.place), of: words)
    }

    @inline(never)
    mutating func subschema(_ value: JSONValue, at place: Int, of words: SchemaWords) throws(SchemaFault) -> Int {
        try node(value, at: place, in: words.resource, room: words.room)
    }

    /// The subschemas of a keyword that has a list of them.
    @inline(never)
    mutating func subschemas(_ word: SchemaWord, of words: SchemaWords) throws(SchemaFault) -> [Int]? {
        guard let value = words[word] else { return nil }
        let place = places.place(word.rawValue, under: words.place)
        guard let elements = value.arrayValue, !elements.isEmpty else {
            throw wrong(place, "an array of at least one schema")
        }
        var list: [Int] = []
        for (index, element) in elements.enumerated() {
            list.append(try subschema(element, at: places.place(String(index), under: place), of: words))
        }
        return list
    }

    /// The subschemas of a keyword that has them by name.
    @inline(never)
    mutating func namedSubschemas(
        _ word: SchemaWord, of words: SchemaWords
    ) throws(SchemaFault) -> [(name: String, node: Int)] {
        guard let value = words[word] else { return [] }
        let place = places.place(word.rawValue, under: words.place)
        guard let object = value.objectValue else { throw wrong(place, "an object whose members are schemas") }
        var list: [(name: String, node: Int)] = []
        for member in object.members {
            let below = places.place(member.name, under: place)
            list.append((member.name, try subschema(member.value, at: below, of: words)))
        }
        return list
    }
}
