import JSONCoding
import MCPWire

extension ClientMessages {
    /// A result about a task in the form of the client's revision; nothing if the result is none, or needs no other form.
    func taskResult(_ neutral: JSONObject) -> JSONObject? {
        guard client.revision.hasCoreTasks else { return nil }
        var neutral = neutral
        if var meta = neutral["_meta"]?.objectValue {
            // Of the newest revision alone.
            meta[MetaKey.serverInfo] = nil
            neutral["_meta"] = meta.members.isEmpty ? nil : .object(meta)
        }
        switch method {
        case .toolsCall where neutral["resultType"] == "task":
            var task = neutral
            task["_meta"] = nil
            var result: JSONObject = ["task": .object(TaskForm.core(neutral: task))]
            result["_meta"] = neutral["_meta"]
            return result
        case .tasksGet, .tasksCancel: return TaskForm.core(neutral: neutral)
        case .tasksResult:
            var result = rendering.result(neutral, of: .toolsCall)
            guard let taskID else { return result }
            var meta = result["_meta"]?.objectValue ?? JSONObject()
            meta[MetaKey.relatedTask] = ["taskId": .string(taskID)]
            result["_meta"] = .object(meta)
            return result
        default: return nil
        }
    }
}

extension MCPFailure {
    /// What a client of the stateless era hears that says something about tasks and did not declare that it knows them.
    static let tasksUndeclared = MCPFailure(
        .missingRequiredClientCapability,
        "Tasks are for clients that declare the extension \(RelayedFeatures.tasksExtension) with the request.",
        data: ["requiredCapabilities": ["extensions": [RelayedFeatures.tasksExtension: [:]]]])
}

extension ClientQuestion {
    /// The same as a part of a task (MCP 2025-11-25: what belongs to a task says so).
    func about(task id: String) -> ClientQuestion {
        var params = params ?? JSONObject()
        var meta = params["_meta"]?.objectValue ?? JSONObject()
        meta[MetaKey.relatedTask] = ["taskId": .string(id)]
        params["_meta"] = .object(meta)
        return ClientQuestion(key: key, kind: kind, params: params, elicitationID: elicitationID)
    }
}
