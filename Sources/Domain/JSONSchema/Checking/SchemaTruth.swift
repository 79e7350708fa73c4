/// Whether a value is as a subschema says. What hangs on a pattern that cannot be decided is open, in both directions: a
/// `not` around it stays open, where a yes would have become a no.
enum SchemaTruth: Int, Comparable, Sendable {
    case invalid, open, valid

    init(_ isValid: Bool) { self = isValid ? .valid : .invalid }

    static func < (one: SchemaTruth, other: SchemaTruth) -> Bool { one.rawValue < other.rawValue }

    var negated: SchemaTruth {
        switch self {
        case .invalid: .valid
        case .open: .open
        case .valid: .invalid
        }
    }
}

/// Which elements or members of one value have been evaluated, for `unevaluatedItems` and `unevaluatedProperties`.
struct SchemaMarks: Sendable {
    private var flags: [Bool] = []

    /// Marks that are large enough for a value, or that keep nothing.
    init(for count: Int?) {
        if let count { flags = [Bool](repeating: false, count: count) }
    }

    mutating func mark(_ index: Int) {
        if index < flags.count { flags[index] = true }
    }

    mutating func markAll() {
        for index in flags.indices { flags[index] = true }
    }

    mutating func formUnion(_ other: SchemaMarks) {
        for index in other.flags.indices where other.flags[index] { mark(index) }
    }

    /// What it costs to copy or to join them.
    var steps: Int { flags.count / 64 }

    func has(_ index: Int) -> Bool { index < flags.count && flags[index] }
}
