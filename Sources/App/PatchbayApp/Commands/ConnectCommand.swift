import ClientGuides
import Gateway
import GatewayModel
import HTTPMessages
import JSONCoding

extension Command {
    /// Says how a client is connected, as the pages say it.
    static var connect: Command {
        Command(
            syntax: CommandSyntax(
                name: "connect",
                summary: "Say what to paste or click to connect a client.",
                operands: [.optional("CLIENT")],
                options: [
                    .init(name: "--server", value: "SLUG", help: "the virtual server; without it the default one"),
                    .init(name: "--language", value: "en|de", help: "the language of the steps; English unless given"),
                    AdministrationRun.configuration,
                    CommandSyntax.json("the steps as one JSON object"),
                ],
                explanation: """
                    CLIENT is \(ClientGuide.all.map(\.id).joined(separator: ", ")). Without CLIENT all of them are listed. The address
                    is the one of publicURL in the configuration. Nothing is changed, here or at the client.
                    """,
                examples: ["patchbay connect chatgpt", "patchbay connect claude-code --server team"],
                exitCodes: [.ok, .usage, .configuration]),
            run: { arguments, context in
                await context.withConfiguration(arguments) { configuration in
                    do throws(UsageMistake) {
                        return try connected(arguments, configuration.snapshot())
                    } catch {
                        return CommandResult(exitCode: .usage, standardError: error.text)
                    }
                }
            })
    }

    private static func connected(
        _ arguments: ParsedArguments, _ snapshot: GatewaySnapshot
    ) throws(UsageMistake) -> CommandResult {
        let language = try language(arguments.value("--language"))
        let server = try server(arguments.value("--server"), snapshot)
        let target = ConnectTarget(server, snapshot)
        guard let word = arguments.operand else { return list(target, isJSON: arguments.isSet("--json")) }
        guard let guide = ClientGuide.named(word) else {
            let ids = ClientGuide.all.map(\.id)
            let near = Suggestion.nearest(to: word, among: ids).map { "Did you mean `\($0)`?" }
            throw UsageMistake(
                "There is no guide for \(quoted(word)). "
                    + (near ?? "There are \(ids.joined(separator: ", ")); `other` fits every client."),
                command: "connect")
        }
        let shown = ShownGuide(guide: guide, target: target, language: language)
        return CommandResult(standardOutput: arguments.isSet("--json") ? jsonLine(shown.json) : shown.text)
    }

    private static func language(_ word: String?) throws(UsageMistake) -> Language {
        guard let word else { return .english }
        guard let language = Language(rawValue: word) else {
            throw UsageMistake("--language is en or de.", command: "connect")
        }
        return language
    }

    private static func server(
        _ word: String?, _ snapshot: GatewaySnapshot
    ) throws(UsageMistake) -> VirtualServerDefinition {
        guard let word else { return snapshot.defaultServer }
        guard let server = snapshot.servers.first(where: { $0.slug.text == word }) else {
            let slugs = snapshot.servers.prefix(20).map(\.slug.text).joined(separator: ", ")
            throw UsageMistake(
                "There is no server \(quoted(word)) in the configuration. There are: \(slugs).", command: "connect")
        }
        return server
    }

    private static func list(_ target: ConnectTarget, isJSON: Bool) -> CommandResult {
        guard isJSON else {
            let rows = CommandSyntax.table(ClientGuide.all.map { ($0.id, $0.name) })
            return CommandResult(
                standardOutput: "\(target.title): \(target.url)\n\nFor the steps: patchbay connect CLIENT\n\(rows)")
        }
        let clients = ClientGuide.all.map { JSONValue.object(["client": .string($0.id), "name": .string($0.name)]) }
        return CommandResult(
            standardOutput: jsonLine(["url": .string(target.url), "clients": .array(clients)]))
    }
}

/// A guide for one server, as a terminal shows it.
private struct ShownGuide {
    let guide: ClientGuide
    let target: ConnectTarget
    let language: Language

    var text: String {
        var page = "\(guide.name): \(target.title), \(target.url)\n\n"
        if let obstacle = guide.obstacle(target) { page += "! \(obstacle.text(in: language))\n\n" }
        for (number, step) in guide.steps(target).enumerated() {
            switch step {
            case .say(let text): page += "\(number + 1). \(text.text(in: language))\n"
            case .paste(let text, let value), .open(let text, let value):
                let lines = value.split(separator: "\n", omittingEmptySubsequences: false)
                page += "\(number + 1). \(text.text(in: language)):\n" + lines.map { "   \($0)\n" }.joined()
            }
        }
        return page
    }

    var json: JSONObject {
        [
            "client": .string(guide.id), "name": .string(guide.name), "server": .string(target.title),
            "url": .string(target.url),
            "obstacle": guide.obstacle(target).map { .string($0.text(in: language)) } ?? .null,
            "steps": .array(guide.steps(target).map { .object(json(of: $0)) }),
        ]
    }

    private func json(of step: GuideStep) -> JSONObject {
        switch step {
        case .say(let text): ["kind": "say", "text": .string(text.text(in: language))]
        case .paste(let text, let value):
            ["kind": "paste", "text": .string(text.text(in: language)), "value": .string(value)]
        case .open(let text, let url): ["kind": "open", "text": .string(text.text(in: language)), "url": .string(url)]
        }
    }
}
