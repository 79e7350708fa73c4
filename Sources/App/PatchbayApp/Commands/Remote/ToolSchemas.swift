import JSONCoding
import MCPWire
import Reactor
import Synchronization
import UpstreamClients

/// Which arguments of which tools a server wants in the head of the request too (MCP 2026-07-28, `x-mcp-header`).
///
/// A class, because lists fill it and calls read it.
final class ToolSchemas: Sendable {
    /// More pages than any list has that ends.
    static let pagesMax = 1_000

    private let headers = Mutex<[String: ParameterHeaders]>([:])

    /// Reads the tools of a list.
    func learn(_ result: JSONObject) {
        for tool in result["tools"]?.arrayValue ?? [] {
            guard let name = tool["name"]?.stringValue, let schema = tool["inputSchema"],
                let found = try? ParameterHeaders(schema: schema), !found.entries.isEmpty
            else { continue }
            headers.withLock { $0[name] = found }
        }
    }

    /// Reads all tools of a server; false if it does not list them.
    func learn(from server: any UpstreamClient, deadline: UInt64, on loop: EventLoop) async -> Bool {
        var params = JSONObject()
        for _ in 0..<Self.pagesMax {
            let request = UpstreamRequest(
                method: .toolsList, methodName: MCPMethod.toolsList.name.description, params: params, deadline: deadline
            )
            guard case .result(let result)? = try? await server.call(request, host: NobodyHost(), on: loop) else {
                return false
            }
            learn(result)
            guard let cursor = result["nextCursor"] else { return true }
            params["cursor"] = cursor
        }
        return false
    }

    /// What a call of this tool has to mirror, as far as it was listed.
    func headers(of tool: String) -> ParameterHeaders? {
        headers.withLock { $0[tool] }
    }
}
