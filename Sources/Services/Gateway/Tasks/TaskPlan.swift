import JSONCoding
import MCPWire

/// What tasks have to do with a call, decided before it is sent: by what its client takes and what its upstream has (facts 4.8).
enum TaskPlan: Sendable {
    /// Nothing.
    case none
    /// The upstream is told that tasks are taken, and may answer with one.
    case offered
    /// The upstream is asked for a task, which goes to the client.
    case asked(JSONObject)
    /// The tool has no other way, and the client of the handshake era takes no tasks: the upstream is told that they are taken, and
    /// the call lasts as long as the task does.
    case followed
    /// The tool has no other way: the upstream is asked for a task, and the call lasts as long as it does.
    case awaited

    init(_ call: GatewayCall, _ tool: OfferedItem?, _ support: TaskSupport) {
        self = .none
        guard call.method == .toolsCall else { return }
        let wish = TaskWish(call)
        switch (support, wish) {
        case (.none, _), (.tasksExtension, .plain): break
        case (.tasksExtension, .tasksExtension), (.tasksExtension, .core): self = .offered
        // Between equal revisions the upstream itself says what it thinks of the wish.
        case (.core, .core(let task)): self = .asked(task)
        case (.core, .tasksExtension): if tool?.taskSupport != nil { self = .asked(JSONObject()) }
        case (.core, .plain): if tool?.taskSupport == .required { self = .awaited }
        }
    }
}

/// Whether a client takes a task for an answer, and in which form.
enum TaskWish: Sendable {
    case plain
    /// It declared the extension, and takes either.
    case tasksExtension
    /// It sent `task`, and takes nothing else (MCP 2025-11-25, tasks).
    case core(JSONObject)

    init(_ call: GatewayCall) {
        self = .plain
        if call.client.revision.era == .stateless {
            if call.client.capabilities.takesTasks { self = .tasksExtension }
        } else if call.client.revision.hasCoreTasks, let task = call.params["task"]?.objectValue {
            self = .core(task)
        }
    }
}

extension OfferedItem {
    /// How a tool of 2025-11-25 can be called as a task.
    enum CoreTasks: String, Sendable {
        case optional, required
    }

    /// Of a tool of 2025-11-25: whether it can be called as a task.
    var taskSupport: CoreTasks? {
        guard revision.hasCoreTasks else { return nil }
        return definition["execution"]?["taskSupport"]?.stringValue.flatMap(CoreTasks.init)
    }
}
