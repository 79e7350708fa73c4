import GatewayModel
import Telemetry

/// Upstreams of the kind `stdio`: a program, what it sees of an environment, and where it starts.
extension ConfigurationReader {
    mutating func processUpstream(_ keys: consuming Section) -> StdioUpstreamDefinition? {
        let example = "write the program and its arguments as a list, like [uvx, mcp-server-time]"
        let field = keys.require("command", &log, instead: example)
        let command = field.flatMap { commandWords($0, example: example) }
        let environment = variables(keys.take("environment"))
        let directoryField = keys.take("directory")
        let directory = path(directoryField, instead: "write the folder in which the program starts")
        keys.finish(&log)
        guard let field, let command, let environment, directoryField == nil || directory != nil else { return nil }
        do throws(GatewayModelError) {
            return try StdioUpstreamDefinition(
                command: command, environment: environment, workingDirectory: directory.map { fromRoot($0) })
        } catch {
            log.add(field.position, field.path, "this cannot be started: \(error.reason)", example)
            return nil
        }
    }

    /// A program with a slash is a path, and begins at the folder of the file as all paths do; one without is looked for in
    /// `PATH`.
    private mutating func commandWords(_ field: Field, example: String) -> [String]? {
        guard let items = field.items(&log, instead: example) else { return nil }
        let words = items.compactMap { $0.text(&log, instead: "write a word of the command") }
        guard words.count == items.count else { return nil }
        guard let program = words.first else {
            log.add(field.position, field.path, "there is no program", example)
            return nil
        }
        return [program.contains("/") ? fromRoot(program) : program] + words.dropFirst()
    }

    /// The variables in the order of the file; `nil` after a mistake.
    private mutating func variables(_ field: Field?) -> [StdioVariable]? {
        let example = "write names and values, like { TZ: UTC, TOKEN: { env: WEATHER_TOKEN } }"
        guard let field else { return [] }
        guard let section = field.section(&log, instead: example) else { return nil }
        let named = section.named
        let variables = named.compactMap { variable($0.name, $0.field) }
        return variables.count == named.count ? variables : nil
    }

    private mutating func variable(_ name: Section.Name, _ field: Field) -> StdioVariable? {
        guard let value = variableValue(field) else { return nil }
        do throws(GatewayModelError) {
            return try StdioVariable(name: name.text, value: value)
        } catch {
            log.add(
                name.position, name.path, "this cannot be a variable: \(error.reason)",
                "use letters, digits and _ in its name, and at most \(StdioUpstreamDefinition.textBytesMax) bytes")
            return nil
        }
    }

    /// Text stands here; what nobody should read stands elsewhere.
    private mutating func variableValue(_ field: Field) -> Secret<String>? {
        switch field.node.value {
        case .scalar: field.text(&log, instead: "write text, { env: NAME } or { file: PATH }").map { Secret($0) }
        case .mapping, .sequence: secret(field)
        }
    }
}
