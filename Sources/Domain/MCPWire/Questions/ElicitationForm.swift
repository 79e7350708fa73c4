import JSONCoding

/// A form as 2025-06-18 has it: flat values of one kind each, choices as `enum` with `enumNames`, no choice of several.
enum ElicitationForm {
    /// What separates the values of a choice of several that is asked for as one text.
    private static let separator = ","

    /// The params of a form for a client of this revision.
    static func params(_ params: JSONObject, for revision: Revision) -> JSONObject {
        guard !revision.hasRichForms else { return params }
        var plain = params
        plain["mode"] = nil
        plain.change("requestedSchema") { schema in
            guard var object = schema.objectValue else { return schema }
            object["$schema"] = nil
            object.change("properties") { properties in
                guard var fields = properties.objectValue else { return properties }
                for index in fields.members.indices {
                    fields.members[index].value = field(fields.members[index].value)
                }
                return .object(fields)
            }
            return .object(object)
        }
        return plain
    }

    /// A person's answer, with the values of each choice of several taken out of the text that they came in.
    static func answer(_ result: JSONObject, to question: ClientQuestion, from revision: Revision) -> JSONObject {
        guard !revision.hasRichForms, let fields = question.params?["requestedSchema"]?["properties"]?.objectValue
        else { return result }
        var answer = result
        answer.change("content") { content in
            guard var values = content.objectValue else { return content }
            for field in fields.members where field.value["type"]?.stringValue == "array" {
                values.change(field.name) { value in
                    guard let text = value.stringValue else { return value }
                    return .array(choices(in: text, of: field.value))
                }
            }
            return .object(values)
        }
        return answer
    }

    private static func field(_ field: JSONValue) -> JSONValue {
        guard let object = field.objectValue else { return field }
        if let options = object["oneOf"]?.arrayValue {
            var plain = object
            plain["oneOf"] = nil
            plain["enum"] = .array(options.compactMap { $0["const"] })
            plain["enumNames"] = .array(options.compactMap { $0["title"] ?? $0["const"] })
            return .object(plain)
        }
        guard object["type"]?.stringValue == "array" else { return field }
        var plain: JSONObject = ["type": "string"]
        plain["title"] = object["title"]
        let names = options(of: field).map { option in
            option.title == option.value ? option.value : "\(option.value) (\(option.title))"
        }
        let advice = "Any of these, with commas between them: \(names.joined(separator: ", "))."
        plain["description"] = .string(
            [object["description"]?.stringValue, advice].compactMap(\.self).joined(separator: " "))
        if let chosen = object["default"]?.arrayValue {
            plain["default"] = .string(chosen.compactMap(\.stringValue).joined(separator: separator))
        }
        return .object(plain)
    }

    private static func options(of field: JSONValue) -> [(value: String, title: String)] {
        let items = field["items"]
        if let titled = (items?["anyOf"] ?? items?["oneOf"])?.arrayValue {
            return titled.compactMap { option in
                option["const"]?.stringValue.map { ($0, option["title"]?.stringValue ?? $0) }
            }
        }
        return (items?["enum"]?.arrayValue ?? []).compactMap { $0.stringValue.map { ($0, $0) } }
    }

    /// Values that a person wrote by their titles are understood too.
    private static func choices(in text: String, of field: JSONValue) -> [JSONValue] {
        let options = options(of: field)
        return text.split(separator: Character(separator)).map { part in
            let trimmed = String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            return .string(options.first { $0.title == trimmed }?.value ?? trimmed)
        }
    }
}
