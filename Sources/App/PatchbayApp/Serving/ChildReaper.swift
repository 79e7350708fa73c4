import Reactor
import Synchronization

/// Reaps what children of ours leave behind, off the loops, because it reads the table of processes.
///
/// A class, because signals arrive at any time. One round at a time: signals that come meanwhile make one more round, not many.
final class ChildReaper: Sendable {
    private enum State {
        case resting
        case reaping
        /// Another child ended while a round was under way.
        case reapingAndCalled
    }

    private let children: ChildProcesses
    private let lane: BlockingLane
    private let state = Mutex(State.resting)

    init(children: ChildProcesses, lane: BlockingLane) {
        self.children = children
        self.lane = lane
    }

    /// A child has ended; does not wait.
    func childEnded() {
        let isFree = state.withLock { state in
            defer { state = state == .resting ? .reaping : .reapingAndCalled }
            return state == .resting
        }
        guard isFree else { return }
        Task { await self.reap() }
    }

    private func reap() async {
        repeat {
            // A lane that takes no more work belongs to a process that ends, and takes its children with it.
            _ = try? await lane.run { [children] in children.reapAdopted() }
        } while goesOn()
    }

    private func goesOn() -> Bool {
        state.withLock { state in
            defer { state = state == .reapingAndCalled ? .reaping : .resting }
            return state == .reapingAndCalled
        }
    }
}
