import JSONCoding

extension SchemaCompilation {
    /// Definitions are walked whether or not something refers to them: what has an identifier in them can be referred to.
    @inline(never)
    mutating func addDefinitions(_ words: SchemaWords) throws(SchemaFault) {
        _ = try namedSubschemas(.defs, of: words)
        _ = try namedSubschemas(.definitions, of: words)
        _ = try subschema(.contentSchema, of: words)
    }

    @inline(never)
    mutating func addApplicators(
        _ words: SchemaWords, to node: inout SchemaNode, as index: Int
    ) throws(SchemaFault) {
        try addReference(.reference, words, to: &node, as: index)
        try addReference(.dynamicReference, words, to: &node, as: index)
        if let list = try subschemas(.allOf, of: words) { node.applicators.append(.all(list)) }
        if let list = try subschemas(.anyOf, of: words) { node.applicators.append(.any(list)) }
        if let list = try subschemas(.oneOf, of: words) { node.applicators.append(.one(list)) }
        if let inner = try subschema(.not, of: words) { node.applicators.append(.not(inner)) }
        let condition = try subschema(.condition, of: words)
        let then = try subschema(.then, of: words)
        let otherwise = try subschema(.otherwise, of: words)
        if let condition { node.applicators.append(.condition(condition, then: then, otherwise: otherwise)) }
        node.unevaluatedItems = try subschema(.unevaluatedItems, of: words)
        node.unevaluatedProperties = try subschema(.unevaluatedProperties, of: words)
    }

    @inline(never)
    private mutating func addReference(
        _ word: SchemaWord, _ words: SchemaWords, to node: inout SchemaNode, as index: Int
    ) throws(SchemaFault) {
        guard let value = words[word] else { return }
        let place = places.place(word.rawValue, under: words.place)
        guard let reference = value.stringValue else { throw wrong(place, "a string with a URI reference") }
        pending.append(
            PendingReference(
                node: index, applicator: node.applicators.count, reference: reference,
                isDynamic: word == .dynamicReference, resource: words.resource, place: place))
        node.applicators.append(.unresolved)
    }

    @inline(never)
    mutating func arrayRules(_ words: SchemaWords) throws(SchemaFault) -> ArrayRules? {
        var rules = ArrayRules()
        rules.first = try subschemas(.prefixItems, of: words) ?? []
        if case .array(let elements) = words[.items] {
            // The form of draft-07. In 2020-12 it has no meaning, and yet older generators write it without `$schema`.
            if words.dialect.draft == .draft2020 {
                remark(
                    .olderForm(keyword: "items", newer: "prefixItems"), at: places.place("items", under: words.place))
            }
            if !elements.isEmpty { rules.first = try subschemas(.items, of: words) ?? [] }
            rules.rest = try subschema(.additionalItems, of: words)
        } else {
            rules.rest = try subschema(.items, of: words)
            if words.dialect.draft == .draft7 { _ = try subschema(.additionalItems, of: words) }
        }
        let (least, most) = (try count(.minContains, words), try count(.maxContains, words))
        if let node = try subschema(.contains, of: words) {
            rules.contains = ArrayRules.Contains(
                node: node, least: least ?? 1, most: most, evaluates: words.dialect.draft == .draft2020)
        }
        rules.countLeast = try count(.minItems, words)
        rules.countMost = try count(.maxItems, words)
        if let value = words[.uniqueItems] {
            guard let isUnique = value.boolValue else {
                throw wrong(places.place("uniqueItems", under: words.place), "true or false")
            }
            rules.isUnique = isUnique
        }
        return rules.isEmpty ? nil : rules
    }

    @inline(never)
    mutating func objectRules(_ words: SchemaWords) throws(SchemaFault) -> ObjectRules? {
        var rules = ObjectRules()
        for (name, node) in try namedSubschemas(.properties, of: words) { rules.addProperty(name, node: node) }
        for (text, node) in try namedSubschemas(.patternProperties, of: words) {
            let place = places.place(text, under: places.place("patternProperties", under: words.place))
            rules.patterns.append((pattern(text, at: place), node))
        }
        rules.additional = try subschema(.additionalProperties, of: words)
        rules.propertyNames = try subschema(.propertyNames, of: words)
        rules.countLeast = try count(.minProperties, words)
        rules.countMost = try count(.maxProperties, words)
        if let value = words[.required] {
            rules.required = try names(value, at: places.place("required", under: words.place), &rules)
        }
        for (name, node) in try namedSubschemas(.dependentSchemas, of: words) {
            rules.dependentSchemas.append((rules.slot(of: name), node))
        }
        try addDependencies(.dependentRequired, words, to: &rules)
        try addDependencies(.dependencies, words, to: &rules)
        return rules.isEmpty ? nil : rules
    }

    /// `dependencies` was split into two keywords after draft-07, and is still understood.
    @inline(never)
    private mutating func addDependencies(
        _ word: SchemaWord, _ words: SchemaWords, to rules: inout ObjectRules
    ) throws(SchemaFault) {
        guard let value = words[word] else { return }
        let place = places.place(word.rawValue, under: words.place)
        guard let object = value.objectValue else { throw wrong(place, "an object whose members are arrays of names") }
        for member in object.members {
            let below = places.place(member.name, under: place)
            if word == .dependencies, member.value.arrayValue == nil {
                rules.dependentSchemas.append(
                    (rules.slot(of: member.name), try subschema(member.value, at: below, of: words)))
            } else {
                rules.dependentRequired.append(
                    (rules.slot(of: member.name), try names(member.value, at: below, &rules)))
            }
        }
    }

    private mutating func names(_ value: JSONValue, at place: Int, _ rules: inout ObjectRules) throws(SchemaFault)
        -> [Int]
    {
        guard let elements = value.arrayValue else { throw wrong(place, "an array of names") }
        var slots: [Int] = []
        for element in elements {
            guard let name = element.stringValue else { throw wrong(place, "an array of names") }
            slots.append(rules.slot(of: name))
        }
        return slots
    }

    /// A number of things; one beyond 64 bits is as good as the largest.
    @inline(never)
    mutating func count(_ word: SchemaWord, _ words: SchemaWords) throws(SchemaFault) -> Int? {
        guard let value = words[word] else { return nil }
        if let number = value.numberValue {
            let decimal = ExactDecimal(number)
            if decimal.isWhole, !decimal.isNegative { return number.integer ?? .max }
        }
        throw wrong(places.place(word.rawValue, under: words.place), "a whole number of 0 or more")
    }
}
