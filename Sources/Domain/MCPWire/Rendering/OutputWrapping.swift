import JSONCoding

/// Output that is no object, in an object: `{"result": …}`, as revisions before 2026-07-28 demand it (facts 6.6).
enum OutputWrapping {
    /// The name of the one member.
    static let member = "result"

    /// Whether a schema's root is not said to be an object.
    static func isNeeded(for schema: JSONValue) -> Bool { schema["type"]?.stringValue != "object" }

    /// The schema of the wrapped value. References into the document find their targets at the new place; a subtree with an
    /// `$id` is a document of its own and is left alone; `$schema` counts only at the root, so it is lifted.
    static func wrapped(_ schema: JSONValue) -> JSONValue {
        var inner = schema
        var outer = JSONObject()
        if var object = schema.objectValue {
            outer["$schema"] = object["$schema"]
            object["$schema"] = nil
            inner = object["$id"] == nil ? moved(.object(object)) : .object(object)
        }
        outer["type"] = "object"
        outer["properties"] = [member: inner]
        outer["required"] = [.string(member)]
        return .object(outer)
    }

    /// The value of a result whose schema was wrapped, or that is no object.
    static func wrapped(value: JSONValue) -> JSONValue { [member: value] }

    private static let references: Set = ["$ref", "$dynamicRef", "$recursiveRef"]

    private static func moved(_ schema: JSONValue) -> JSONValue {
        switch schema {
        case .array(let elements): return .array(elements.map(movedSubschema))
        case .object(var object):
            for index in object.members.indices {
                let value = object.members[index].value
                object.members[index].value =
                    switch object.members[index].name {
                    case let name where references.contains(name): reference(value)
                    case let name where SchemaKeywords.values.contains(name): value
                    case let name where SchemaKeywords.namedSchemas.contains(name): movedNamed(value)
                    default: movedSubschema(value)  // Keywords are an open set.
                    }
            }
            return .object(object)
        case .null, .bool, .number, .string: return schema
        }
    }

    private static func movedSubschema(_ schema: JSONValue) -> JSONValue {
        schema["$id"] == nil ? moved(schema) : schema
    }

    /// The names in here are nobody's keywords.
    private static func movedNamed(_ schemas: JSONValue) -> JSONValue {
        guard var object = schemas.objectValue else { return schemas }
        for index in object.members.indices {
            object.members[index].value = movedSubschema(object.members[index].value)
        }
        return .object(object)
    }

    /// `#` and `#/…` are places in the document; `#name` is an anchor, which moves along by itself.
    private static func reference(_ value: JSONValue) -> JSONValue {
        guard let target = value.stringValue, target == "#" || target.hasPrefix("#/") else { return value }
        return .string("#/properties/\(member)\(target.dropFirst())")
    }
}
