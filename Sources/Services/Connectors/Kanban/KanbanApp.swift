package import JSONCoding
package import SQLDatabase
package import UpstreamClients

/// The built-in Kanban board: an MCP server of revision 2026-07-28 with four tools and the page that shows them.
package struct KanbanApp: BuiltinApp {
    private let board: KanbanBoard
    private let version: String
    private let report: @Sendable (SQLError) -> Void

    /// Serves one board; `version` is shown as the server's, `report` gets every fault of the database for the log.
    package init(board: KanbanBoard, version: String, report: @escaping @Sendable (SQLError) -> Void) {
        self.board = board
        self.version = version
        self.report = report
    }

    /// Answers one request of a client.
    package func answer(method: String, params: JSONObject) async -> BuiltinReply {
        switch method {
        case "server/discover": .result(discovery)
        case "tools/list": list("tools", KanbanTool.definitions, params)
        case "tools/call": await call(params)
        case "resources/list": list("resources", [.object(KanbanResources.listed)], params)
        case "resources/templates/list": list("resourceTemplates", [], params)
        case "resources/read": read(params)
        // An open set: the protocol has more methods than this server.
        default: .failure(code: -32601, message: "The Kanban app does not know the method \(method).")
        }
    }

    private var discovery: JSONObject {
        cacheable([
            "supportedVersions": ["2026-07-28"],
            "capabilities": [
                "tools": [:],
                "resources": [:],
                "extensions": ["io.modelcontextprotocol/ui": [:]],
            ],
            "instructions": """
            A Kanban board with the columns todo, doing and done. list shows the cards with their ids, add makes a \
            card, move puts it into another column or position, remove deletes it for good. Clients that show MCP \
            Apps display the board itself.
            """,
            "_meta": [
                "io.modelcontextprotocol/serverInfo": [
                    "name": "patchbay-kanban", "title": "Kanban board", "version": .string(version),
                ]
            ],
        ])
    }

    private func list(_ name: String, _ items: [JSONValue], _ params: JSONObject) -> BuiltinReply {
        // Every list is one page, so no cursor is ours.
        guard params["cursor"] == nil else {
            return .failure(code: -32602, message: "There is no such cursor; ask without one for the whole list.")
        }
        return .result(cacheable([name: .array(items)]))
    }

    private func call(_ params: JSONObject) async -> BuiltinReply {
        guard let name = params["name"]?.stringValue else {
            return .failure(code: -32602, message: "tools/call needs the name of a tool as text in \"name\".")
        }
        guard let tool = KanbanTool.all.first(where: { $0.name == name }) else {
            let names = KanbanTool.all.map(\.name).joined(separator: ", ")
            return .failure(
                code: -32602, message: "The Kanban app has no tool of this name; it has \(names).",
                data: ["name": .string(name)])
        }
        guard let arguments = (params["arguments"] ?? [:]).objectValue else {
            return .failure(code: -32602, message: "\"arguments\" of tools/call must be an object.")
        }
        do throws(KanbanRefusal) {
            let known = tool.arguments.map(\.name)
            return .result(try await tool.call(KanbanArguments(arguments, known: known), board).result)
        } catch {
            if case .database(let fault) = error, fault != .cancelled { report(fault) }
            return .result(KanbanAnswer.result(of: error))
        }
    }

    private func read(_ params: JSONObject) -> BuiltinReply {
        guard let uri = params["uri"]?.stringValue else {
            return .failure(code: -32602, message: "resources/read needs the address of a resource as text in \"uri\".")
        }
        guard uri == KanbanPage.uri else {
            return .failure(
                code: -32602, message: "The Kanban app has no such resource; it has \(KanbanPage.uri).",
                data: ["uri": .string(uri)])
        }
        return .result(cacheable(["contents": [.object(KanbanResources.contents)]]))
    }

    /// All of these change only with the program; a gateway in front makes them private where it has to.
    private func cacheable(_ result: JSONObject) -> JSONObject {
        var result = result
        result["resultType"] = "complete"
        result["ttlMs"] = 300_000
        result["cacheScope"] = "public"
        return result
    }
}
