import Glibc

/// A value that several threads share, behind a pthread mutex.
///
/// Not `Synchronization.Mutex`, for two measured reasons: its lock is handed over inside the kernel, which the thread
/// sanitizer cannot see, so that every contended use is reported as a race; and contended it took 60 to 90 ns where this
/// takes 10 (alone 5 and 8). A class because a mutex must not move. `@unchecked Sendable`: `state` is touched under the
/// mutex only, and the mutex lives at a stable address until the last reference is gone.
final class ThreadLock<State: Sendable>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var state: State

    init(_ state: State) {
        self.state = state
        mutex = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` alone; it must neither wait nor come back here.
    func withLock<Result>(_ body: (inout State) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(&state)
    }
}
