import JSONCoding

/// A step from a value to a part of it.
enum SchemaPathStep: Sendable {
    case name(String)
    case index(Int)
}

/// What was found to be wrong, and where the walk is.
struct SchemaReport {
    var path: [SchemaPathStep] = []
    private(set) var violations: [SchemaViolation] = []
    /// How deep the deepest violation is, and how many there are: a form that fails further inside fits better.
    private var depth = 0

    init(path: [SchemaPathStep] = []) {
        self.path = path
    }

    var isFull: Bool { violations.count >= SchemaVerdict.violationsMax }

    mutating func note(_ message: String) {
        depth = max(depth, path.count)
        add(SchemaViolation(path: Self.text(of: path), message: message))
    }

    mutating func add(_ violation: SchemaViolation) {
        guard !isFull, !violations.contains(violation) else { return }
        violations.append(violation)
    }

    func isCloser(than other: SchemaReport) -> Bool {
        (violations.count, -depth) < (other.violations.count, -other.depth)
    }

    /// `items[2].name`; a name that is not that simple stands in brackets and quotes.
    private static func text(of path: [SchemaPathStep]) -> String {
        var text = ""
        for step in path {
            switch step {
            case .index(let index): text += "[\(index)]"
            case .name(let name):
                let isSimple = !name.isEmpty && name.utf8.allSatisfy(isSimple)
                if isSimple {
                    text += (text.isEmpty ? "" : ".") + name.shortened(to: 60)
                } else {
                    text += "[\(JSONValue.string(name).shown)]"
                }
            }
        }
        return text
    }

    private static func isSimple(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x30...0x39,
            UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "$"):
            true
        default: false
        }
    }
}

/// A number with its noun.
struct Counted: CustomStringConvertible {
    let description: String

    init(_ count: Int, _ noun: String) {
        description = "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}

extension JSONValue {
    /// The value as JSON, cut where it gets long.
    var shown: String {
        switch self {
        case .string(let text):
            String(decoding: JSONWriter.bytes(of: .string(text.shortened(to: 60))), as: UTF8.self)
        case .number(let number): number.text.shortened(to: 40)
        case .null: "null"
        case .bool(let bool): bool ? "true" : "false"
        case .array(let elements): elements.isEmpty ? "[]" : "an array of \(Counted(elements.count, "item"))"
        case .object(let object):
            object.members.isEmpty ? "{}" : "an object with \(Counted(object.members.count, "field"))"
        }
    }

    /// What sort of value it is, with the value itself where that is short.
    var described: String {
        switch self {
        case .string: "the string \(shown)"
        case .number: "the number \(shown)"
        case .bool, .null: shown
        case .array(let elements): elements.isEmpty ? "an empty array" : shown
        case .object(let object): object.members.isEmpty ? "an empty object" : shown
        }
    }
}

extension Collection {
    /// The first few as they are shown, with a word for the rest: a list from a stranger can be of any length.
    func listed(_ shown: (Element) -> String) -> String {
        let few = 12
        let rest = count > few ? ", and \(count - few) more" : ""
        return prefix(few).map(shown).joined(separator: ", ") + rest
    }
}

extension ExactDecimal {
    /// The amount as people write it, or with an exponent where that would be long.
    var shown: String {
        let sign = isNegative ? "-" : ""
        let text = String(decoding: digits.map { $0 + 0x30 }, as: UTF8.self)
        if isZero { return "0" }
        if exponent >= 0, digits.count + exponent <= 20 {
            return sign + text + String(repeating: "0", count: exponent)
        }
        if exponent < 0, exponent > -20 {
            let padded = String(repeating: "0", count: Swift.max(0, 1 - exponent - digits.count)) + text
            let point = padded.index(padded.endIndex, offsetBy: exponent)
            return sign + padded[..<point] + "." + padded[point...]
        }
        return "\(sign)\(text.shortened(to: 40))e\(exponent)"
    }
}
