import JSONCoding
import MCPWire
import Synchronization

/// Which arguments of which tools a server wants in the head of the request too (MCP 2026-07-28, `x-mcp-header`).
///
/// A class, because lists fill it and calls read it.
final class ToolSchemas: Sendable {
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

    /// What a call of this tool has to mirror, as far as it was listed.
    func headers(of tool: String) -> ParameterHeaders? {
        headers.withLock { $0[tool] }
    }
}
