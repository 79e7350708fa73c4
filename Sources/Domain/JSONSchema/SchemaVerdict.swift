/// What a check comes to.
package enum SchemaVerdict: Sendable, Hashable {
    case valid
    /// At most `violationsMax` of what is wrong, in the order of the value.
    case invalid([SchemaViolation])
    case undecided(SchemaDoubt)

    /// More than these help nobody.
    package static let violationsMax = 5
}

/// One thing that is wrong with a value.
package struct SchemaViolation: Sendable, Hashable {
    /// The field as people write it, `items[2].name`; empty for the value itself.
    package let path: String
    /// What is wrong with it, as the rest of a sentence that begins with the path: `must be at least 3, but is 2`.
    package let message: String

    /// The whole sentence, without a full stop; `whole` is what the value itself is called.
    package func sentence(whole: String = "the value") -> String {
        "\(path.isEmpty ? whole : path) \(message)"
    }
}

/// Why a check came to no end.
package enum SchemaDoubt: Sendable, Hashable {
    /// The check takes more steps than the limit.
    case tooManySteps(limit: Int)
    /// The schema or the value leads deeper than the limit, perhaps because the schema refers to itself without end.
    case tooDeep(limit: Int)

    /// A sentence for people.
    package var reason: String {
        switch self {
        case .tooManySteps(let limit): "The check against the schema takes more than \(limit) steps."
        case .tooDeep(let limit): "The check against the schema leads deeper than \(limit) levels."
        }
    }
}

extension SchemaDoubt: Error {}
