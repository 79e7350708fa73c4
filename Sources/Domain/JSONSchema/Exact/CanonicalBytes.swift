import JSONCoding

/// Writes a value so that two values are equal, as JSON Schema has it, if their bytes are.
///
/// Numbers are equal by amount, objects whatever the order of their members; of a name that stands twice the last one counts.
struct CanonicalBytes {
    private(set) var bytes: [UInt8] = []

    /// The bytes of a value, or nothing if it is nested deeper than the limit.
    static func of(_ value: JSONValue, depth: Int) -> [UInt8]? {
        var writer = CanonicalBytes()
        return writer.append(value, room: depth) ? writer.bytes : nil
    }

    private mutating func append(_ value: JSONValue, room: Int) -> Bool {
        guard room > 0 else { return false }
        switch value {
        case .null: bytes.append(UInt8(ascii: "n"))
        case .bool(let bool): bytes.append(bool ? UInt8(ascii: "t") : UInt8(ascii: "f"))
        case .number(let number): append(ExactDecimal(number))
        case .string(let string): append(string)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for element in elements {
                guard append(element, room: room - 1) else { return false }
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object): return append(object, room: room)
        }
        return true
    }

    private mutating func append(_ object: JSONObject, room: Int) -> Bool {
        var members: [ByteName: JSONValue] = [:]
        for member in object.members { members[ByteName(member.name)] = member.value }
        bytes.append(UInt8(ascii: "{"))
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            append(name.text)
            guard append(value, room: room - 1) else { return false }
        }
        bytes.append(UInt8(ascii: "}"))
        return true
    }

    private mutating func append(_ decimal: ExactDecimal) {
        bytes.append(decimal.isNegative ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        bytes.append(contentsOf: decimal.digits)
        bytes.append(UInt8(ascii: "e"))
        bytes.append(contentsOf: String(decimal.exponent).utf8)
        bytes.append(UInt8(ascii: ";"))
    }

    /// The length stands in front, so that no text can pass for another one.
    private mutating func append(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: String(text.utf8.count).utf8)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(contentsOf: text.utf8)
    }
}
