import Glibc
import Testing

/// Runs blocking code on a thread of its own, so that it never holds a thread that tests share.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        startTestThread { continuation.resume(with: Result { try body() }) }
    }
}

/// Starts a detached thread.
func startTestThread(_ body: @escaping @Sendable () -> Void) {
    final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Body(body))
    let status = pthread_create(
        &thread, nil,
        { argument in
            Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
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

/// Lets others run for a moment; only where it widens a gap that must not be there.
func takeAMoment() {
    usleep(20_000)
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

/// A gate that threads and tasks wait at until somebody opens it.
final class Gate: Sendable {
    private struct State: Sendable {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Box(State())

    var isOpen: Bool { state.value.isOpen }

    func open() {
        let waiting = state.change { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Waits as a task does, also when that is cancelled.
    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.change { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    /// Waits as a thread does.
    func passBlocking() { _ = eventuallyBlocking { isOpen } }
}
