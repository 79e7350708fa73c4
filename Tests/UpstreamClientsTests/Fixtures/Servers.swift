import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire

@testable import UpstreamClients

/// A server of the stateless era; `tools` answers `tools/call`.
func statelessServer(tools: @escaping Script = { $0.result(complete("done")) }) -> Script {
    { incoming in
        guard incoming.httpMethod == .post else { return incoming.empty(405) }
        switch incoming.method {
        case "server/discover":
            incoming.result([
                "resultType": "complete", "supportedVersions": ["2026-07-28"], "capabilities": ["tools": [:]],
                "ttlMs": 0, "cacheScope": "private",
                "_meta": ["io.modelcontextprotocol/serverInfo": ["name": "new", "version": "2"]],
            ])
        case "tools/call" where incoming.meta?["io.modelcontextprotocol/protocolVersion"] != nil:
            await tools(incoming)
        case "initialize", "tools/call": incoming.failure(-32602, "params._meta lacks keys", status: 400)
        default: incoming.failure(-32601, "no such method", status: 404)
        }
    }
}

/// A result of the stateless era with one text.
func complete(_ text: String) -> JSONValue {
    ["resultType": "complete", "content": [["type": "text", "text": .string(text)]]]
}

/// A server of the handshake era with sessions, as the official SDKs make them.
final class SessionServer: Sendable {
    /// The sessions that live, and what each declared.
    let sessions = Box<[String: JSONValue]>([:])
    let versions = Box("2025-11-25")
    /// Answers of the client to requests of the server, by the request's id.
    private let answers = Box<[String: JSONValue]>([:])
    private let counter = Box(0)
    private let usesIDs: Bool
    private let capabilities: JSONValue
    private let tools: @Sendable (Incoming, SessionServer) async -> Void
    private let other = Box<Script?>(nil)

    init(
        usesIDs: Bool = true, capabilities: JSONValue = ["tools": [:], "logging": [:]],
        tools: @escaping @Sendable (Incoming, SessionServer) async -> Void = { incoming, _ in
            incoming.result(text("done"))
        }
    ) {
        self.usesIDs = usesIDs
        self.capabilities = capabilities
        self.tools = tools
    }

    /// Answers what is none of a session's usual requests, the GET stream among it.
    func answering(_ other: @escaping Script) -> SessionServer {
        self.other.change { $0 = other }
        return self
    }

    var script: Script { { [self] in await answer($0) } }

    /// Forgets all sessions, as a restart does.
    func restart() { sessions.change { $0 = [:] } }

    /// Waits for the client's answer to a request of ours.
    func answer(to id: String) async -> JSONValue {
        _ = await eventually { [answers] in answers.value[id] != nil }
        return answers.value[id] ?? .null
    }

    private func answer(_ incoming: Incoming) async {
        if incoming.method == "initialize" { return begin(incoming) }
        if usesIDs {
            guard let session = incoming.field(.mcpSessionID) else {
                return incoming.failure(-32000, "Bad Request: no session", status: 400)
            }
            guard sessions.value[session] != nil else {
                return incoming.failure(-32001, "Session not found", status: 404)
            }
            if incoming.httpMethod == .delete {
                sessions.change { $0[session] = nil }
                return incoming.empty(200)
            }
        }
        if incoming.httpMethod == .post, incoming.method.isEmpty {
            let id = incoming.id?.stringValue ?? ""
            answers.change { $0[id] = incoming.message }
            return incoming.empty(202)
        }
        switch incoming.method {
        case "tools/call": await tools(incoming, self)
        case _ where incoming.id == nil && incoming.httpMethod == .post: incoming.empty(202)
        case "logging/setLevel", "resources/subscribe", "resources/unsubscribe": incoming.result([:])
        case _ where other.value != nil: await other.value?(incoming)
        case "": incoming.empty(405)
        default: incoming.failure(-32601, "no such method")
        }
    }

    private func begin(_ incoming: Incoming) {
        let id = "session-\(counter.add())"
        sessions.change { $0[id] = incoming.params?["capabilities"] ?? .null }
        let result: JSONValue = [
            "protocolVersion": .string(versions.value), "capabilities": capabilities,
            "serverInfo": ["name": "old", "version": "1"], "instructions": "be kind",
        ]
        if usesIDs { incoming.result(result, (.mcpSessionID, id)) } else { incoming.result(result) }
    }
}
