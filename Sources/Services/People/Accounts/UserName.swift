/// What a person signs in as. Two spellings that differ only in case are one name.
package struct UserName: Sendable, Hashable {
    /// Room for an e-mail address of the longest kind in use.
    package static let bytesMax = 128

    /// As it was written, for showing.
    package let text: String
    /// As it is looked up by.
    package let folded: String

    /// Takes what prints, has no white space and is not too long.
    package init(_ text: String) throws(PeopleError) {
        guard !text.isEmpty, text.utf8.count <= Self.bytesMax, text.unicodeScalars.allSatisfy(Self.isAllowed) else {
            throw .userName(bytesMax: Self.bytesMax)
        }
        self.text = text
        folded = text.lowercased()
    }

    init(unchecked text: String) {
        self.text = text
        folded = text
    }

    package static func == (one: UserName, other: UserName) -> Bool {
        // By bytes, as the store compares.
        one.folded.utf8.elementsEqual(other.folded.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in folded.utf8 { hasher.combine(byte) }
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            false
        default: true
        }
    }
}
