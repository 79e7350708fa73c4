import JSONCoding
import MCPWire
import UpstreamClients

@testable import Gateway

let tasksExtension: JSONObject = ["extensions": ["io.modelcontextprotocol/tasks": [:]]]

/// The task of an upstream as a test moves it on.
final class ScriptedTask: Sendable {
    static let original = "upstream-task-1"

    let state: Box<JSONObject>
    /// What `tasks/update` brought.
    let updates = Box<[JSONObject]>([])
    let isCancelled = Box(false)

    /// With the names of the extension or of the core.
    init(core: Bool) {
        var task: JSONObject = [
            "taskId": .string(Self.original), "status": "working", "createdAt": "2026-07-28T10:00:00Z",
            "lastUpdatedAt": "2026-07-28T10:00:00Z",
        ]
        task[core ? "ttl" : "ttlMs"] = 60_000
        task[core ? "pollInterval" : "pollIntervalMs"] = 50
        state = Box(task)
    }

    func become(_ status: String, _ more: JSONObject = JSONObject()) {
        state.change { state in
            state["status"] = .string(status)
            state["inputRequests"] = nil
            for member in more.members { state[member.name] = member.value }
        }
    }
}

extension ScriptedUpstream {
    /// An upstream of the extension, whose tool `work` becomes this task if the caller takes tasks, whose tool `quick` never does and
    /// whose tool `only` has no other way.
    static func withExtension(_ task: ScriptedTask) -> ScriptedUpstream {
        let upstream = ScriptedUpstream("up") { contents in
            contents.capabilities = ["tools": [:], "extensions": ["io.modelcontextprotocol/tasks": [:]]]
            contents.tools = [tool("work"), tool("quick"), tool("only")]
        }
        upstream.answer { request, _ async throws(UpstreamError) in
            let takesTasks = ClientCapabilities(neutral: request.capabilities).takesTasks
            switch request.method {
            case .toolsCall where request.params["name"] == "work" && takesTasks:
                return .result(result("task", task))
            case .toolsCall where request.params["name"] == "only":
                guard takesTasks else {
                    return .failure(
                        MCPFailure(
                            .missingRequiredClientCapability, "declare it",
                            data: ["requiredCapabilities": .object(tasksExtension)]))
                }
                return .result(result("task", task))
            case .toolsCall: return .result(text("done at once"))
            case _ where !takesTasks: return .failure(MCPFailure(.missingRequiredClientCapability, "declare it"))
            case _ where request.params["taskId"]?.stringValue != ScriptedTask.original:
                return .failure(MCPFailure(.invalidParams, "no \(ScriptedTask.original)"))
            case .tasksGet: return .result(result("complete", task))
            case .tasksUpdate: task.updates.change { updates in updates.append(request.params) }
            case .tasksCancel: task.isCancelled.change { $0 = true }
            default: return .failure(MCPFailure(.methodNotFound, "no such method"))
            }
            return .result(["resultType": "complete"])
        }
        return upstream
    }

    /// An upstream of 2025-11-25 whose tools become this task when they are asked to; `ending` is what `tasks/result` does.
    static func withCore(_ task: ScriptedTask, ending: @escaping Answer) -> ScriptedUpstream {
        let upstream = ScriptedUpstream("up") { contents in
            contents.revision = .v2025_11_25
            contents.capabilities = [
                "tools": [:], "tasks": ["list": [:], "cancel": [:], "requests": ["tools": ["call": [:]]]],
            ]
            contents.tools = [
                tool("may").adding(["execution": ["taskSupport": "optional"]]),
                tool("must").adding(["execution": ["taskSupport": "required"]]), tool("never"),
            ]
        }
        upstream.answer { request, host async throws(UpstreamError) in
            switch request.method {
            case .toolsCall where request.task != nil:
                return .result(["resultType": "complete", "task": .object(task.state.value)])
            case .toolsCall where request.params["name"] == "must":
                return .failure(MCPFailure(.methodNotFound, "only as a task"))
            case .toolsCall: return .result(text("done at once"))
            case _ where request.params["taskId"]?.stringValue != ScriptedTask.original:
                return .failure(MCPFailure(.invalidParams, "no \(ScriptedTask.original)"))
            case .tasksGet: return .result(result("complete", task))
            case .tasksResult: return try await ending(request, host)
            case .tasksCancel:
                if TaskState.isOver(task.state.value) { return .failure(MCPFailure(.invalidParams, "is over")) }
                task.isCancelled.change { $0 = true }
                task.become("cancelled")
                return .result(result("complete", task))
            default: return .failure(MCPFailure(.methodNotFound, "no such method"))
            }
        }
        return upstream
    }
}

/// A task's state as a result.
func result(_ type: String, _ task: ScriptedTask) -> JSONObject {
    let result: JSONObject = ["resultType": .string(type)]
    return result.adding(task.state.value)
}

extension JSONObject {
    /// With these members behind its own.
    func adding(_ more: JSONObject) -> JSONObject {
        var object = self
        object.members += more.members
        return object
    }
}

extension TestClient.Sender {
    static let takingTasks = TestClient.Sender(capabilities: tasksExtension.adding(["elicitation": [:]]))
}

extension TestClient {
    /// A request about a task, as a client of the extension sends it.
    func task(
        _ method: String, _ id: String, _ more: JSONObject = JSONObject(), _ sender: Sender = .takingTasks,
        path: String = "/mcp"
    ) throws -> Answer {
        var sender = sender
        sender.fields.append(("mcp-name", id))
        return try stateless(
            "tasks/\(method)", JSONObject([.init(name: "taskId", value: .string(id))]).adding(more), sender, path: path)
    }

    /// Begins a task, and tells its id.
    func beginTask(_ tool: String) throws -> String {
        let answer = try stateless("tools/call", ["name": .string(tool), "arguments": [:]], .takingTasks)
        guard let id = answer.result?["taskId"]?.stringValue else { throw TestClientError.malformed(answer.text) }
        return id
    }
}

extension TestClient.Session {
    /// Begins a task of 2025-11-25, and tells its id.
    func beginTask(_ tool: String) throws -> String {
        let answer = try request("tools/call", ["name": .string(tool), "arguments": [:], "task": ["ttl": 60_000]])
        guard let id = answer.result?["task"]?["taskId"]?.stringValue else {
            throw TestClientError.malformed(answer.text)
        }
        return id
    }

    func task(_ method: String, _ id: String) throws -> Answer {
        try request("tasks/\(method)", ["taskId": .string(id)])
    }
}
