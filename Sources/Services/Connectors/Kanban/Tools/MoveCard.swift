import JSONCoding

extension KanbanTool {
    /// Puts a card elsewhere.
    static let move = KanbanTool(
        name: "move",
        title: "Move a card",
        description: """
            Use this when a card of the Kanban board goes to another column or to another place in its column. The id comes \
            from list or add. Without a position the card goes to the bottom of the column.
            """,
        hints: Hints(isReadOnly: false, isDestructive: false, isIdempotent: true),
        arguments: [
            Argument(
                name: "id", isRequired: true,
                schema: KanbanSchemas.text(1...KanbanLimits.idCharactersMax, description: "The card's id.")),
            Argument(
                name: "column", isRequired: true,
                schema: KanbanSchemas.column(description: "Where the card goes; its own column to reorder it.")),
            Argument(
                name: "position",
                schema: KanbanSchemas.integer(
                    1...KanbanLimits.cardsMax,
                    description: "1 is the top; beyond the last card means the bottom. Left out: the bottom.")),
        ],
        outputSchema: KanbanSchemas.object(["card": .object(KanbanSchemas.card)]),
        invoking: "Moving the card…",
        invoked: "Card moved",
        call: { arguments, board throws(KanbanRefusal) in
            let id = try arguments.cardID("id")
            let column = try arguments.requiredColumn("column")
            let position = try arguments.integer("position", in: 1...KanbanLimits.cardsMax)
            let card = try await board.move(id, to: column, position: position)
            return KanbanAnswer(
                sentence: "\"\(card.title)\" is in \(card.column.title), position \(card.position).",
                value: ["card": card.json])
        })
}
