package import SQLDatabase

extension KanbanBoard {
    /// The tables of all boards in one database; open the database with this schema before making a board.
    package static let schema = SQLSchema(
        component: "kanban",
        migrations: [
            SQLMigration(
                "cards",
                [
                    """
                    CREATE TABLE kanban_cards (
                        board TEXT NOT NULL,
                        id TEXT NOT NULL,
                        board_column TEXT NOT NULL,
                        position INTEGER NOT NULL CHECK (position >= 1),
                        title TEXT NOT NULL,
                        notes TEXT NOT NULL,
                        created_at INTEGER NOT NULL,
                        updated_at INTEGER NOT NULL,
                        PRIMARY KEY (board, id)
                    ) STRICT, WITHOUT ROWID
                    """,
                    "CREATE INDEX kanban_cards_in_order ON kanban_cards (board, board_column, position)",
                ])
        ])
}
