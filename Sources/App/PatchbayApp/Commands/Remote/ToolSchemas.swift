import JSONCoding
import MCPWire
import Synchronization
import UpstreamClients

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

    /// The mirrored arguments of a call, by what stands behind `Mcp-Param-`.
    func fields(_ request: UpstreamRequest) -> [(name: String, value: String)] {
        guard request.method == .toolsCall, let name = request.params["name"]?.stringValue,
            let headers = headers.withLock({ $0[name] })
        else { return [] }
        return headers.fields(for: request.params["arguments"]?.objectValue).compactMap { name, value in
            guard let decoded = RoutingValue.decode(value.span) else { return nil }
            return (String(name.dropFirst("Mcp-Param-".count)), String(decoding: decoded, as: UTF8.self))
        }
    }
}
