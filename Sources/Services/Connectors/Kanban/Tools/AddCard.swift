import JSONCoding

extension KanbanTool {
    /// Makes a card.
    static let add = KanbanTool(
        name: "add",
        title: "Add a card",
        description: """
            Use this when the user wants a new card on the Kanban board. The title is one line; details go into the notes. \
            Without a column the card goes to todo, without a position to the bottom of its column.
            """,
        hints: Hints(isReadOnly: false, isDestructive: false, isIdempotent: false),
        arguments: [
            Argument(
                name: "title", isRequired: true,
                schema: KanbanSchemas.text(
                    1...KanbanLimits.titleCharactersMax, description: "One line that says what is to be done.")),
            Argument(
                name: "notes",
                schema: KanbanSchemas.text(
                    0...KanbanLimits.notesCharactersMax, description: "Details, as plain text.")),
            Argument(name: "column", schema: KanbanSchemas.column(description: "Left out: todo.")),
            Argument(
                name: "position",
                schema: KanbanSchemas.integer(
                    1...KanbanLimits.cardsMax,
                    description: "1 is the top; beyond the last card means the bottom. Left out: the bottom.")),
        ],
        outputSchema: KanbanSchemas.object(["card": .object(KanbanSchemas.card)]),
        invoking: "Adding the card…",
        invoked: "Card added",
        call: { arguments, board throws(KanbanRefusal) in
            let title = try arguments.line("title", charactersMax: KanbanLimits.titleCharactersMax)
            let notes = try arguments.lines("notes", charactersMax: KanbanLimits.notesCharactersMax)
            let column = try arguments.column("column") ?? .todo
            let position = try arguments.integer("position", in: 1...KanbanLimits.cardsMax)
            let card = try await board.add(title: title, notes: notes, column: column, position: position)
            return KanbanAnswer(
                sentence:
                    "Added \"\(card.title)\" to \(card.column.title), position \(card.position), id \(card.id.text).",
                value: ["card": card.json])
        })
}
