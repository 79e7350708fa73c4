import JSONCoding

extension KanbanTool {
    /// Takes a card off the board.
    static let remove = KanbanTool(
        name: "remove",
        title: "Remove a card",
        description: """
            Use this when the user wants a card gone from the Kanban board for good; finished cards usually move to done \
            instead. The id comes from list or add.
            """,
        hints: Hints(isReadOnly: false, isDestructive: true, isIdempotent: true),
        arguments: [
            Argument(
                name: "id", isRequired: true,
                schema: KanbanSchemas.text(1...KanbanLimits.idCharactersMax, description: "The card's id."))
        ],
        outputSchema: KanbanSchemas.object(["removed": .object(KanbanSchemas.card)]),
        invoking: "Removing the card…",
        invoked: "Card removed",
        call: { arguments, board throws(KanbanRefusal) in
            let card = try await board.remove(try arguments.cardID("id"))
            return KanbanAnswer(
                sentence: "Removed \"\(card.title)\" from \(card.column.title).", value: ["removed": card.json])
        })
}
