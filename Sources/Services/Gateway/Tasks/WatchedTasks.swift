import JSONCoding
import MCPWire

/// Tasks whose changes a client wants to hear, by the upstream that has them.
struct WatchedTasks: Sendable, Hashable {
    /// One stream or session watches so many; further ones are not promised, and the client looks for itself.
    static let tasksMax = 1_000

    private struct Watched: Sendable, Hashable {
        let position: Int
        let original: String
        let id: String
        let form: TaskClaims.Form
    }

    private var tasks: [Watched] = []

    /// No tasks.
    init() {}

    /// What the clients call them.
    var ids: [String] { tasks.map(\.id) }

    var isEmpty: Bool { tasks.isEmpty }

    /// False when there are as many as may be.
    mutating func add(_ task: OpenTask) -> Bool { add(task.id, task.claims, at: task.position) }

    mutating func add(_ id: String, _ claims: TaskClaims, at position: Int) -> Bool {
        guard tasks.count < Self.tasksMax else { return false }
        tasks.append(Watched(position: position, original: claims.taskID, id: id, form: claims.form))
        return true
    }

    /// What the upstream at this position calls those that it has to be asked about.
    func originals(at position: Int) -> Set<String> {
        Set(tasks.lazy.filter { $0.position == position && $0.form == .tasksExtension }.map(\.original))
    }

    /// A notification of an upstream in neutral form, under the client's name for the task; nothing if it is none of these.
    func shown(
        _ params: JSONObject, at position: Int, rewriting: (JSONObject) -> JSONObject
    ) -> JSONObject? {
        guard let original = params["taskId"]?.stringValue,
            let task = tasks.first(where: { $0.position == position && $0.original == original })
        else { return nil }
        let neutral = task.form == .core ? TaskForm.neutral(core: params) : params
        return TaskState.shown(neutral, as: task.id, rewriting: rewriting)
    }
}
