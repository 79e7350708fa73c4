import Glibc

/// A few threads for work that blocks: SQLite, name look-ups, password hashing.
///
/// A class because it owns threads. `@unchecked Sendable`: `threads` is guarded by the queue's lock, the rest is constant.
package final class BlockingLane: @unchecked Sendable {
    private let queue: LaneQueue
    private var threads: [pthread_t] = []

    /// Starts the threads; `queueMax` bounds what may wait, and more is refused with `laneFull`.
    package init(threads count: Int, queueMax: Int) {
        let queue = LaneQueue(max: queueMax)
        self.queue = queue
        // The threads hold the queue and never the lane, so that dropping the lane ends them.
        for number in 0..<count {
            let body = ThreadBody(name: "lane-\(number)") {
                while let item = queue.next() { item() }
            }
            if let thread = startThread(body) { threads.append(thread) }
        }
        // Without a thread everything would wait for ever; refuse it instead.
        if threads.isEmpty { queue.close() }
    }

    deinit {
        // The last reference may go on one of the threads, which cannot wait for itself.
        queue.close()
        for thread in threads { pthread_detach(thread) }
    }

    /// Runs `body` on a thread of the lane and resumes the caller where it was.
    ///
    /// A cancelled caller leaves the queue; once the body runs, its end is awaited, because it may hold what the caller lent.
    package func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        let waiter = Waiter<Result<Value, any Error>>()
        let outcome = await waiter.value(cancelled: .failure(ReactorError.cancelled)) {
            let refusal = submit {
                if waiter.claim() { waiter.answer(Result { try body() }) }
            }
            if let refusal { waiter.answer(.failure(refusal)) }
        }
        return try outcome.get()
    }

    /// Refuses new work, finishes what waits, and ends the threads; must not be called on one of them.
    package func shutDown() {
        queue.close()
        let ending = queue.locked {
            defer { threads = [] }
            return threads
        }
        for thread in ending { pthread_join(thread, nil) }
    }

    /// Queues work that tells its end itself.
    func submit(_ work: @escaping @Sendable () -> Void) -> ReactorError? {
        queue.add(work)
    }
}

/// What the lane's threads share.
///
/// A class because threads wait on it. `@unchecked Sendable`: all variables are guarded by `mutex`; the mutex and the
/// condition live at stable addresses, which are freed when the lane and the last thread have let go.
private final class LaneQueue: @unchecked Sendable {
    private let waitingMax: Int
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var waiting: [(@Sendable () -> Void)?] = []
    private var head = 0
    private var isClosed = false

    init(max: Int) {
        waitingMax = max
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    func close() {
        locked {
            isClosed = true
            pthread_cond_broadcast(condition)
        }
    }

    func add(_ work: @escaping @Sendable () -> Void) -> ReactorError? {
        locked {
            if isClosed { return .shuttingDown }
            if waiting.count - head >= waitingMax { return .laneFull }
            waiting.append(work)
            pthread_cond_signal(condition)
            return nil
        }
    }

    /// The next piece of work, or `nil` when the lane is closed and everything is done.
    func next() -> (@Sendable () -> Void)? {
        locked {
            while head == waiting.count {
                if isClosed { return nil }
                pthread_cond_wait(condition, mutex)
            }
            // Taken out, not only passed by: what the work holds is let go when it is done.
            let work = waiting[head]
            waiting[head] = nil
            head += 1
            if head == waiting.count {
                waiting.removeAll(keepingCapacity: true)
                head = 0
            } else if head >= 1_024 {
                waiting.removeFirst(head)
                head = 0
            }
            return work
        }
    }
}
