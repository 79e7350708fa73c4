import Administration
import GatewayModel
import JSONCoding
import Reactor

/// Does what an operator's command asks: by the gateway that runs, or in the data folder while none does.
enum AdministrationRun {
    /// The option of all such commands.
    static let configuration = CommandSyntax.Option(
        name: "--config", value: "FILE",
        help: "the gateway's configuration; without it ./patchbay.yaml if it is there, else the defaults")

    /// Does an action and says how it ended.
    static func perform(
        _ name: String, _ arguments: JSONObject, _ parsed: ParsedArguments, _ context: CommandContext,
        text: @escaping @Sendable (JSONObject) -> String
    ) async -> CommandResult {
        let configuration: Configuration
        do throws(ConfigurationError) {
            configuration = try Configuration.load(
                namedOrUsual: parsed.value("--config"), surroundings: context.surroundings)
        } catch {
            return CommandResult(exitCode: error.exitCode, standardError: error.text)
        }
        let answer: ControlAnswer
        do throws(ReactorError) {
            let group = try EventLoopGroup(count: 1)
            group.start()
            defer { group.stopAndJoin() }
            let socket = ControlSocket(dataFolder: configuration.dataFolder)
            if let answered = await socket.ask(name, arguments, group: group) {
                answer = answered
            } else {
                answer = await LocalAdministration.perform(name, arguments, configuration)
            }
        } catch {
            return .failed(.failed, error.reason)
        }
        switch answer {
        case .done(let object):
            return CommandResult(standardOutput: parsed.isSet("--json") ? jsonLine(object) : text(object))
        case .refused(let sentence):
            guard parsed.isSet("--json") else { return .failed(.failed, sentence) }
            return CommandResult(exitCode: .failed, standardOutput: jsonLine(["error": .string(sentence)]))
        }
    }
}
