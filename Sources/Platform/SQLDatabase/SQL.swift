/// A statement whose values can only be bound: what is interpolated becomes a parameter, never a part of the text.
///
/// The text comes from literals alone. Both protocols' literals are `StaticString`, which no run-time string can become,
/// so even `SQL(stringLiteral:)` cannot smuggle input into a statement.
package struct SQL: Sendable, Hashable {
    /// A piece of a statement in the order of writing.
    package enum Segment: Sendable, Hashable {
        /// Text of the programmer.
        case text(String)
        /// A word that the dialects spell differently.
        case word(SQLWord)
        /// A value that the driver binds.
        case value(SQLValue)
    }

    /// The pieces; two texts may follow each other where fragments were joined.
    package private(set) var segments: [Segment]

    fileprivate init(segments: [Segment]) {
        self.segments = segments
    }

    /// The values in the order of their placeholders.
    package var bindings: [SQLValue] {
        segments.compactMap { segment in
            guard case .value(let value) = segment else { return nil }
            return value
        }
    }

    /// The text as a dialect writes it, with a numbered placeholder for each value: `?1` or `$1`.
    package func text(_ dialect: SQLDialect) -> String {
        var text = ""
        var number = 0
        for segment in segments {
            switch segment {
            case .text(let literal):
                text += literal
            case .word(let word):
                text += word.text(dialect)
            case .value:
                number += 1
                text.append(dialect.placeholderMark)
                text += String(number)
            }
        }
        return text
    }
}

extension SQL: ExpressibleByStringInterpolation {
    /// Takes a literal without values as it stands.
    package init(stringLiteral value: StaticString) {
        self.init(segments: [.text(value.description)])
    }

    /// Takes a literal with the values and fragments that stand in it.
    package init(stringInterpolation: Interpolation) {
        self.init(segments: stringInterpolation.segments)
    }

    /// Collects the pieces of a literal.
    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var segments: [Segment] = []

        /// Makes room for the pieces.
        package init(literalCapacity: Int, interpolationCount: Int) {
            segments.reserveCapacity(interpolationCount * 2 + 1)
        }

        /// Adds what the programmer wrote.
        package mutating func appendLiteral(_ literal: StaticString) {
            if literal.utf8CodeUnitCount > 0 {
                segments.append(.text(literal.description))
            }
        }

        /// Adds a value that will be bound.
        package mutating func appendInterpolation(_ value: some SQLConvertible) {
            segments.append(.value(value.sqlValue))
        }

        /// Adds a word that each dialect has its own spelling for.
        package mutating func appendInterpolation(_ word: SQLWord) {
            segments.append(.word(word))
        }

        /// Adds a fragment with its own values.
        package mutating func appendInterpolation(_ fragment: SQL) {
            segments.append(contentsOf: fragment.segments)
        }
    }
}
