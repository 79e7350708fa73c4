import Glibc
import Testing

/// Runs blocking code on a thread of its own, so that it never holds a thread that tests share.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        startTestThread { continuation.resume(with: Result { try body() }) }
    }
}

/// Runs the same blocking code on several threads at once, each with its number.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) async throws {
    try await withThrowingTaskGroup { group in
        for number in 0..<count {
            group.addTask { try await onThread { try body(number) } }
        }
        try await group.waitForAll()
    }
}

/// Starts a detached thread.
func startTestThread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Box(body))
    let status = pthread_create(
        &thread, nil,
        { argument in
            Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue().body()
            return nil
        }, context.toOpaque())
    precondition(status == 0, "the system gives no thread for a test")
    pthread_detach(thread)
}

/// How long a test waits for what must happen; far longer than it ever takes, sanitizers included.
let patience = Duration.seconds(240)

/// Waits until the condition holds; false when the patience is over.
func eventually(_ condition: @Sendable () async -> Bool) async -> Bool {
    let end = ContinuousClock.now + patience
    while await !condition() {
        if ContinuousClock.now > end { return false }
        try? await Task.sleep(for: .milliseconds(2))
    }
    return true
}

/// The same for blocking code.
func eventuallyBlocking(_ condition: () -> Bool) -> Bool {
    let end = ContinuousClock.now + patience
    while !condition() {
        if ContinuousClock.now > end { return false }
        usleep(2_000)
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
    func add(_ number: Int = 1) { change { $0 += number } }
}

/// A gate that threads and tasks wait at until somebody opens it.
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

    /// Waits as a thread does.
    func passBlocking() {
        _ = eventuallyBlocking { isOpen.value }
    }
}

/// Lets others run for a moment; only in loops that look for what does not happen.
func takeAMoment() {
    usleep(2_000)
}
