extension JSONValue {
    /// Whether it is `null`; an absent member is a different thing.
    package var isNull: Bool { self == .null }

    /// The truth value, if it is one.
    package var boolValue: Bool? {
        if case .bool(let bool) = self { bool } else { nil }
    }

    /// The text, if it is a string.
    package var stringValue: String? {
        if case .string(let string) = self { string } else { nil }
    }

    /// The number with its spelling, if it is one.
    package var numberValue: JSONNumber? {
        if case .number(let number) = self { number } else { nil }
    }

    /// The elements, if it is an array.
    package var arrayValue: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The object, if it is one.
    package var objectValue: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// The amount of a whole number of 64 bits, however it is spelled.
    package var integer: Int? { numberValue?.integer }

    /// The nearest binary number of a finite one.
    package var double: Double? { numberValue?.double }

    /// The sort of value, as a scan would name it.
    package var kind: JSONKind {
        switch self {
        case .null: .null
        case .bool: .bool
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    /// The first member of this name, if it is an object; setting makes an object of anything else.
    package subscript(name: String) -> JSONValue? {
        get { objectValue?[name] }
        set {
            var object = objectValue ?? JSONObject()
            object[name] = newValue
            self = .object(object)
        }
    }
}
