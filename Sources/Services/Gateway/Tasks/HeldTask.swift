import JSONCoding
import MCPWire
import Telemetry
import UpstreamClients

/// A task of 2025-11-25 that was over when it began: its client wanted a task, and the upstream answered at once.
enum HeldTask {
    /// The task in neutral form.
    static func completed(_ result: JSONObject, id: String, at seconds: Int, milliseconds: JSONValue?) -> JSONObject {
        var time: [UInt8] = []
        Timestamp(seconds: Int64(seconds)).append(to: &time)
        let text = JSONValue.string(String(decoding: time, as: UTF8.self))
        return [
            "taskId": .string(id), "status": "completed", "createdAt": text, "lastUpdatedAt": text,
            "ttlMs": milliseconds ?? .null, "result": .object(result),
        ]
    }

    /// What a request about such a task brings; nothing is there for one that is not held any more.
    static func outcome(of task: JSONObject?, _ method: MCPMethod) -> UpstreamOutcome {
        guard let task else { return .failure(TaskIDs.unknown) }
        switch method {
        case .tasksResult: return .result(task["result"]?.objectValue ?? JSONObject())
        case .tasksCancel: return .failure(TaskState.cannotBeCancelled)
        default: return .result(task)
        }
    }
}
