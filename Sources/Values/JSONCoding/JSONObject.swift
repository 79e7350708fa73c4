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

        /// Equal members have equal bytes, as `JSONValue` has it.
        package static func == (one: Member, other: Member) -> Bool {
            one.name.hasSameBytes(as: other.name) && one.value == other.value
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
        get { members.first { $0.name.hasSameBytes(as: name) }?.value }
        set {
            guard let newValue else {
                members.removeAll { $0.name.hasSameBytes(as: name) }
                return
            }
            if let index = members.firstIndex(where: { $0.name.hasSameBytes(as: name) }) {
                members[index].value = newValue
            } else {
                members.append(Member(name: name, value: newValue))
            }
        }
    }
}
