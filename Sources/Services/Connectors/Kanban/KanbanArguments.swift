import JSONCoding

/// The arguments of one call, read by name; whatever is wrong with them becomes a sentence that names the argument.
struct KanbanArguments: Sendable {
    private let values: JSONObject

    /// Takes the object of the call; an argument that `known` does not list is refused, because it is a slip that would
    /// otherwise be ignored in silence.
    init(_ values: JSONObject, known: [String]) throws(KanbanRefusal) {
        var seen: Set<String> = []
        for member in values.members {
            guard known.contains(member.name) else {
                throw .unknown(argument: Self.shortened(member.name), known: known)
            }
            guard seen.insert(member.name).inserted else { throw .repeated(argument: member.name) }
        }
        self.values = values
    }

    /// One line of text, without white space around it; never empty.
    func line(_ name: String, charactersMax: Int) throws(KanbanRefusal) -> String {
        let expected = "one line of text with 1 to \(charactersMax) characters"
        guard let text = try string(name, expected: expected) else {
            throw .missing(argument: name, expected: expected)
        }
        let line = Self.trimmed(text)
        guard !line.isEmpty else { throw .unfit(argument: name, expected: expected, found: "empty") }
        try check(line, name: name, charactersMax: charactersMax, expected: expected, allowed: [])
        return line
    }

    /// Text of several lines, without white space around it; empty when it was not given.
    func lines(_ name: String, charactersMax: Int) throws(KanbanRefusal) -> String {
        let expected = "text with at most \(charactersMax) characters"
        let text = Self.trimmed(try string(name, expected: expected) ?? "")
        try check(text, name: name, charactersMax: charactersMax, expected: expected, allowed: ["\n", "\r", "\t"])
        return text
    }

    /// The id of a card; whether there is such a card is found out by looking.
    func cardID(_ name: String) throws(KanbanRefusal) -> KanbanCardID {
        KanbanCardID(try line(name, charactersMax: KanbanLimits.idCharactersMax))
    }

    /// One of the columns, or `nil` when none was given.
    func column(_ name: String) throws(KanbanRefusal) -> KanbanColumn? {
        let expected = "one of " + KanbanColumn.allCases.map(\.rawValue).joined(separator: ", ")
        guard let text = try string(name, expected: expected) else { return nil }
        guard let column = KanbanColumn(rawValue: text) else {
            throw .unfit(argument: name, expected: expected, found: "\"\(Self.shortened(text))\"")
        }
        return column
    }

    /// One of the columns, which must be there.
    func requiredColumn(_ name: String) throws(KanbanRefusal) -> KanbanColumn {
        guard let column = try column(name) else {
            let columns = KanbanColumn.allCases.map(\.rawValue).joined(separator: ", ")
            throw .missing(argument: name, expected: "one of \(columns)")
        }
        return column
    }

    /// A whole number, however it is spelled (`2`, `2.0`), or `nil` when none was given.
    func integer(_ name: String, in bounds: ClosedRange<Int>) throws(KanbanRefusal) -> Int? {
        guard let value = values[name] else { return nil }
        let expected = "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)"
        guard let number = value.integer, bounds.contains(number) else {
            throw .unfit(argument: name, expected: expected, found: Self.description(of: value))
        }
        return number
    }

    private func string(_ name: String, expected: String) throws(KanbanRefusal) -> String? {
        guard let value = values[name] else { return nil }
        guard let text = value.stringValue else {
            throw .unfit(argument: name, expected: expected, found: Self.description(of: value))
        }
        return text
    }

    private func check(
        _ text: String, name: String, charactersMax: Int, expected: String, allowed: Set<Unicode.Scalar>
    ) throws(KanbanRefusal) {
        let count = text.unicodeScalars.count
        guard count <= charactersMax else {
            throw .unfit(argument: name, expected: expected, found: "\(count) characters long")
        }
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            allowed.contains(scalar) || !Self.breaksLines(scalar)
        }
        guard isPlain else {
            let found = allowed.isEmpty ? "text with line breaks or control characters" : "text with control characters"
            throw .unfit(argument: name, expected: expected, found: found)
        }
    }

    private static func breaksLines(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        // The other categories are an open set: letters, marks, symbols and what Unicode may add.
        default: false
        }
    }

    private static func trimmed(_ text: String) -> String {
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[first...last])
    }

    private static func description(of value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let bool): bool ? "true" : "false"
        case .number(let number): shortened(number.text)
        case .string(let text): "\"\(shortened(text))\""
        case .array: "an array"
        case .object: "an object"
        }
    }

    private static func shortened(_ text: String) -> String {
        text.unicodeScalars.count <= 40 ? text : "\(String(String.UnicodeScalarView(text.unicodeScalars.prefix(40))))…"
    }
}
