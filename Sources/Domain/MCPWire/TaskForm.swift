package import JSONCoding

/// A task's state in the two forms that are not wire compatible: the extension's (neutral) and that of the core of 2025-11-25.
package enum TaskForm {
    private static let renamed = [(core: "ttl", neutral: "ttlMs"), (core: "pollInterval", neutral: "pollIntervalMs")]

    /// The extension's form of a `Task` of the core. The times have other names, and `ttlMs` must be there (facts 7.3).
    package static func neutral(core task: JSONObject) -> JSONObject {
        var neutral = rename(task) { ($0.core, $0.neutral) }
        if neutral["ttlMs"] == nil { neutral["ttlMs"] = .null }
        return neutral
    }

    /// The core's form of a task of the extension, without what says how it went: in the core that is `tasks/result`'s.
    package static func core(neutral task: JSONObject) -> JSONObject {
        var core = rename(task) { ($0.neutral, $0.core) }
        core.remove("resultType", "result", "error", "inputRequests", "requestState")
        if core["ttl"] == nil { core["ttl"] = .null }
        return core
    }

    /// The result that starts a task of the extension, from `CreateTaskResult` of the core; nothing if it is none.
    package static func started(core result: JSONObject) -> JSONObject? {
        guard let task = result["task"]?.objectValue else { return nil }
        var neutral: JSONObject = ["resultType": "task"]
        neutral.members += self.neutral(core: task).members
        neutral["_meta"] = result["_meta"]
        return neutral
    }

    private static func rename(
        _ task: JSONObject, _ names: ((core: String, neutral: String)) -> (from: String, to: String)
    ) -> JSONObject {
        var task = task
        for pair in renamed.map(names) {
            for index in task.members.indices where task.members[index].name == pair.from {
                task.members[index].name = pair.to
            }
        }
        return task
    }
}
