import JSONCoding

/// The keywords that mean something here; all others are annotations.
enum SchemaWord: String, CaseIterable {
    case schema = "$schema"
    case id = "$id"
    case anchor = "$anchor"
    case dynamicAnchor = "$dynamicAnchor"
    case reference = "$ref"
    case dynamicReference = "$dynamicRef"
    case defs = "$defs"
    case definitions, type, `enum`, const
    case multipleOf, maximum, exclusiveMaximum, minimum, exclusiveMinimum
    case maxLength, minLength, pattern
    case prefixItems, items, additionalItems, contains, minContains, maxContains, maxItems, minItems, uniqueItems
    case properties, patternProperties, additionalProperties, propertyNames, maxProperties, minProperties, required
    case dependentRequired, dependentSchemas, dependencies
    case allOf, anyOf, oneOf, not
    case condition = "if"
    case then
    case otherwise = "else"
    case unevaluatedItems, unevaluatedProperties, contentSchema
}

extension SchemaWord {
    /// What asserts by itself; a metaschema without the vocabulary of validation knows none of them.
    static let validating: Set<SchemaWord> = [
        .type, .enum, .const, .multipleOf, .maximum, .exclusiveMaximum, .minimum, .exclusiveMinimum, .maxLength,
        .minLength, .pattern, .minContains, .maxContains, .maxItems, .minItems, .uniqueItems, .maxProperties,
        .minProperties, .required, .dependentRequired,
    ]

    /// What draft-07 has not; there these are unknown names.
    static let newer: Set<SchemaWord> = [
        .anchor, .dynamicAnchor, .dynamicReference, .defs, .prefixItems, .minContains, .maxContains,
        .dependentRequired, .dependentSchemas, .unevaluatedItems, .unevaluatedProperties, .contentSchema,
    ]
}

/// A schema object by its keywords, and the place that faults name.
struct SchemaWords {
    let place: Int
    let dialect: SchemaDialect
    let resource: Int
    /// Subschemas that may still be nested in this one.
    let room: Int
    private var values: [SchemaWord: JSONValue] = [:]

    init(_ object: JSONObject, place: Int, dialect: SchemaDialect, resource: Int, room: Int) {
        self.place = place
        self.dialect = dialect
        self.resource = resource
        self.room = room
        for member in object.members {
            guard let word = SchemaWord(rawValue: member.name), values[word] == nil else { continue }
            if dialect.draft == .draft7, SchemaWord.newer.contains(word), word != .defs { continue }
            if !dialect.validates, SchemaWord.validating.contains(word) { continue }
            values[word] = member.value
        }
        // Draft-07, core 8.3: all other members of an object with $ref are ignored, though not what others refer to.
        if dialect.draft == .draft7, values[.reference]?.stringValue != nil {
            values = values.filter { [.reference, .definitions, .defs].contains($0.key) }
        }
    }

    subscript(word: SchemaWord) -> JSONValue? { values[word] }
}
