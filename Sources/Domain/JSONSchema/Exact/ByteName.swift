/// A name that is equal to another if their bytes are: as a key, `String` would take two spellings of one letter for one.
struct ByteName: Sendable, Hashable, Comparable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (one: ByteName, other: ByteName) -> Bool {
        one.text.utf8.elementsEqual(other.text.utf8)
    }

    /// Equal bytes are also equal for `String`, so its hash, which is fast, will do.
    func hash(into hasher: inout Hasher) {
        hasher.combine(text)
    }

    static func < (one: ByteName, other: ByteName) -> Bool {
        one.text.utf8.lexicographicallyPrecedes(other.text.utf8)
    }
}
