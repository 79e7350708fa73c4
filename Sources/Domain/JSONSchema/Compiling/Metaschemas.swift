import JSONCoding

/// The two metaschemas, for schemas that are about schemas: they say the same as the official ones, in fewer words.
enum Metaschemas {
    static func document(_ uri: String) -> JSONValue? {
        switch uri {
        case "https://json-schema.org/draft/2020-12/schema": try? JSONParser.parse(Array(draft2020.utf8))
        case "http://json-schema.org/draft-07/schema": try? JSONParser.parse(Array(draft7.utf8))
        default: nil
        }
    }

    private static let types = """
        "count": { "type": "integer", "minimum": 0 },
        "names": { "type": "array", "items": { "type": "string" }, "uniqueItems": true },
        "typeName": { "enum": ["array", "boolean", "integer", "null", "number", "object", "string"] }
        """

    /// What both have, with the reference to the whole as the one difference.
    private static func common(_ reference: String, definitions: String) -> String {
        """
        "title": { "type": "string" }, "description": { "type": "string" }, "$comment": { "type": "string" },
        "deprecated": { "type": "boolean" }, "readOnly": { "type": "boolean" }, "writeOnly": { "type": "boolean" },
        "examples": { "type": "array" }, "format": { "type": "string" }, "contentMediaType": { "type": "string" },
        "contentEncoding": { "type": "string" }, "default": true, "const": true,
        "$id": { "type": "string" }, "$schema": { "type": "string" }, "$ref": { "type": "string" },
        "multipleOf": { "type": "number", "exclusiveMinimum": 0 },
        "maximum": { "type": "number" }, "exclusiveMaximum": { "type": "number" },
        "minimum": { "type": "number" }, "exclusiveMinimum": { "type": "number" },
        "maxLength": { "$ref": "#/\(definitions)/count" }, "minLength": { "$ref": "#/\(definitions)/count" },
        "maxItems": { "$ref": "#/\(definitions)/count" }, "minItems": { "$ref": "#/\(definitions)/count" },
        "maxProperties": { "$ref": "#/\(definitions)/count" }, "minProperties": { "$ref": "#/\(definitions)/count" },
        "pattern": { "type": "string" }, "uniqueItems": { "type": "boolean" }, "enum": { "type": "array" },
        "required": { "$ref": "#/\(definitions)/names" },
        "type": {
            "anyOf": [
                { "$ref": "#/\(definitions)/typeName" },
                { "type": "array", "items": { "$ref": "#/\(definitions)/typeName" }, "minItems": 1, "uniqueItems": true }
            ]
        },
        "contains": \(reference), "additionalProperties": \(reference), "propertyNames": \(reference),
        "if": \(reference), "then": \(reference), "else": \(reference), "not": \(reference),
        "properties": { "type": "object", "additionalProperties": \(reference) },
        "patternProperties": { "type": "object", "additionalProperties": \(reference) },
        "definitions": { "type": "object", "additionalProperties": \(reference) },
        "dependencies": {
            "type": "object",
            "additionalProperties": { "anyOf": [\(reference), { "$ref": "#/\(definitions)/names" }] }
        },
        "allOf": { "$ref": "#/\(definitions)/list" }, "anyOf": { "$ref": "#/\(definitions)/list" },
        "oneOf": { "$ref": "#/\(definitions)/list" }
        """
    }

    private static let draft2020 = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "$id": "https://json-schema.org/draft/2020-12/schema",
          "$dynamicAnchor": "meta",
          "type": ["object", "boolean"],
          "properties": {
            \(common(##"{ "$dynamicRef": "#meta" }"##, definitions: "$defs")),
            "$anchor": { "type": "string" }, "$dynamicAnchor": { "type": "string" },
            "$dynamicRef": { "type": "string" },
            "$vocabulary": { "type": "object", "additionalProperties": { "type": "boolean" } },
            "$defs": { "type": "object", "additionalProperties": { "$dynamicRef": "#meta" } },
            "items": { "$dynamicRef": "#meta" }, "prefixItems": { "$ref": "#/$defs/list" },
            "minContains": { "$ref": "#/$defs/count" }, "maxContains": { "$ref": "#/$defs/count" },
            "dependentSchemas": { "type": "object", "additionalProperties": { "$dynamicRef": "#meta" } },
            "dependentRequired": { "type": "object", "additionalProperties": { "$ref": "#/$defs/names" } },
            "unevaluatedItems": { "$dynamicRef": "#meta" }, "unevaluatedProperties": { "$dynamicRef": "#meta" },
            "contentSchema": { "$dynamicRef": "#meta" }
          },
          "$defs": {
            "list": { "type": "array", "minItems": 1, "items": { "$dynamicRef": "#meta" } },
            \(types)
          }
        }
        """

    private static let draft7 = """
        {
          "$schema": "http://json-schema.org/draft-07/schema#",
          "$id": "http://json-schema.org/draft-07/schema#",
          "type": ["object", "boolean"],
          "properties": {
            \(common(##"{ "$ref": "#" }"##, definitions: "definitions")),
            "items": { "anyOf": [{ "$ref": "#" }, { "$ref": "#/definitions/list" }] },
            "additionalItems": { "$ref": "#" }
          },
          "definitions": {
            "list": { "type": "array", "minItems": 1, "items": { "$ref": "#" } },
            \(types)
          }
        }
        """
}
