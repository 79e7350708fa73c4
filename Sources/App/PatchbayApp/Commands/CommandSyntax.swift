/// What may follow a command's name, and what its help says.
struct CommandSyntax: Sendable {
    /// One option; `value` is the placeholder of what follows it, `nil` for a switch.
    struct Option: Sendable {
        let name: String
        let value: String?
        let help: String
    }

    let name: String
    /// One line for the list of commands.
    let summary: String
    /// Placeholder of the one word that may stand by itself.
    var operand: String?
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
        let usage = (["patchbay", name, operand.map { "[\($0)]" }] + options.map { $0.usage }).compactMap { $0 }
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

extension CommandSyntax.Option {
    fileprivate var spelling: String { value.map { "\(name) \($0)" } ?? name }
    fileprivate var usage: String { "[\(spelling)]" }
}
