import JSONCoding
import MCPWire
import Synchronization

/// The calls of one session whose client can be asked, and what the upstream asks beside the calls' own streams: many servers put
/// their questions onto the session's stream. One about a task names the task (MCP 2025-11-25, tasks); any other has an owner
/// only if one call runs (rulings 4.4).
///
/// A class, because the calls of a session meet in it. One task reads for all of them, from the first call on for as long as the
/// session lives: what is asked between two calls is refused, and nobody waits for an answer in vain.
final class StreamWaits: Sendable {
    /// One call that waits.
    final class Wait: Sendable {
        /// The task that it waits for; nothing for a call of another sort.
        let task: String?
        /// What is asked beside its own stream.
        let asked = Mailbox<ServerRequest>()
        /// Whether the stream is being read, or never will be.
        let opened = Mailbox<Void>()

        init(task: String?) {
            self.task = task
        }
    }

    private struct State {
        var waits: [Wait] = []
        var reader: Task<Void, Never>?
        var isOpen = false
    }

    private let state = Mutex(State())

    /// A call waits from now on; `read` starts to read when it is the first one.
    func begin(_ task: String?, read: () -> Task<Void, Never>) -> Wait {
        let wait = Wait(task: task)
        state.withLock { state in
            state.waits.append(wait)
            if state.isOpen { wait.opened.put(()) }
            if state.reader == nil { state.reader = read() }
        }
        return wait
    }

    func end(_ wait: Wait) {
        state.withLock { state in state.waits.removeAll { $0 === wait } }
    }

    /// The session is over, and its stream with it.
    func close() {
        state.withLock { $0.reader }?.cancel()
    }

    /// The stream is being read, or never will be.
    func opened() {
        let waits = state.withLock { state in
            state.isOpen = true
            return state.waits
        }
        for wait in waits { wait.opened.put(()) }
    }

    /// Gives a question to the call that it belongs to; false if there is none, or nobody can say which.
    func take(_ asked: ServerRequest) -> Bool {
        let task = asked.params?["_meta"]?[MetaKey.relatedTask]?["taskId"]?.stringValue
        let wait = state.withLock { state in
            if let task { return state.waits.first { $0.task == task } }
            return state.waits.count == 1 ? state.waits[0] : nil
        }
        guard let wait, wait.asked.count < QuestionDesk.waitingMax else { return false }
        return wait.asked.put(asked)
    }
}
