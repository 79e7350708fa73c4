import JSONCoding
import MCPWire
import UpstreamClients

/// A client's request about a task, carried out at the upstream that has it; all results are in neutral form, under our id.
struct TaskRequest: Sendable {
    let task: OpenTask
    let method: MCPMethod
    let params: JSONObject
    let client: ClientContext
    let offer: ServerOffer
    let server: ServedServer
    let state: GatewayState
    let session: ClientSession?
    /// How the client is asked what an upstream of 2025-11-25 wants to know.
    let asking: AskingRule
    let loop: CallLoop

    var hop: TaskHop {
        // An upstream with sessions knows the task in the one in which it was begun; the extension has to be declared each time.
        let capabilities =
            task.claims.form == .core
            ? ClientCapabilities(neutral: task.claims.interactive.object) : client.relayedCapabilities.withTasks
        return TaskHop(
            upstream: task.upstream, taskID: task.claims.taskID, client: client, capabilities: capabilities,
            deadline: client.deadline, loop: loop)
    }

    private var isForCore: Bool { client.revision.era == .handshake }

    func outcome(host: any CallHost) async throws(UpstreamError) -> UpstreamOutcome {
        if task.claims.taskID.isEmpty { return HeldTask.outcome(of: session?.heldTask(task.id), method) }
        switch (task.claims.form, method) {
        case (.tasksExtension, .tasksResult): return try await ExtensionAsCore(request: self).result(host: host)
        case (.tasksExtension, .tasksCancel) where isForCore: return try await ExtensionAsCore(request: self).cancel()
        case (.core, .tasksGet) where !isForCore: return try await CoreAsExtension(request: self).get()
        case (.core, .tasksUpdate): return CoreAsExtension(request: self).update()
        case (.core, .tasksCancel) where !isForCore: return try await CoreAsExtension(request: self).cancel()
        default: break  // Both sides have it in the same sense.
        }
        var more = params
        more["taskId"] = nil
        let outcome = try await hop.send(method, more, host: TaskHost(host: host, task: task))
        guard case .result(let result) = outcome else { return outcome }
        if method == .tasksResult { return .result(rewritten(result)) }
        return .result(shown(task.claims.form == .core ? TaskForm.neutral(core: result) : result))
    }

    /// A task's state as the client sees it.
    func shown(_ neutral: JSONObject) -> JSONObject {
        TaskState.shown(neutral, as: task.id) { rewritten($0) }
    }

    func rewritten(_ result: JSONObject) -> JSONObject {
        server.links?.note(result, of: task.position)
        return offer.resources.rewritten(result: result, of: .toolsCall, at: task.position)
    }
}

/// A task's state in neutral form.
enum TaskState {
    /// The same under another id, with a result that names resources as clients know them.
    static func shown(
        _ neutral: JSONObject, as id: String, rewriting: (JSONObject) -> JSONObject
    ) -> JSONObject {
        var shown = neutral
        if shown["taskId"] != nil { shown["taskId"] = .string(id) }
        if let result = shown["result"]?.objectValue { shown["result"] = .object(rewriting(result)) }
        return shown
    }

    /// Whether nothing will change any more.
    static func isOver(_ task: JSONObject) -> Bool {
        let status = task["status"]?.stringValue
        return status == "completed" || status == "failed" || status == "cancelled"
    }

    static let wasCancelled = MCPFailure(.internalError, "The task was cancelled.")
    static let cannotBeCancelled = MCPFailure(.invalidParams, "The task is over and cannot be cancelled.")
}
