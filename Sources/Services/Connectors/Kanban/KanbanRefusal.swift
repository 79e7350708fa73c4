package import SQLDatabase

/// Why a tool did not do what it was asked; the caller can mend most of these.
package enum KanbanRefusal: Error, Sendable, Hashable {
    /// An argument that the tool needs is not there.
    case missing(argument: String, expected: String)
    /// An argument has another type or is out of bounds; `found` is what was sent, shortened.
    case unfit(argument: String, expected: String, found: String)
    /// An argument that the tool does not have.
    case unknown(argument: String, known: [String])
    /// An argument stands in the text twice.
    case repeated(argument: String)
    /// No card has this id.
    case noSuchCard(KanbanCardID)
    /// The board has as many cards as it takes.
    case boardFull
    /// The database refused.
    case database(SQLError)

    /// What went wrong and what to do, for the model and the person in front of it.
    package var sentence: String {
        switch self {
        case .missing(let argument, let expected):
            "The argument \"\(argument)\" is missing; give \(expected)."
        case .unfit(let argument, let expected, let found):
            "The argument \"\(argument)\" must be \(expected); it was \(found)."
        case .unknown(let argument, let known):
            known.isEmpty
                ? "There is no argument \"\(argument)\"; this tool takes none."
                : "There is no argument \"\(argument)\"; this tool takes \(known.joined(separator: ", "))."
        case .repeated(let argument):
            "The argument \"\(argument)\" stands there twice; give it once."
        case .noSuchCard(let id):
            "There is no card with the id \"\(id.text)\"; call list to see the cards and their ids."
        case .boardFull:
            "The board is full: it takes \(KanbanLimits.cardsMax) cards; remove some that are done, then add again."
        case .database(let error):
            error.sentence
        }
    }
}
