/// Why a command line is not understood, as sentences that lead on.
struct UsageMistake: Error, Sendable, Hashable {
    let text: String

    /// `sentence` says what is wrong; where help is to be had is added.
    init(_ sentence: String, command: String?) {
        text = "\(sentence)\nSee `patchbay \(command.map { "\($0) " } ?? "")--help`.\n"
    }

    init(unknownOption name: String, syntax: CommandSyntax) {
        let known = syntax.options.map(\.name) + ["--help"]
        let suggestion = Suggestion.nearest(to: name, among: known).map { "did you mean `\($0)`?" }
        self.init(
            "`patchbay \(syntax.name)` has no option \(quoted(name)); "
                + (suggestion ?? "it has \(known.joined(separator: ", "))."),
            command: syntax.name)
    }

    init(unexpected word: String, syntax: CommandSyntax) {
        self.init("`patchbay \(syntax.name)` does not expect \(quoted(word)) here.", command: syntax.name)
    }

    init(missing operand: String, syntax: CommandSyntax) {
        self.init("`patchbay \(syntax.name)` needs \(operand).", command: syntax.name)
    }

    init(unknownCommand word: String, among known: [String]) {
        let suggestion = Suggestion.nearest(to: word, among: known).map { "did you mean `\($0)`?" }
        self.init(
            "There is no command \(quoted(word)); " + (suggestion ?? "there are \(known.joined(separator: ", "))."),
            command: nil)
    }
}
