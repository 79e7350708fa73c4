import Glibc
import Synchronization

/// How long a test waits for what must happen; far longer than it ever takes, sanitizers included.
let patience = Duration.seconds(120)

/// Waits until the condition holds; false when the patience is over.
func eventually(_ condition: @Sendable () async -> Bool) async -> Bool {
    let end = ContinuousClock.now + patience
    while await !condition() {
        if ContinuousClock.now > end { return false }
        try? await Task.sleep(for: .milliseconds(2))
    }
    return true
}

/// A value that threads share.
///
/// Behind a pthread mutex, because the thread sanitizer does not see how `Synchronization.Mutex` hands its lock over.
/// `@unchecked Sendable`: the value is touched under the mutex only.
final class Box<Value: Sendable>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var stored: Value

    init(_ value: Value) {
        stored = value
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    var value: Value { change { $0 } }

    @discardableResult
    func change<Result>(_ body: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(&stored)
    }
}

extension Box where Value == Int {
    /// The number after adding.
    @discardableResult
    func add(_ number: Int = 1) -> Int {
        change {
            $0 += number
            return $0
        }
    }
}

/// A gate that tasks wait at until somebody opens it.
final class Gate: Sendable {
    private let isOpen = Box(false)
    private let waiting = Box<[CheckedContinuation<Void, Never>]>([])

    func open() {
        isOpen.change { $0 = true }
        for continuation in waiting.change({ list in
            defer { list = [] }
            return list
        }) { continuation.resume() }
    }

    /// Waits as a task does, also when that is cancelled.
    func pass() async {
        await withCheckedContinuation { continuation in
            waiting.change { $0.append(continuation) }
            if isOpen.value { open() }
        }
    }
}
