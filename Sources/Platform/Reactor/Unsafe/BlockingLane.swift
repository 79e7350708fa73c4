import CLinux
import Glibc
import Synchronization

/// A few threads for work that blocks: SQLite, name look-ups, password hashing.
///
/// A class because it owns threads. `@unchecked Sendable`: the queue is guarded by `mutex`, and the condition variable
/// lives at a stable address that is freed when the last thread has left.
package final class BlockingLane: @unchecked Sendable {
    private let queueMax: Int
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var queue: [@Sendable () -> Void] = []
    private var head = 0
    private var closed = false
    private var threads: [pthread_t] = []

    /// Starts the threads; `queueMax` bounds what may wait, and more is refused with `laneFull`.
    package init(threads count: Int, queueMax: Int) {
        self.queueMax = queueMax
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        for number in 0..<count {
            let body = ThreadBody(name: "lane-\(number)") { [unowned self] in work() }
            if let thread = startThread(body) { threads.append(thread) }
        }
    }

    deinit {
        shutDown()
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Runs `body` on a thread of the lane and resumes the caller where it was.
    package func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        let outcome: Result<Value, any Error> = await withUnsafeContinuation { continuation in
            let refusal = submit { continuation.resume(returning: Result { try body() }) }
            if let refusal { continuation.resume(returning: .failure(refusal)) }
        }
        return try outcome.get()
    }

    /// Refuses new work, finishes what waits, and ends the threads; must not be called on one of them.
    package func shutDown() {
        pthread_mutex_lock(mutex)
        closed = true
        let ending = threads
        threads = []
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
        for thread in ending { pthread_join(thread, nil) }
    }

    private func submit(_ work: @escaping @Sendable () -> Void) -> ReactorError? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if closed { return .shuttingDown }
        if queue.count - head >= queueMax { return .laneFull }
        queue.append(work)
        pthread_cond_signal(condition)
        return nil
    }

    private func next() -> (@Sendable () -> Void)? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while head == queue.count {
            if closed { return nil }
            pthread_cond_wait(condition, mutex)
        }
        let work = queue[head]
        head += 1
        if head == queue.count {
            queue.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 1024 {
            queue.removeFirst(head)
            head = 0
        }
        return work
    }

    private func work() {
        while let item = next() { item() }
    }
}
