import JSONCoding

/// The board's page as a resource.
enum KanbanResources {
    /// The entry of `resources/list`.
    static let listed: JSONObject = [
        "uri": .string(KanbanPage.uri),
        "name": "board",
        "title": "Kanban board",
        "description": "The board as an interactive page for hosts of MCP Apps.",
        "mimeType": .string(KanbanPage.mimeType),
        "_meta": .object(meta),
    ]

    /// The item of `resources/read`.
    static let contents: JSONObject = [
        "uri": .string(KanbanPage.uri),
        "mimeType": .string(KanbanPage.mimeType),
        "text": .string(KanbanPage.document),
        "_meta": .object(meta),
    ]

    /// What a host needs to show the page: it loads nothing and calls nobody. No `domain`: its right value depends on the
    /// host and on the address of the gateway. The `openai/` keys say the same to older ChatGPT.
    private static let meta: JSONObject = [
        "ui": [
            "csp": ["connectDomains": [], "resourceDomains": [], "frameDomains": [], "baseUriDomains": []],
            "prefersBorder": true,
        ],
        "openai/widgetCSP": ["connect_domains": [], "resource_domains": [], "frame_domains": []],
        "openai/widgetPrefersBorder": true,
        "openai/widgetDescription":
            "An interactive Kanban board with the columns To do, Doing and Done. The user can add, move and remove cards.",
    ]
}
