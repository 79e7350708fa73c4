import MCPWire
import Synchronization

/// Our own calls that wait for results of tasks of 2025-11-25, because only who waits is asked; one for each task.
///
/// A class, because every loop's requests meet in it.
final class WaitingTasks: Sendable {
    /// So many tasks are waited for at once; further ones look as if they still worked.
    static let callsMax = 1_000

    private struct Key: Hashable {
        let upstream: String
        let taskID: String
        let principal: String

        init(_ claims: TaskClaims) {
            upstream = claims.upstream
            taskID = claims.taskID
            principal = claims.principal
        }
    }

    private let calls = Mutex<[Key: RunningCall]>([:])

    /// The call that waits for a task, if one does.
    func call(for claims: TaskClaims) -> RunningCall? { calls.withLock { $0[Key(claims)] } }

    /// The same, begun if there is none; nothing when there are as many as may be.
    func call(
        for claims: TaskClaims, make: () -> RunningCall, start: (RunningCall) -> Void
    ) -> RunningCall? {
        let (call, isNew) = calls.withLock { calls -> (RunningCall?, Bool) in
            if let call = calls[Key(claims)] { return (call, false) }
            guard calls.count < Self.callsMax else { return (nil, false) }
            let call = make()
            calls[Key(claims)] = call
            return (call, true)
        }
        if let call, isNew { start(call) }
        return call
    }

    func ended(_ call: RunningCall, for claims: TaskClaims) {
        calls.withLock { calls in
            if calls[Key(claims)] === call { calls[Key(claims)] = nil }
        }
    }
}
