/// A card as it lies on the board.
package struct KanbanCard: Sendable, Hashable {
    /// Names the card for good; a model repeats it in `move` and `remove`.
    package let id: KanbanCardID
    /// Where it lies.
    package var column: KanbanColumn
    /// Its place in the column, counted from 1 at the top without gaps.
    package var position: Int
    /// One line.
    package var title: String
    /// More about it; may be empty.
    package var notes: String
    /// Since 1970-01-01 UTC.
    package let createdAt: Duration
    /// Since 1970-01-01 UTC; a neighbour's move does not count as a change.
    package var updatedAt: Duration
}

/// The columns, in the order of the work.
package enum KanbanColumn: String, Sendable, Hashable, CaseIterable {
    case todo
    case doing
    case done

    /// The heading in English.
    package var title: String {
        switch self {
        case .todo: "To do"
        case .doing: "Doing"
        case .done: "Done"
        }
    }
}

/// A card's name: short enough to be repeated by a model without a slip.
package struct KanbanCardID: Sendable, Hashable {
    /// Eight characters of an alphabet without i, l, o and u, or what a caller sent.
    package let text: String

    /// Takes a name that a caller sent; a name that no card has is found out by looking.
    package init(_ text: String) {
        self.text = text
    }

    /// Spells 40 of the random bits.
    package init(randomBits: UInt64) {
        let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
        text = String((0..<8).map { alphabet[Int(randomBits >> ($0 * 5) & 31)] })
    }
}

/// The bounds of a board; a test stands at each and one beyond.
package enum KanbanLimits {
    /// Unicode scalars of a title, which is what JSON Schema's `maxLength` counts.
    package static let titleCharactersMax = 200
    /// Unicode scalars of the notes.
    package static let notesCharactersMax = 2000
    /// Cards on one board; more is a list for another kind of program.
    package static let cardsMax = 1000
    /// Cards in one answer of `list`.
    package static let pageCardsMax = 200
    /// Unicode scalars of titles and notes in one answer of `list`: Claude refuses results above 150,000 characters, and
    /// the text stands in them twice.
    package static let pageCharactersMax = 40_000
    /// Unicode scalars of a card's id that are looked up at all.
    package static let idCharactersMax = 64
}
