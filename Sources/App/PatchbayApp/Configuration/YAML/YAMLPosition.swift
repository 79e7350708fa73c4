/// A place in a text as editors count it: lines and columns from one, columns in characters.
package struct YAMLPosition: Sendable, Hashable {
    /// The line, from one.
    package let line: Int
    /// The character in the line, from one.
    package let column: Int

    /// Names a place.
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Where every text begins.
    package static let start = YAMLPosition(line: 1, column: 1)
}
