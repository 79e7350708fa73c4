import JSONCoding

/// The few words of JSON Schema that the app's own schemas use; any other word is a problem, so none is skipped unseen.
enum SchemaCheck {
    static func problems(of value: JSONValue, with schema: JSONValue, at path: String = "$") -> [String] {
        guard let words = schema.objectValue else { return ["\(path): the schema is not an object"] }
        var problems: [String] = []
        for word in words.members {
            switch word.name {
            case "type":
                if !hasType(value, word.value) { problems.append("\(path): not \(word.value)") }
            case "enum":
                if word.value.arrayValue?.contains(value) != true { problems.append("\(path): not one of the enum") }
            case "minimum":
                if let number = value.integer, let bound = word.value.integer, number < bound {
                    problems.append("\(path): below \(bound)")
                }
            case "properties":
                for member in value.objectValue?.members ?? [] {
                    guard let schema = word.value[member.name] else { continue }
                    problems += self.problems(of: member.value, with: schema, at: "\(path).\(member.name)")
                }
            case "required":
                for name in word.value.arrayValue ?? [] where value[name.stringValue ?? ""] == nil {
                    problems.append("\(path): \(name) is missing")
                }
            case "additionalProperties":
                for member in value.objectValue?.members ?? [] where words["properties"]?[member.name] == nil {
                    problems.append("\(path): \(member.name) is not in the schema")
                }
            case "items":
                for (index, item) in (value.arrayValue ?? []).enumerated() {
                    problems += self.problems(of: item, with: word.value, at: "\(path)[\(index)]")
                }
            case "description", "format": break
            default: problems.append("\(path): the check does not know \(word.name)")
            }
        }
        return problems
    }

    private static func hasType(_ value: JSONValue, _ type: JSONValue) -> Bool {
        switch type {
        case "object": value.objectValue != nil
        case "array": value.arrayValue != nil
        case "string": value.stringValue != nil
        case "integer": value.integer != nil
        default: false
        }
    }
}
