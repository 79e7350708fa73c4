/// A text that another party chose, such as a client's name, as it may be shown: short, on one line, and unable to reorder or
/// hide what stands around it.
package struct ForeignText: Sendable, Hashable {
    /// What a heading can hold.
    package static let charactersMax = 80

    /// The text.
    package let text: String

    /// Takes out what does not print, and cuts what is too long.
    package init(_ text: String, max: Int = Self.charactersMax) {
        var kept = String.UnicodeScalarView()
        var isBlank = true
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace {
                if !isBlank { kept.append(" ") }
                isBlank = true
            } else if !Self.isHidden(scalar) {
                kept.append(scalar)
                isBlank = false
            }
        }
        if isBlank, !kept.isEmpty { kept.removeLast() }
        let shown = String(kept)
        self.text = shown.count > max ? shown.prefix(max - 1) + "…" : shown
    }

    /// The text, kept apart from the direction of what is around it.
    package var html: HTML { Tag.bdi { text } }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
