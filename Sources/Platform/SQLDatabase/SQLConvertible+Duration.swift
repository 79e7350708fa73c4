extension Duration: SQLConvertible {
    /// Whole milliseconds: what a clock of the world is read in.
    package var sqlValue: SQLValue {
        .integer(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000)
    }

    /// Reads milliseconds.
    package init?(sqlValue: SQLValue) {
        guard case .integer(let milliseconds) = sqlValue else { return nil }
        self = .milliseconds(milliseconds)
    }
}
