import JSONCoding

/// One subschema, understood. Other subschemas are indices into the schema's list, so that references may run in circles.
struct SchemaNode: Sendable {
    /// The resource that it belongs to, which the dynamic scope is made of.
    let resource: Int
    var isNever = false
    var types = SchemaTypes.all
    /// `enum` and `const`; both must hold where both are.
    var values: [SchemaValues] = []
    var number: NumberRules?
    var string: StringRules?
    var array: ArrayRules?
    var object: ObjectRules?
    var applicators: [SchemaApplicator] = []
    var unevaluatedItems: Int?
    var unevaluatedProperties: Int?

    init(resource: Int) {
        self.resource = resource
    }

    var hasUnevaluated: Bool { unevaluatedItems != nil || unevaluatedProperties != nil }
}

/// A node that a check can lend: a reference is counted once, where a copy of the struct would count each of its parts.
final class CheckedNode: Sendable {
    let rules: SchemaNode

    init(_ rules: SchemaNode) {
        self.rules = rules
    }
}

/// The values that `enum` or `const` allows.
struct SchemaValues: Sendable {
    let allowed: [JSONValue]
    let canonical: Set<[UInt8]>
    /// The length of the longest of them.
    let bytesMax: Int
}

struct NumberRules: Sendable {
    var least: ExactDecimal?
    var most: ExactDecimal?
    var above: ExactDecimal?
    var below: ExactDecimal?
    var divisor: Divisor?

    enum Divisor: Sendable {
        case known(ExactDivisor, ExactDecimal)
        case undecided
    }

    var isEmpty: Bool { least == nil && most == nil && above == nil && below == nil && divisor == nil }
}

struct StringRules: Sendable {
    var lengthLeast: Int?
    var lengthMost: Int?
    var pattern: SchemaPattern?

    var isEmpty: Bool { lengthLeast == nil && lengthMost == nil && pattern == nil }
}

/// A pattern with its spelling; one that cannot be decided has no program.
struct SchemaPattern: Sendable {
    let text: String
    let pattern: Pattern?
}

struct ArrayRules: Sendable {
    var first: [Int] = []
    var rest: Int?
    var contains: Contains?
    var countLeast: Int?
    var countMost: Int?
    var isUnique = false

    struct Contains: Sendable {
        var node: Int
        var least = 1
        var most: Int?
        /// In 2020-12 what it finds counts as evaluated.
        var evaluates = true
    }

    var isEmpty: Bool {
        first.isEmpty && rest == nil && contains == nil && countLeast == nil && countMost == nil && !isUnique
    }
}

/// All that is said about members. Every name that is mentioned has a slot, so that one pass over a value's members does.
struct ObjectRules: Sendable {
    private(set) var slots: [ByteName: Int] = [:]
    private(set) var names: [String] = []
    /// The subschema of each slot's property, if it has one.
    private(set) var properties: [Int?] = []
    /// The names that have a subschema, in the schema's order.
    private(set) var known: [String] = []
    var required: [Int] = []
    var patterns: [(pattern: SchemaPattern, node: Int)] = []
    var additional: Int?
    var propertyNames: Int?
    var countLeast: Int?
    var countMost: Int?
    var dependentRequired: [(slot: Int, needs: [Int])] = []
    var dependentSchemas: [(slot: Int, node: Int)] = []

    mutating func slot(of name: String) -> Int {
        if let slot = slots[ByteName(name)] { return slot }
        slots[ByteName(name)] = names.count
        names.append(name)
        properties.append(nil)
        return names.count - 1
    }

    mutating func addProperty(_ name: String, node: Int) {
        properties[slot(of: name)] = node
        known.append(name)
    }

    var isEmpty: Bool {
        names.isEmpty && patterns.isEmpty && additional == nil && propertyNames == nil && countLeast == nil
            && countMost == nil
    }
}

/// A keyword that applies other subschemas to the same value.
enum SchemaApplicator: Sendable {
    case reference(Int)
    /// The subschema that the reference finds as it stands, and the anchor whose outermost bearer in the dynamic scope counts.
    case dynamicReference(Int, anchor: ByteName?)
    case all([Int])
    case any([Int])
    case one([Int])
    case not(Int)
    case condition(Int, then: Int?, otherwise: Int?)
    /// A reference that is not resolved yet, or never will be.
    case unresolved
}

/// The types of JSON Schema.
struct SchemaTypes: OptionSet, Sendable, Hashable {
    let rawValue: UInt8

    static let null = SchemaTypes(rawValue: 1)
    static let boolean = SchemaTypes(rawValue: 2)
    static let integer = SchemaTypes(rawValue: 4)
    /// Numbers that are not whole.
    static let fraction = SchemaTypes(rawValue: 8)
    static let string = SchemaTypes(rawValue: 16)
    static let array = SchemaTypes(rawValue: 32)
    static let object = SchemaTypes(rawValue: 64)
    static let number: SchemaTypes = [.integer, .fraction]
    static let all = SchemaTypes(rawValue: 127)

    static let named: [(name: String, types: SchemaTypes)] = [
        ("string", .string), ("number", .number), ("integer", .integer), ("boolean", .boolean), ("array", .array),
        ("object", .object), ("null", .null),
    ]

    init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    init?(named name: String) {
        guard let entry = Self.named.first(where: { $0.name == name }) else { return nil }
        self = entry.types
    }

    /// The type of a value.
    init(of value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool: self = .boolean
        case .number(let number): self = ExactDecimal(number).isWhole ? .integer : .fraction
        case .string: self = .string
        case .array: self = .array
        case .object: self = .object
        }
    }

    /// "a string", "an integer or null": what a value must be.
    var wanted: String {
        var rest = self
        var names: [String] = []
        for entry in Self.named where rest.isSuperset(of: entry.types) {
            rest.subtract(entry.types)
            names.append(entry.name == "null" ? "null" : Self.withArticle(entry.name))
        }
        guard let last = names.popLast() else { return "nothing" }
        return names.isEmpty ? last : names.joined(separator: ", ") + " or " + last
    }

    static func withArticle(_ noun: String) -> String {
        (["a", "i", "o"].contains(noun.prefix(1)) ? "an " : "a ") + noun
    }
}
