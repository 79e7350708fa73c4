import Reactor
import Synchronization

/// Work of which there is one for each name at a time: who comes while it is under way gets the same outcome.
///
/// A class, because all who ask share it. The work belongs to nobody who asks: a caller that leaves ends only its own waiting.
final class OneAtATime<Outcome: Sendable>: Sendable {
    private let group: EventLoopGroup
    private let running = Mutex<[String: Task<Outcome, Never>]>([:])

    init(group: EventLoopGroup) {
        self.group = group
    }

    func outcome(of name: String, _ work: @escaping @Sendable () async -> Outcome) async -> Outcome {
        let task = running.withLock { running in
            if let task = running[name] { return task }
            let task = group.loops[0].runTask { [self] in
                let outcome = await work()
                self.running.withLock { $0[name] = nil }
                return outcome
            }
            running[name] = task
            return task
        }
        return await task.value
    }
}
