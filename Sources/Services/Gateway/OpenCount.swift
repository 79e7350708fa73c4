import Synchronization

/// How many calls or streams are open, over all loops. A class, because all loops count together.
final class OpenCount: Sendable {
    private let open = Atomic<Int>(0)

    /// False when there are as many as may be.
    func enter(limit: Int) -> Bool {
        if open.wrappingAdd(1, ordering: .relaxed).newValue <= limit { return true }
        leave()
        return false
    }

    var isNone: Bool { open.load(ordering: .relaxed) <= 0 }

    func leave() {
        open.wrappingSubtract(1, ordering: .relaxed)
    }
}
