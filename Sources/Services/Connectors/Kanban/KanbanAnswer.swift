import JSONCoding

/// What a tool answers: a sentence for people and models, and the value that its output schema describes.
struct KanbanAnswer: Sendable, Hashable {
    var sentence: String
    var value: JSONObject

    /// The `CallToolResult`; the value's JSON stands in the text too, for clients that do not read `structuredContent`.
    var result: JSONObject {
        [
            "content": [
                ["type": "text", "text": .string(sentence)],
                [
                    "type": "text",
                    "text": .string(String(decoding: JSONWriter.bytes(of: .object(value)), as: UTF8.self)),
                ],
            ],
            "structuredContent": .object(value),
            "isError": false,
            "resultType": "complete",
        ]
    }

    /// The `CallToolResult` of a refusal: the model can read it and try again.
    static func result(of refusal: KanbanRefusal) -> JSONObject {
        [
            "content": [["type": "text", "text": .string(refusal.sentence)]],
            "isError": true,
            "resultType": "complete",
        ]
    }
}

extension KanbanCard {
    /// The card as tools answer it.
    var json: JSONValue {
        [
            "id": .string(id.text),
            "column": .string(column.rawValue),
            "position": .number(JSONNumber(position)),
            "title": .string(title),
            "notes": .string(notes),
            "createdAt": .string(KanbanTimestamp(createdAt).description),
            "updatedAt": .string(KanbanTimestamp(updatedAt).description),
        ]
    }
}

/// The JSON Schemas that several tools share; written out in each, because some clients do not follow references.
enum KanbanSchemas {
    static let columnNames = JSONValue.array(KanbanColumn.allCases.map { .string($0.rawValue) })

    static func integer(_ bounds: ClosedRange<Int>, description: String) -> JSONObject {
        [
            "type": "integer", "minimum": .number(JSONNumber(bounds.lowerBound)),
            "maximum": .number(JSONNumber(bounds.upperBound)), "description": .string(description),
        ]
    }

    static func text(_ lengths: ClosedRange<Int>, description: String) -> JSONObject {
        var schema: JSONObject = ["type": "string"]
        if lengths.lowerBound > 0 { schema["minLength"] = .number(JSONNumber(lengths.lowerBound)) }
        schema["maxLength"] = .number(JSONNumber(lengths.upperBound))
        schema["description"] = .string(description)
        return schema
    }

    static func column(description: String) -> JSONObject {
        ["type": "string", "enum": columnNames, "description": .string(description)]
    }

    /// An object in which every member must be there and no other may.
    static func object(_ members: JSONObject, optional: Set<String> = []) -> JSONObject {
        [
            "type": "object",
            "properties": .object(members),
            "required": .array(members.members.map(\.name).filter { !optional.contains($0) }.map { .string($0) }),
            "additionalProperties": false,
        ]
    }

    static let card = object([
        "id": ["type": "string", "description": "Names the card in move and remove."],
        "column": .object(column(description: "Where the card lies.")),
        "position": ["type": "integer", "minimum": 1, "description": "Its place in the column; 1 is the top."],
        "title": ["type": "string"],
        "notes": ["type": "string", "description": "May be empty."],
        "createdAt": ["type": "string", "format": "date-time"],
        "updatedAt": ["type": "string", "format": "date-time"],
    ])
}
