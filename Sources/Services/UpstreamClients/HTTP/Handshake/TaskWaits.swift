import JSONCoding
import MCPWire
import Synchronization

/// The calls of one session that wait for results of tasks, and what the upstream asks about those tasks beside the calls'
/// own streams (MCP 2025-11-25, tasks: a question names its task, and may come on any stream of the session).
///
/// A class, because the calls of a session meet in it: one of them reads for all.
final class TaskWaits: Sendable {
    private struct State {
        var waits: [(task: String, inbox: Mailbox<ServerRequest>)] = []
        var hasReader = false
    }

    private let state = Mutex(State())

    /// A call waits for this task from now on.
    func begin(_ task: String) -> Mailbox<ServerRequest> {
        let inbox = Mailbox<ServerRequest>()
        state.withLock { $0.waits.append((task, inbox)) }
        return inbox
    }

    func end(_ inbox: Mailbox<ServerRequest>) {
        state.withLock { state in state.waits.removeAll { $0.inbox === inbox } }
    }

    /// Gives a question to a call that waits for its task; false if none does.
    func take(_ asked: ServerRequest) -> Bool {
        guard let task = asked.params?["_meta"]?[MetaKey.relatedTask]?["taskId"]?.stringValue else { return false }
        let inbox = state.withLock { $0.waits.first { $0.task == task }?.inbox }
        guard let inbox, inbox.count < QuestionDesk.waitingMax else { return false }
        return inbox.put(asked)
    }

    /// Whether the caller is to read from now on.
    func becomeReader() -> Bool {
        state.withLock { state in
            defer { state.hasReader = true }
            return !state.hasReader
        }
    }

    func resignAsReader() { state.withLock { $0.hasReader = false } }
}
