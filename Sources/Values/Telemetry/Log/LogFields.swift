/// The value of one field; there is deliberately no case for "anything", so that a secret cannot slip in by
/// description.
package enum LogValue: Sendable, Hashable {
    /// Text, which may come from outside: it is escaped and cut when it is written.
    case string(String)
    /// Raw bytes from outside; what is not UTF-8 is shown as U+FFFD.
    case bytes([UInt8])
    /// A count, a status, an identifier.
    case integer(Int)
    /// A measured number; not-a-number and the infinities are written as text.
    case double(Double)
    /// A fact.
    case bool(Bool)
    /// A span of time, written in milliseconds under a name that ends in `_ms`.
    case duration(Duration)
}

extension LogValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
}

/// Named values in the order in which they were given; of two with one name the later counts.
package struct LogFields: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// One name with its value. Names are literals of ours: lower case with underscores.
    package struct Field: Sendable, Hashable {
        /// What the field is called.
        package let name: String
        /// What it says.
        package let value: LogValue
    }

    /// All fields, no name twice.
    package private(set) var fields: [Field] = []

    package init(dictionaryLiteral elements: (String, LogValue)...) {
        fields.reserveCapacity(elements.count)
        for (name, value) in elements { set(name, to: value) }
    }

    /// Adds a field, or replaces the one of this name where it stands.
    package mutating func set(_ name: String, to value: LogValue) {
        let field = Field(name: name, value: value)
        if let index = fields.firstIndex(where: { $0.name == name }) {
            fields[index] = field
        } else {
            fields.append(field)
        }
    }

    /// These fields with others behind them.
    package func adding(_ others: LogFields) -> LogFields {
        guard !fields.isEmpty else { return others }
        var sum = self
        for field in others.fields { sum.set(field.name, to: field.value) }
        return sum
    }

    /// The value under a name, for tests and for sinks that choose.
    package subscript(name: String) -> LogValue? {
        fields.first { $0.name == name }?.value
    }
}
