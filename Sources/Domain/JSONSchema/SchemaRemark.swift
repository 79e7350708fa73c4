/// Something in a schema that works differently from what its author may think; for reports, never a reason to refuse.
package struct SchemaRemark: Sendable, Hashable {
    /// More remarks than these are not kept: each has a place and a text of its own.
    package static let countMax = 100

    /// The JSON pointer of the keyword in the schema; names of more than 100 characters are cut.
    package let place: String
    /// What is remarkable.
    package let kind: Kind

    /// The remarks that there are.
    package enum Kind: Sendable, Hashable {
        /// A pattern that is not decided: what it is about is taken as matching.
        case undecidedPattern(String, PatternDoubt)
        /// A divisor with more digits than are reckoned with: `multipleOf` is taken as held.
        case undecidedDivisor(digitsMax: Int)
        /// A reference to a document that is not here, in a part of the schema that no value reaches.
        case remoteReference(String)
        /// An unknown dialect in a part of the schema that no value reaches.
        case unknownDialect(String)
        /// A form of draft-07 in a schema of 2020-12, understood as it was meant.
        case olderForm(keyword: String, newer: String)
    }

    /// A sentence for a report.
    package var reason: String {
        let place = place.isEmpty ? "The schema" : "The schema at \(place.shortened(to: 200))"
        return switch kind {
        case .undecidedPattern(let pattern, let doubt):
            "\(place) has the pattern \(pattern.shortened(to: 100)), which is not checked: \(doubt.reason)."
        case .undecidedDivisor(let digitsMax):
            "\(place) has more than \(digitsMax) digits, so it is not checked."
        case .remoteReference(let uri): "\(place) refers to \(uri.shortened(to: 200)), which is never fetched."
        case .unknownDialect(let uri): "\(place) names the dialect \(uri.shortened(to: 200)), which is not known here."
        case .olderForm(let keyword, let newer):
            "\(place) uses \(keyword) as draft-07 has it; in 2020-12 it is written with \(newer)."
        }
    }
}
