/// A JSON value that keeps what the text said: member order, duplicate names and the spelling of numbers.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

/// A number as it was spelled, because `1.0`, `1e2` and 64-bit integers must survive the way through.
package struct JSONNumber: Sendable, Hashable {
    /// The spelling, valid by RFC 8259 section 6.
    package let text: String

    /// Wraps a spelling that the parser has already checked.
    package init(validated text: String) {
        self.text = text
    }
}

/// The members of an object in the order of the text; duplicates are kept.
package struct JSONObject: Sendable, Hashable {
    /// One name with its value.
    package struct Member: Sendable, Hashable {
        /// The name, decoded.
        package var name: String
        /// What stands after the colon.
        package var value: JSONValue

        /// Pairs a name with a value.
        package init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// All members, in order.
    package var members: [Member]

    /// Makes an object of these members.
    package init(_ members: [Member] = []) {
        self.members = members
    }

    /// The first member of this name; setting replaces the first, appends a new one, and `nil` removes all of the name.
    package subscript(name: String) -> JSONValue? {
        get { members.first { $0.name == name }?.value }
        set {
            guard let newValue else {
                members.removeAll { $0.name == name }
                return
            }
            if let index = members.firstIndex(where: { $0.name == name }) {
                members[index].value = newValue
            } else {
                members.append(Member(name: name, value: newValue))
            }
        }
    }
}
