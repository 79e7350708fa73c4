import JSONCoding
import MCPWire
import Synchronization

/// The calls of one session that wait for results of tasks, and what the upstream asks about those tasks beside the calls'
/// own streams (MCP 2025-11-25, tasks: a question names its task, and may come on any stream of the session).
///
/// A class, because the calls of a session meet in it. One task reads for all of them; it runs from the first call's beginning
/// to the last one's end, which cancels it.
final class TaskWaits: Sendable {
    /// One call that waits.
    final class Wait: Sendable {
        let task: String
        /// What is asked about the task.
        let asked = Mailbox<ServerRequest>()
        /// Whether the stream is being read, or never will be.
        let opened = Mailbox<Void>()

        init(task: String) {
            self.task = task
        }
    }

    private struct State {
        var waits: [Wait] = []
        var reader: Task<Void, Never>?
        var isOpen = false
    }

    private let state = Mutex(State())

    /// A call waits for this task from now on; `read` starts to read when it is the first one.
    func begin(_ task: String, read: () -> Task<Void, Never>) -> Wait {
        let wait = Wait(task: task)
        state.withLock { state in
            state.waits.append(wait)
            if state.isOpen { wait.opened.put(()) }
            if state.reader == nil { state.reader = read() }
        }
        return wait
    }

    func end(_ wait: Wait) {
        let reader = state.withLock { state -> Task<Void, Never>? in
            state.waits.removeAll { $0 === wait }
            guard state.waits.isEmpty else { return nil }
            defer { state = State() }
            return state.reader
        }
        reader?.cancel()
    }

    /// The stream is being read, or never will be.
    func opened() {
        let waits = state.withLock { state in
            state.isOpen = true
            return state.waits
        }
        for wait in waits { wait.opened.put(()) }
    }

    /// Gives a question to a call that waits for its task; false if none does.
    func take(_ asked: ServerRequest) -> Bool {
        guard let task = asked.params?["_meta"]?[MetaKey.relatedTask]?["taskId"]?.stringValue else { return false }
        let wait = state.withLock { $0.waits.first { $0.task == task } }
        guard let wait, wait.asked.count < QuestionDesk.waitingMax else { return false }
        return wait.asked.put(asked)
    }
}
