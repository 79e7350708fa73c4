/// A mapping with known keys; what nobody asked for by the end is a mistake.
struct Section: ~Copyable {
    let path: String
    let position: YAMLPosition
    private let entries: [YAMLEntry]
    private var asked: [String] = []
    private var refused: [String] = []

    init(path: String, position: YAMLPosition, entries: [YAMLEntry]) {
        self.path = path
        self.position = position
        self.entries = entries
    }

    /// Whether the file says anything here.
    var isEmpty: Bool { entries.isEmpty }

    /// Every key with its value, for mappings whose keys are names of the operator's choice.
    var named: [(name: Name, field: Field)] {
        entries.map { entry in
            let path = ConfigurationMistake.path(path, entry.key)
            return (Name(text: entry.key, position: entry.keyPosition, path: path), Field(path: path, node: entry.node))
        }
    }

    /// The value of a key, `nil` when the file does not have the key.
    mutating func take(_ key: String) -> Field? {
        asked.append(key)
        return entries.first { $0.key == key }.map {
            Field(path: ConfigurationMistake.path(path, key), node: $0.node)
        }
    }

    /// The value of a key that must be there.
    mutating func require(_ key: String, _ log: inout MistakeLog, instead: String) -> Field? {
        if let field = take(key) { return field }
        log.add(position, path, "the key `\(key)` is missing", instead)
        return nil
    }

    /// A key of the design that this version does not serve: said plainly, because ignoring it would be a lie.
    mutating func refuse(_ key: String, _ log: inout MistakeLog, _ sentence: String) {
        refused.append(key)
        guard let entry = entries.first(where: { $0.key == key }) else { return }
        let field = Field(path: ConfigurationMistake.path(path, key), node: entry.node)
        guard !field.isEmpty else { return }
        log.add(field.position, field.path, "this is not in this version yet", sentence)
    }

    /// Names every key that nobody asked for.
    consuming func finish(_ log: inout MistakeLog) {
        for entry in entries where !asked.contains(entry.key) && !refused.contains(entry.key) {
            let path = ConfigurationMistake.path(path, entry.key)
            let instead =
                Suggestion.nearest(to: entry.key, among: asked + refused).map { "did you mean `\($0)`?" }
                ?? "remove it; the keys here are \(asked.sorted().joined(separator: ", "))"
            log.add(entry.keyPosition, path, "there is no such key", instead)
        }
    }

    /// A key that the operator chose.
    struct Name {
        let text: String
        let position: YAMLPosition
        let path: String
    }
}
