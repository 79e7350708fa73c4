import Synchronization

/// What the main task came to, read after its loop has ended. A class, because the task and its starter share it.
final class ExitValue: Sendable {
    private let value = Mutex<Int32>(1)

    func set(_ code: Int32) {
        value.withLock { $0 = code }
    }

    func get() -> Int32 {
        value.withLock { $0 }
    }
}
