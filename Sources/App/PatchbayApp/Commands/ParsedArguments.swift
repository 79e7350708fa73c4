/// The words after a command's name, sorted by what they are.
struct ParsedArguments: Sendable, Hashable {
    /// The words that stand by themselves; the required ones are there.
    private(set) var operands: [String] = []
    private var values: [String: String] = [:]

    /// Whether `--help` stands anywhere, which makes everything else unimportant.
    private(set) var wantsHelp = false

    func value(_ option: String) -> String? { values[option] }

    func isSet(_ option: String) -> Bool { values[option] != nil }

    /// Reads `--name value`, `--name=value` and switches; after `--` every word stands by itself.
    init(_ words: [String], syntax: CommandSyntax) throws(UsageMistake) {
        var words = words[...]
        if words.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
            wantsHelp = true
            return
        }
        var areOptionsOver = false
        while let word = words.popFirst() {
            if word == "--", !areOptionsOver {
                areOptionsOver = true
            } else if word.hasPrefix("-"), word != "-", !areOptionsOver {
                try takeOption(word, from: &words, syntax: syntax)
            } else {
                guard operands.count < syntax.operands.count else {
                    throw UsageMistake(unexpected: word, syntax: syntax)
                }
                operands.append(word)
            }
        }
        if operands.count < syntax.operands.count, syntax.operands[operands.count].isRequired {
            throw UsageMistake(missing: syntax.operands[operands.count].name, syntax: syntax)
        }
    }

    /// The first word that stands by itself, for commands that have one.
    var operand: String? { operands.first }

    private mutating func takeOption(
        _ word: String, from words: inout ArraySlice<String>, syntax: CommandSyntax
    ) throws(UsageMistake) {
        let equals = word.firstIndex(of: "=")
        let name = equals.map { String(word[..<$0]) } ?? word
        guard let option = syntax.options.first(where: { $0.name == name }) else {
            throw UsageMistake(unknownOption: name, syntax: syntax)
        }
        guard values[name] == nil else { throw UsageMistake("\(name) stands twice.", command: syntax.name) }
        switch (option.value, equals) {
        case (nil, nil): values[name] = ""
        case (nil, .some): throw UsageMistake("\(name) takes no value.", command: syntax.name)
        case (.some, .some(let equals)): values[name] = String(word[word.index(after: equals)...])
        case (.some(let placeholder), nil):
            guard let value = words.popFirst() else {
                throw UsageMistake("\(name) needs a value: \(name) \(placeholder).", command: syntax.name)
            }
            values[name] = value
        }
    }
}
