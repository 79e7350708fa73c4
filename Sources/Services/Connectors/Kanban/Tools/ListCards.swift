import JSONCoding

extension KanbanTool {
    /// Shows the cards; what the page loads, too.
    static let list = KanbanTool(
        name: "list",
        title: "Show the board",
        description: """
            Use this when the user wants to see the Kanban board or when the id of a card is needed. Lists the cards by \
            column (todo, doing, done) and position, with their ids, titles and notes. A large board comes in parts: \
            nextOffset, where present, is the offset of the next part.
            """,
        hints: Hints(isReadOnly: true, isDestructive: false, isIdempotent: true),
        arguments: [
            Argument(
                name: "column",
                schema: KanbanSchemas.column(description: "Only the cards of this column; left out: all columns.")),
            Argument(
                name: "offset",
                schema: KanbanSchemas.integer(
                    0...KanbanLimits.cardsMax, description: "How many cards to leave out; left out: 0.")),
            Argument(
                name: "limit",
                schema: KanbanSchemas.integer(
                    1...KanbanLimits.pageCardsMax,
                    description: "How many cards at most; left out: \(KanbanLimits.pageCardsMax).")),
        ],
        outputSchema: KanbanSchemas.object(
            [
                "columns": [
                    "type": "array",
                    "description": "The columns of the whole board.",
                    "items": .object(
                        KanbanSchemas.object([
                            "id": ["type": "string", "enum": KanbanSchemas.columnNames],
                            "title": ["type": "string"],
                            "count": ["type": "integer", "minimum": 0],
                        ])),
                ],
                "cards": ["type": "array", "items": .object(KanbanSchemas.card)],
                "column": .object(KanbanSchemas.column(description: "There when only one column was asked for.")),
                "total": ["type": "integer", "minimum": 0, "description": "Cards to page through."],
                "offset": ["type": "integer", "minimum": 0],
                "nextOffset": ["type": "integer", "minimum": 1, "description": "There when cards follow."],
            ], optional: ["column", "nextOffset"]),
        invoking: "Looking at the board…",
        invoked: "Here is the board",
        call: { arguments, board throws(KanbanRefusal) in
            let column = try arguments.column("column")
            let offset = try arguments.integer("offset", in: 0...KanbanLimits.cardsMax) ?? 0
            let limit = try arguments.integer("limit", in: 1...KanbanLimits.pageCardsMax)
            let page = try await board.list(
                column: column, offset: offset, limit: limit ?? KanbanLimits.pageCardsMax)
            return KanbanAnswer(sentence: sentence(page, column: column), value: value(page, column: column))
        })

    private static func sentence(_ page: KanbanBoard.Page, column: KanbanColumn?) -> String {
        let counts = KanbanColumn.allCases.map { "\($0.title) \(page.counts[$0, default: 0])" }
        var sentence = "The board has \(counts.joined(separator: ", "))."
        if page.cards.count < page.total {
            let part = page.cards.isEmpty ? "No card" : "Cards \(page.offset + 1) to \(page.offset + page.cards.count)"
            sentence += " \(part) of \(page.total)\(column.map { " in \($0.title)" } ?? "") follow"
            sentence += page.nextOffset.map { "; the next part is at offset \($0)." } ?? "."
        }
        return sentence
    }

    private static func value(_ page: KanbanBoard.Page, column: KanbanColumn?) -> JSONObject {
        var value: JSONObject = [
            "columns": .array(
                KanbanColumn.allCases.map { column in
                    [
                        "id": .string(column.rawValue), "title": .string(column.title),
                        "count": .number(JSONNumber(page.counts[column, default: 0])),
                    ]
                }),
            "cards": .array(page.cards.map(\.json)),
        ]
        if let column { value["column"] = .string(column.rawValue) }
        value["total"] = .number(JSONNumber(page.total))
        value["offset"] = .number(JSONNumber(page.offset))
        if let next = page.nextOffset { value["nextOffset"] = .number(JSONNumber(next)) }
        return value
    }
}
