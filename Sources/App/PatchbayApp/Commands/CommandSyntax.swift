/// What may follow a command's name, and what its help says.
struct CommandSyntax: Sendable {
    /// One option; `value` is the placeholder of what follows it, `nil` for a switch.
    struct Option: Sendable {
        let name: String
        let value: String?
        let help: String
    }

    /// A word that stands by itself.
    struct Operand: Sendable {
        let name: String
        let isRequired: Bool

        static func required(_ name: String) -> Operand { Operand(name: name, isRequired: true) }
        static func optional(_ name: String) -> Operand { Operand(name: name, isRequired: false) }
    }

    let name: String
    /// One line for the list of commands.
    let summary: String
    /// In their order; optional ones come last.
    var operands: [Operand] = []
    var options: [Option] = []
    /// What the command does, for someone who sees it for the first time.
    let explanation: String
    var examples: [String] = []
    var exitCodes: [ExitCode] = [.ok, .usage]

    /// The switch that every command has.
    static func json(_ help: String) -> Option {
        Option(name: "--json", value: nil, help: help)
    }

    /// The whole help page.
    var help: String {
        let usage = ["patchbay", name] + operands.map { $0.usage } + options.map { $0.usage }
        var page = "\(summary)\n\nUsage: \(usage.joined(separator: " "))\n\n\(explanation)\n\nOptions:\n"
        let shown = options.map { ($0.spelling, $0.help) } + [("--help", "show this page")]
        page += Self.table(shown)
        if !examples.isEmpty { page += "\nExamples:\n" + examples.map { "  \($0)\n" }.joined() }
        page += "\nExit codes:\n" + Self.table(exitCodes.map { (String($0.rawValue), $0.meaning) })
        return page
    }

    /// Two columns, the second aligned.
    static func table(_ rows: [(String, String)]) -> String {
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { "  \($0.0)\(String(repeating: " ", count: width - $0.0.count))  \($0.1)\n" }.joined()
    }
}

extension CommandSyntax.Operand {
    fileprivate var usage: String { isRequired ? name : "[\(name)]" }
}

extension CommandSyntax.Option {
    fileprivate var spelling: String { value.map { "\(name) \($0)" } ?? name }
    fileprivate var usage: String { "[\(spelling)]" }
}
