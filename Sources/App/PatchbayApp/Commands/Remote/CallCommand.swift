import Glibc
import JSONCoding
import MCPWire
import UpstreamClients

extension Command {
    /// Calls a tool of a server.
    static var call: Command {
        Command(
            syntax: CommandSyntax(
                name: "call",
                summary: "Call a tool of an MCP server.",
                operands: [.required("URL"), .required("TOOL"), .optional("JSON")],
                options: [
                    CommandSyntax.json("the whole result as one JSON object"), RemoteOptions.timeout("5m"),
                    RemoteOptions.authorities,
                ],
                explanation: """
                    JSON is the object of the tool's arguments; `-` reads it from standard input, and without it there are
                    none. Prints the text of the result. Progress and log lines of the server go to standard error when that
                    is a terminal. The tool cannot ask back: what it asks is declined.
                    """,
                examples: [
                    "patchbay call http://127.0.0.1:8080/mcp list '{\"column\":\"todo\"}'",
                    "echo '{\"title\":\"Buy milk\"}' | patchbay call http://127.0.0.1:8080/mcp add - --json",
                ],
                exitCodes: [.ok, .failed, .usage, .unreachable, .configuration, .interrupted]),
            run: { arguments, context in
                guard let time = RemoteOptions.time(arguments, default: .seconds(300)) else {
                    return RemoteOptions.wrongTimeout
                }
                let text = arguments.operands.count > 2 ? arguments.operands[2] : "{}"
                let parameters: JSONObject
                switch await readArguments(text, context) {
                case .success(let object): parameters = object
                case .failure(let mistake): return .usage(mistake.sentence)
                }
                return await RemoteServer.use(arguments.operands[0], arguments, context) { server in
                    await call(
                        arguments.operands[1], parameters, server, deadline: server.deadline(time),
                        isJSON: arguments.isSet("--json"), context)
                }
            })
    }

    private static func call(
        _ tool: String, _ parameters: JSONObject, _ server: RemoteServer, deadline: UInt64, isJSON: Bool,
        _ context: CommandContext
    ) async -> CommandResult {
        do throws(RemoteFailure) {
            let names = try await server.tools(deadline: deadline).compactMap { $0["name"]?.stringValue }
            guard names.contains(tool) else {
                let near = Suggestion.nearest(to: tool, among: names).map { "did you mean `\($0)`?" }
                let all = names.isEmpty ? "it has none." : "it has \(names.prefix(20).joined(separator: ", "))."
                return .failed(.failed, "\(server.name) has no tool \(quoted(tool)); \(near ?? all)")
            }
            let result = try await server.call(
                .toolsCall, ["name": .string(tool), "arguments": .object(parameters)],
                host: TerminalHost(note: context.terminal.note), deadline: deadline)
            let code: ExitCode = result["isError"] == true ? .failed : .ok
            if isJSON { return CommandResult(exitCode: code, standardOutput: jsonLine(result)) }
            let text = ToolResultText(result, isForTerminal: context.terminal.isOutputWatched).text
            return code == .ok
                ? CommandResult(standardOutput: text) : CommandResult(exitCode: code, standardError: text)
        } catch {
            return error.result(server)
        }
    }

    private struct ArgumentsMistake: Error {
        let sentence: String
    }

    /// As much as the gateway takes.
    private static let argumentBytesMax = 10 * 1024 * 1024

    private static func readArguments(
        _ text: String, _ context: CommandContext
    ) async -> Result<JSONObject, ArgumentsMistake> {
        var bytes = Array(text.utf8)
        if text == "-" {
            let input = MessageInput(descriptor: context.terminal.input, bytesMax: argumentBytesMax)
            bytes = []
            while let line = await input.next() {
                guard case .message(let line) = line, bytes.count + line.count <= argumentBytesMax else {
                    return .failure(
                        ArgumentsMistake(sentence: "The arguments have more than \(argumentBytesMax) bytes."))
                }
                bytes += line + [UInt8(ascii: "\n")]
            }
        }
        do throws(JSONError) {
            if let object = try JSONParser.parse(bytes).objectValue { return .success(object) }
            return .failure(
                ArgumentsMistake(sentence: "The arguments are one JSON object, like '{\"city\":\"Berlin\"}'."))
        } catch {
            return .failure(
                ArgumentsMistake(
                    sentence:
                        "The arguments are not JSON: \(error.reason) Write an object, like '{\"city\":\"Berlin\"}'."))
        }
    }
}

/// A tool's result as a person reads it: its texts, and what else there is by its name.
struct ToolResultText {
    private let result: JSONObject
    private let isForTerminal: Bool

    /// For a terminal, characters that could steer it are taken out.
    init(_ result: JSONObject, isForTerminal: Bool) {
        self.result = result
        self.isForTerminal = isForTerminal
    }

    var text: String {
        let blocks = result["content"]?.arrayValue ?? []
        if blocks.isEmpty {
            let value = result["structuredContent"] ?? .object(result)
            return String(decoding: JSONWriter.bytes(of: value), as: UTF8.self) + "\n"
        }
        return blocks.map { shown(line(of: $0)) + "\n" }.joined()
    }

    private func shown(_ text: String) -> String { isForTerminal ? printable(text) : text }

    private func line(of block: JSONValue) -> String {
        switch block["type"]?.stringValue {
        case "text": return block["text"]?.stringValue ?? ""
        case "image", "audio":
            let bytes = (block["data"]?.stringValue?.utf8.count ?? 0) / 4 * 3
            return "[\(block["type"]?.stringValue ?? "") \(block["mimeType"]?.stringValue ?? "") of \(bytes) bytes]"
        case "resource_link":
            return "[resource \(block["name"]?.stringValue ?? ""): \(block["uri"]?.stringValue ?? "")]"
        case "resource":
            let resource = block["resource"]
            return resource?["text"]?.stringValue ?? "[resource \(resource?["uri"]?.stringValue ?? "")]"
        default:  // Kinds of content are an open set.
            return String(decoding: JSONWriter.bytes(of: block), as: UTF8.self)
        }
    }
}
