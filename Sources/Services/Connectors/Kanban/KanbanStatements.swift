package import SQLDatabase

/// Every statement about cards; each runs inside the transaction of the board's operation that calls it.
extension SQLConnection {
    /// How many cards lie in each column.
    mutating func counts(board: String) throws(SQLError) -> [KanbanColumn: Int] {
        let rows = try rows(
            "SELECT board_column, COUNT(*) AS count FROM kanban_cards WHERE board = \(board) GROUP BY board_column")
        var counts: [KanbanColumn: Int] = [:]
        for row in rows { counts[try row.value("board_column")] = try row.value("count") }
        return counts
    }

    /// A part of the cards in the order of the columns and positions.
    mutating func cards(
        board: String, column: KanbanColumn?, offset: Int, limit: Int
    ) throws(SQLError) -> [KanbanCard] {
        let column = column.sqlValue
        let rows = try rows(
            """
            SELECT \(KanbanCard.columns) FROM kanban_cards
            WHERE board = \(board) AND (\(column) IS NULL OR board_column = \(column))
            ORDER BY CASE board_column WHEN 'todo' THEN 1 WHEN 'doing' THEN 2 ELSE 3 END, position
            LIMIT \(limit) OFFSET \(offset)
            """)
        var cards: [KanbanCard] = []
        for row in rows { cards.append(try KanbanCard(row)) }
        return cards
    }

    /// One card.
    mutating func card(_ id: KanbanCardID, board: String) throws(SQLError) -> KanbanCard? {
        let found = try row(
            "SELECT \(KanbanCard.columns) FROM kanban_cards WHERE board = \(board) AND id = \(id.text)")
        guard let found else { return nil }
        return try KanbanCard(found)
    }

    /// An id that no card of the board has; with a thousand cards the first try is all but certain to do.
    mutating func unusedID(
        board: String, randomBits: @Sendable () -> UInt64
    ) throws(SQLError) -> KanbanCardID {
        var id = KanbanCardID(randomBits: randomBits())
        for _ in 0..<8 where try card(id, board: board) != nil {
            id = KanbanCardID(randomBits: randomBits())
        }
        return id
    }

    /// Stores a card whose position is free.
    mutating func insert(_ card: KanbanCard, board: String) throws(SQLError) {
        try execute(
            """
            INSERT INTO kanban_cards (board, id, board_column, position, title, notes, created_at, updated_at)
            VALUES (
                \(board), \(card.id.text), \(card.column), \(card.position), \(card.title), \(card.notes),
                \(card.createdAt.wholeMilliseconds), \(card.updatedAt.wholeMilliseconds)
            )
            """)
    }

    /// Takes a card out and leaves a gap.
    mutating func delete(_ card: KanbanCard, board: String) throws(SQLError) {
        try execute("DELETE FROM kanban_cards WHERE board = \(board) AND id = \(card.id.text)")
    }

    /// Makes room at a position.
    mutating func open(board: String, column: KanbanColumn, position: Int) throws(SQLError) {
        try execute(
            """
            UPDATE kanban_cards SET position = position + 1
            WHERE board = \(board) AND board_column = \(column) AND position >= \(position)
            """)
    }

    /// Closes the gap at a position.
    mutating func close(board: String, column: KanbanColumn, position: Int) throws(SQLError) {
        try execute(
            """
            UPDATE kanban_cards SET position = position - 1
            WHERE board = \(board) AND board_column = \(column) AND position > \(position)
            """)
    }
}

extension KanbanCard {
    fileprivate static let columns: SQL = "id, board_column, position, title, notes, created_at, updated_at"

    fileprivate init(_ row: SQLRow) throws(SQLError) {
        self.init(
            id: KanbanCardID(try row.value("id")), column: try row.value("board_column"),
            position: try row.value("position"), title: try row.value("title"), notes: try row.value("notes"),
            createdAt: .milliseconds(try row.value("created_at", as: Int64.self)),
            updatedAt: .milliseconds(try row.value("updated_at", as: Int64.self)))
    }
}

extension KanbanColumn: SQLConvertible {
    /// The name.
    package var sqlValue: SQLValue { .text(rawValue) }

    /// Reads a name; one that only a newer program knows is an error.
    package init?(sqlValue: SQLValue) {
        guard case .text(let name) = sqlValue else { return nil }
        self.init(rawValue: name)
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
