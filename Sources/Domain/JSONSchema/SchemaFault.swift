/// Why a schema cannot be compiled; `place` is the JSON pointer of the keyword in the schema, empty for the schema itself.
package enum SchemaFault: Error, Sendable, Hashable {
    /// A keyword whose value is not what JSON Schema wants there; `expected` says what to write instead.
    case wrongValue(place: String, expected: String)
    /// A reference into the schema at whose target nothing is.
    case unresolvedReference(place: String, reference: String)
    /// Well formed as far as can be seen, but not all of what it says is known here.
    case cannotBeChecked(place: String, obstacle: Obstacle)
    /// Subschemas nested deeper than the limit.
    case tooDeep(place: String, limit: Int)
    /// More subschemas than the limit.
    case tooManySubschemas(place: String, limit: Int)

    /// What keeps a schema from being checked at all.
    package enum Obstacle: Sendable, Hashable {
        /// A document that would have to be fetched, which is never done (MCP 2026-07-28, schema rules).
        case remoteReference(String)
        /// A `$schema` that is neither 2020-12 nor draft-07 (or its subset draft-06).
        case unknownDialect(String)
    }

    /// Where in the schema, as a JSON pointer.
    package var place: String {
        switch self {
        case .wrongValue(let place, _), .unresolvedReference(let place, _), .cannotBeChecked(let place, _),
            .tooDeep(let place, _), .tooManySubschemas(let place, _):
            place
        }
    }

    /// A sentence for whoever wrote the schema: what is wrong, where, and what to write instead.
    package var reason: String {
        let place = place.isEmpty ? "The schema" : "The schema at \(place.shortened(to: 200))"
        return switch self {
        case .wrongValue(_, let expected): "\(place) must be \(expected)."
        case .unresolvedReference(_, let reference):
            "\(place) refers to \(reference.shortened(to: 200)), and nothing is there: correct it or add the definition."
        case .cannotBeChecked(_, .remoteReference(let uri)):
            "\(place) refers to \(uri.shortened(to: 200)), which is never fetched: copy it into $defs."
        case .cannotBeChecked(_, .unknownDialect(let uri)):
            "\(place) names the dialect \(uri.shortened(to: 200)), which is not known here: "
                + "use https://json-schema.org/draft/2020-12/schema or http://json-schema.org/draft-07/schema#."
        case .tooDeep(_, let limit): "\(place) is nested deeper than \(limit) levels: use $ref to flatten it."
        case .tooManySubschemas(_, let limit):
            "\(place) is beyond the limit of \(limit) subschemas: use $ref to share them."
        }
    }
}

extension String {
    /// Cut behind so many characters, with a mark where it was cut.
    func shortened(to count: Int) -> String {
        let head = unicodeScalars.prefix(count)
        guard head.endIndex < unicodeScalars.endIndex else { return self }
        return String(head) + "…"
    }
}
