/// What a walk through a JSON Schema has to know of its keywords, without understanding them.
enum SchemaKeywords {
    /// Keywords whose value is an object of schemas: the names in it are nobody's keywords.
    static let namedSchemas: Set = [
        "properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies",
    ]
    /// Keywords whose value is data: what looks like a keyword in it is none.
    static let values: Set = ["const", "enum", "default", "examples"]
}
