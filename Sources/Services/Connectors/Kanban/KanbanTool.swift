import JSONCoding

/// One tool: what clients are told about it and what it does.
struct KanbanTool: Sendable {
    /// What a client may assume before it asks the person; every hint is said, because the protocol's defaults are the
    /// opposite of what most of these tools are.
    struct Hints: Sendable {
        var isReadOnly: Bool
        var isDestructive: Bool
        var isIdempotent: Bool
    }

    /// An argument and its JSON Schema.
    struct Argument: Sendable {
        var name: String
        var isRequired = false
        var schema: JSONObject
    }

    let name: String
    /// For people.
    let title: String
    /// For the model: when to use it, never what it must do.
    let description: String
    let hints: Hints
    let arguments: [Argument]
    let outputSchema: JSONObject
    /// What ChatGPT shows while the tool runs and after it, at most 64 characters each.
    let invoking: String
    let invoked: String
    /// Checks the arguments and does it.
    let call: @Sendable (KanbanArguments, KanbanBoard) async throws(KanbanRefusal) -> KanbanAnswer

    /// All tools in the order in which clients list them.
    static let all: [KanbanTool] = [list, add, move, remove]

    /// Their definitions, made once.
    static let definitions: [JSONValue] = all.map { .object($0.definition) }

    /// The `Tool` object of `tools/list`.
    private var definition: JSONObject {
        let required = arguments.filter(\.isRequired).map { JSONValue.string($0.name) }
        var inputSchema: JSONObject = [
            "type": "object",
            "properties": .object(JSONObject(arguments.map { .init(name: $0.name, value: .object($0.schema)) })),
        ]
        if !required.isEmpty { inputSchema["required"] = .array(required) }
        inputSchema["additionalProperties"] = false
        return [
            "name": .string(name),
            "title": .string(title),
            "description": .string(description),
            "inputSchema": .object(inputSchema),
            "outputSchema": .object(outputSchema),
            "annotations": [
                "title": .string(title),
                "readOnlyHint": .bool(hints.isReadOnly),
                "destructiveHint": .bool(hints.isDestructive),
                "idempotentHint": .bool(hints.isIdempotent),
                "openWorldHint": false,
            ],
            "_meta": [
                "ui": ["resourceUri": .string(KanbanPage.uri), "visibility": ["model", "app"]],
                // What ChatGPT read before it knew MCP Apps; it must name the same page.
                "openai/outputTemplate": .string(KanbanPage.uri),
                "openai/widgetAccessible": true,
                "openai/toolInvocation/invoking": .string(invoking),
                "openai/toolInvocation/invoked": .string(invoked),
            ],
        ]
    }
}
