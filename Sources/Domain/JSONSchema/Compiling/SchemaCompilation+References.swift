import JSONCoding

extension SchemaCompilation {
    /// The resource of a subschema: that of its parent, or a new one if it has an identifier.
    @inline(never)
    mutating func identify(
        _ object: JSONObject, of value: JSONValue, as index: Int, at place: Int, in outer: Int, isRoot: Bool
    ) throws(SchemaFault) -> Int {
        let parent = resources[outer]
        let isReference = parent.dialect.draft == .draft7 && object["$ref"]?.stringValue != nil
        if let id = object["$id"], !isReference || isRoot, id.stringValue == nil {
            throw wrong(places.place("$id", under: place), "a string with a URI")
        }
        let id = isReference ? nil : object["$id"]?.stringValue
        let ownURI = id.map { parent.uri.resolving(SchemaURI($0)) }
        let isResource = isRoot || (id.map { !$0.hasPrefix("#") } ?? false)
        var resource = outer
        if isResource {
            let dialect = try dialect(of: object, in: parent, as: index, at: place)
            let uri = ownURI ?? parent.uri
            if isRoot {
                let root = resources[outer]
                resources[outer] = SchemaResource(uri: uri, place: root.place, value: root.value, dialect: dialect)
            } else {
                resources.append(SchemaResource(uri: uri, place: place, value: value, dialect: dialect))
                resource = resources.count - 1
            }
            if resourcesByURI[uri.document] == nil { resourcesByURI[uri.document] = resource }
        }
        // Draft-07 spells an anchor as an identifier that is a fragment.
        if let fragment = ownURI?.fragment, !fragment.isEmpty, resources[resource].dialect.draft == .draft7 {
            resources[resource].anchors[ByteName(fragment)] = index
        }
        return resource
    }

    private mutating func dialect(
        of object: JSONObject, in parent: SchemaResource, as index: Int, at place: Int
    ) throws(SchemaFault) -> SchemaDialect {
        guard let value = object["$schema"] else { return parent.dialect }
        let below = places.place("$schema", under: place)
        guard let uri = value.stringValue else { throw wrong(below, "a string with the URI of a metaschema") }
        if let dialect = SchemaDialect(uri: uri) { return dialect }
        guard let metaschema = documents[SchemaURI(uri).document] else {
            obstacles[index] = (below, .unknownDialect(uri))
            return parent.dialect
        }
        let vocabularies = metaschema["$vocabulary"]
        return SchemaDialect(
            draft: .draft2020,
            validates: vocabularies == nil || vocabularies?[SchemaDialect.validationVocabulary] != nil)
    }

    @inline(never)
    mutating func noteAnchors(_ words: SchemaWords, as index: Int) throws(SchemaFault) {
        for word in [SchemaWord.anchor, .dynamicAnchor] {
            guard let value = words[word] else { continue }
            guard let name = value.stringValue else {
                throw wrong(places.place(word.rawValue, under: words.place), "a string with a name")
            }
            resources[words.resource].anchors[ByteName(name)] = index
            if word == .dynamicAnchor { resources[words.resource].dynamicAnchors[ByteName(name)] = index }
        }
    }

    /// Finds what the references refer to, until none is left that leads to something new.
    mutating func resolveReferences() throws(SchemaFault) {
        while let reference = pending.popLast() {
            let uri = resources[reference.resource].uri.resolving(SchemaURI(reference.reference))
            guard let resource = try self.resource(of: uri.document, for: reference) else {
                obstacles[reference.node] = (reference.place, .remoteReference(uri.document))
                continue
            }
            guard let fragment = SchemaURI.decoded(uri.fragment ?? ""),
                let target = try target(fragment, in: resource)
            else {
                throw .unresolvedReference(place: places.pointer(reference.place), reference: reference.reference)
            }
            let anchor = ByteName(fragment)
            let isAnchored = reference.isDynamic && resources[resource].dynamicAnchors[anchor] == target
            nodes[reference.node].applicators[reference.applicator] =
                reference.isDynamic
                ? .dynamicReference(target, anchor: isAnchored ? anchor : nil) : .reference(target)
        }
    }

    /// The resource of a URI, brought in if it is a document that is here; one without `$schema` is read as its referrer is.
    @inline(never)
    private mutating func resource(
        of uri: String, for reference: PendingReference
    ) throws(SchemaFault) -> Int? {
        if let resource = resourcesByURI[uri] { return resource }
        guard let document = documents[uri] ?? Metaschemas.document(uri) else { return nil }
        _ = try addDocument(document, uri: uri, dialect: resources[reference.resource].dialect)
        return resourcesByURI[uri]
    }

    /// The node that a fragment means: an anchor, or a pointer to any place, even one that no keyword leads to.
    @inline(never)
    private mutating func target(_ fragment: String, in index: Int) throws(SchemaFault) -> Int? {
        guard let names = SchemaPlaces.names(of: fragment) else { return resources[index].anchors[ByteName(fragment)] }
        var place = resources[index].place
        var value = resources[index].value
        var resource = index
        for name in names {
            let inner: JSONValue? =
                switch value {
                case .object(let object): member(name, of: object, at: place)
                case .array(let elements): Int(name).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
                case .null, .bool, .number, .string: nil
                }
            guard let inner else { return nil }
            place = places.place(name, under: place)
            value = inner
            if let node = nodesByPlace[place] { resource = nodes[node].resource }
        }
        return try node(value, at: place, in: resource, room: limits.depth)
    }

    /// The member of an object that a pointer goes through. Large ones are indexed once, because many may go through them.
    private mutating func member(_ name: String, of object: JSONObject, at place: Int) -> JSONValue? {
        guard object.members.count > 16 else { return object[name] }
        if let index = memberIndices[place] { return index[ByteName(name)] }
        var index: [ByteName: JSONValue] = [:]
        for member in object.members.reversed() { index[ByteName(member.name)] = member.value }
        memberIndices[place] = index
        return index[ByteName(name)]
    }

    /// Refuses what no value can be checked with, and remarks on it where no value comes.
    mutating func checkReach(from root: Int) throws(SchemaFault) {
        guard !obstacles.isEmpty else { return }
        var isReached = [Bool](repeating: false, count: nodes.count)
        var waiting = [root]
        while let index = waiting.popLast() {
            guard !isReached[index] else { continue }
            isReached[index] = true
            waiting += nodes[index].subschemas
            for anchors in resources where nodes[index].hasDynamicReference { waiting += anchors.dynamicAnchors.values }
        }
        for (index, found) in obstacles.sorted(by: { $0.key < $1.key }) {
            guard !isReached[index] else {
                throw .cannotBeChecked(place: places.pointer(found.place), obstacle: found.obstacle)
            }
            switch found.obstacle {
            case .remoteReference(let uri): remark(.remoteReference(uri), at: found.place)
            case .unknownDialect(let uri): remark(.unknownDialect(uri), at: found.place)
            }
        }
    }
}

extension SchemaNode {
    /// The subschemas that a check of this one may go on to, except by the dynamic scope.
    fileprivate var subschemas: [Int] {
        var list = [unevaluatedItems, unevaluatedProperties].compactMap(\.self)
        if let array {
            list += array.first
            list += [array.rest, array.contains?.node].compactMap(\.self)
        }
        if let object {
            list += object.properties.compactMap(\.self) + object.patterns.map(\.node)
            list += object.dependentSchemas.map(\.node)
            list += [object.additional, object.propertyNames].compactMap(\.self)
        }
        for applicator in applicators {
            switch applicator {
            case .reference(let node), .dynamicReference(let node, _), .not(let node): list.append(node)
            case .all(let nodes), .any(let nodes), .one(let nodes): list += nodes
            case .condition(let node, let then, let otherwise):
                list += [node, then, otherwise].compactMap(\.self)
            case .unresolved: break
            }
        }
        return list
    }

    fileprivate var hasDynamicReference: Bool {
        applicators.contains { if case .dynamicReference(_, .some) = $0 { true } else { false } }
    }
}
