import JSONCoding
import MCPWire
import UpstreamClients

extension Command {
    /// Shows what a server offers.
    static var tools: Command {
        Command(
            syntax: CommandSyntax(
                name: "tools",
                summary: "List the tools of an MCP server.",
                operands: [.required("URL")],
                options: [
                    CommandSyntax.json("the definitions as the server gave them, with what it says about itself"),
                    RemoteOptions.timeout("1m"), RemoteOptions.authorities,
                ],
                explanation: """
                    Reaches a server of any revision over HTTP, finds out which one it speaks, and shows its tools with their
                    arguments; those with a * are required.
                    """,
                examples: [
                    "patchbay tools http://127.0.0.1:8080/mcp",
                    "patchbay tools https://mcp.example.com/mcp --json | jq '.tools[].name'",
                ],
                exitCodes: [.ok, .failed, .usage, .unreachable, .configuration, .interrupted]),
            run: { arguments, context in
                guard let time = RemoteOptions.time(arguments, default: .seconds(60)) else {
                    return RemoteOptions.wrongTimeout
                }
                return await RemoteServer.use(arguments.operands[0], arguments, context) { server in
                    do throws(RemoteFailure) {
                        let listing = try await ToolListing(server, deadline: server.deadline(time))
                        return CommandResult(
                            standardOutput: arguments.isSet("--json") ? jsonLine(listing.json) : listing.text)
                    } catch {
                        return error.result(server)
                    }
                }
            })
    }
}

/// The tools of a server, for people and for programs.
struct ToolListing {
    private let description: UpstreamDescription
    private let tools: [JSONObject]

    init(_ server: RemoteServer, deadline: UInt64) async throws(RemoteFailure) {
        do throws(UpstreamError) {
            description = try await server.describe(deadline: deadline)
        } catch {
            throw .connection(error)
        }
        tools = try await server.tools(deadline: deadline)
    }

    var json: JSONObject {
        [
            "revision": .string(description.revision.date.description), "server": .object(description.serverInfo),
            "capabilities": .object(description.capabilities),
            "instructions": description.instructions.map { .string($0) } ?? .null,
            "tools": .array(tools.map { .object($0) }),
        ]
    }

    var text: String {
        let info = description.serverInfo
        let name = info["title"]?.stringValue ?? info["name"]?.stringValue ?? "a server without a name"
        let version = info["version"]?.stringValue.map { " \(firstLine($0, charactersMax: 40))" } ?? ""
        let count = tools.count == 1 ? "1 tool" : "\(tools.count) tools"
        let head = "\(firstLine(name, charactersMax: 80))\(version) (MCP \(description.revision.date)), \(count)\n"
        return head + tools.map { "\n" + text(of: $0) }.joined()
    }

    private func text(of tool: JSONObject) -> String {
        let title = tool["title"]?.stringValue ?? tool["annotations"]?["title"]?.stringValue
        var text = firstLine(tool["name"]?.stringValue ?? "?") + (title.map { " - \(firstLine($0))" } ?? "") + "\n"
        if let description = tool["description"]?.stringValue { text += "  \(firstLine(description))\n" }
        let required = tool["inputSchema"]?["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let rows = (tool["inputSchema"]?["properties"]?.objectValue?.members ?? []).map { member in
            let name = firstLine(member.name, charactersMax: 60) + (required.contains(member.name) ? "*" : "")
            let about = member.value["description"]?.stringValue.map { firstLine($0, charactersMax: 100) } ?? ""
            return ("  \(name)", "\(type(of: member.value))\(about.isEmpty ? "" : "  \(about)")")
        }
        return text + CommandSyntax.table(rows)
    }

    private func type(of schema: JSONValue) -> String {
        if let values = schema["enum"]?.arrayValue {
            let words = values.prefix(8).map {
                $0.stringValue ?? String(decoding: JSONWriter.bytes(of: $0), as: UTF8.self)
            }
            return firstLine(words.joined(separator: "|") + (values.count > 8 ? "|…" : ""), charactersMax: 100)
        }
        let types = schema["type"]?.arrayValue?.compactMap(\.stringValue) ?? [schema["type"]?.stringValue ?? "any"]
        return firstLine(types.joined(separator: "|"), charactersMax: 40)
    }
}
