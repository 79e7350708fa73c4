package import SQLDatabase

/// The cards of one board in a database; each change is one transaction, so changes at the same time follow each other.
///
/// Invariants, whatever is called in whatever order:
/// 1. The positions in a column are 1, 2, 3, … without gaps and without repetition.
/// 2. A board has at most `KanbanLimits.cardsMax` cards.
/// 3. What was answered as done is stored as durably as the database was opened.
package struct KanbanBoard: Sendable {
    private let database: any Database
    private let name: String
    private let now: @Sendable () -> Duration
    private let randomBits: @Sendable () -> UInt64

    /// Reads and writes the board `name`; several boards may share a database. `now` is the time since 1970-01-01 UTC.
    package init(
        name: String, database: any Database, now: @escaping @Sendable () -> Duration,
        randomBits: @escaping @Sendable () -> UInt64
    ) {
        self.name = name
        self.database = database
        self.now = now
        self.randomBits = randomBits
    }

    /// A part of the board.
    struct Page: Sendable, Hashable {
        var cards: [KanbanCard]
        /// How many cards lie in each column of the whole board.
        var counts: [KanbanColumn: Int]
        /// How many cards there are to page through.
        var total: Int
        var offset: Int

        /// Where the next page begins, if there is one.
        var nextOffset: Int? {
            let end = offset + cards.count
            return end < total ? end : nil
        }
    }

    /// Reads cards in the order of the board, `offset` cards left out, as many as one answer takes.
    func list(column: KanbanColumn?, offset: Int, limit: Int) async throws(KanbanRefusal) -> Page {
        let name = name
        return try await read { cards throws(SQLError) in
            let counts = try cards.counts(board: name)
            let total = column.map { counts[$0, default: 0] } ?? counts.values.reduce(0, +)
            let found = try cards.cards(board: name, column: column, offset: offset, limit: limit)
            return Page(cards: Self.fitting(found), counts: counts, total: total, offset: offset)
        }
    }

    /// Puts a new card at a position, or at the bottom of its column.
    func add(
        title: String, notes: String, column: KanbanColumn, position: Int?
    ) async throws(KanbanRefusal) -> KanbanCard {
        let (name, now, randomBits) = (name, now(), randomBits)
        return try await write { cards throws(SQLError) in
            let counts = try cards.counts(board: name)
            guard counts.values.reduce(0, +) < KanbanLimits.cardsMax else { return .failure(.boardFull) }
            let bottom = counts[column, default: 0] + 1
            let card = KanbanCard(
                id: try cards.unusedID(board: name, randomBits: randomBits), column: column,
                position: min(position ?? bottom, bottom), title: title, notes: notes, createdAt: now, updatedAt: now)
            try cards.open(board: name, column: column, position: card.position)
            try cards.insert(card, board: name)
            return .success(card)
        }
    }

    /// Puts a card at a position of a column, or at its bottom; where it already lies there, nothing changes.
    func move(
        _ id: KanbanCardID, to column: KanbanColumn, position: Int?
    ) async throws(KanbanRefusal) -> KanbanCard {
        let (name, now) = (name, now())
        return try await write { cards throws(SQLError) in
            guard var card = try cards.card(id, board: name) else { return .failure(.noSuchCard(id)) }
            let others = try cards.counts(board: name)[column, default: 0] - (card.column == column ? 1 : 0)
            let target = min(position ?? others + 1, others + 1)
            guard column != card.column || target != card.position else { return .success(card) }
            try cards.delete(card, board: name)
            try cards.close(board: name, column: card.column, position: card.position)
            card.column = column
            card.position = target
            card.updatedAt = now
            try cards.open(board: name, column: column, position: target)
            try cards.insert(card, board: name)
            return .success(card)
        }
    }

    /// Takes a card off the board for good and returns what it was.
    func remove(_ id: KanbanCardID) async throws(KanbanRefusal) -> KanbanCard {
        let name = name
        return try await write { cards throws(SQLError) in
            guard let card = try cards.card(id, board: name) else { return .failure(.noSuchCard(id)) }
            try cards.delete(card, board: name)
            try cards.close(board: name, column: card.column, position: card.position)
            return .success(card)
        }
    }

    /// The first cards whose texts fit into one answer; always at least one, so that paging goes on.
    private static func fitting(_ cards: [KanbanCard]) -> [KanbanCard] {
        var characters = 0
        let count = cards.prefix { card in
            characters += card.title.unicodeScalars.count + card.notes.unicodeScalars.count
            return characters <= KanbanLimits.pageCharactersMax
        }.count
        return Array(cards.prefix(max(count, 1)))
    }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (inout SQLConnection) throws(SQLError) -> Value
    ) async throws(KanbanRefusal) -> Value {
        do throws(SQLError) {
            return try await database.read(body)
        } catch {
            throw .database(error)
        }
    }

    /// A refusal is decided before the first write, so there is nothing to roll back.
    private func write<Value: Sendable>(
        _ body: @escaping @Sendable (inout SQLConnection) throws(SQLError) -> Result<Value, KanbanRefusal>
    ) async throws(KanbanRefusal) -> Value {
        let outcome: Result<Value, KanbanRefusal>
        do throws(SQLError) {
            outcome = try await database.write(body)
        } catch {
            throw .database(error)
        }
        return try outcome.get()
    }
}
