import CLinux
import Glibc
import Synchronization

/// One thread that waits for descriptors, timers and jobs, and runs every task that prefers it.
///
/// A class because it is one thread's identity. `@unchecked Sendable`: every stored property except `remote` (a lock),
/// `attention`, `stopping` and `thread` (atomics) and constants is touched by the loop's own thread only, which `requireOnLoop` checks
/// on registration.
///
/// States: made → running (`run` was called) → stopping (`stop`) → stopped (the thread has left `run`). A loop that
/// stops runs what is queued, ends what sleeps with an error and lets go of all handlers; what comes later is dropped.
package final class EventLoop: TaskExecutor, @unchecked Sendable {
    /// A ticket for a scheduled timer.
    package typealias Timer = TimerHeap<any TimerHandler>.Ticket

    /// The place in the table and the generation of one watched descriptor.
    package struct Registration: Sendable, Equatable {
        fileprivate var slot: Int32
        fileprivate var generation: UInt32
        /// Nothing is watched.
        package static let none = Registration(slot: -1, generation: 0)
    }

    private struct Watch {
        var handler: (any ReadinessHandler)?
        var generation: UInt32
        var descriptor: Int32
    }

    private enum RemoteWork {
        case job(UnownedJob)
        case action(@Sendable () -> Void)
    }

    private struct RemoteQueue: Sendable {
        var work: [RemoteWork] = []
        var isClosed = false
    }

    /// What other threads must know before they leave work here, and the loop before it sleeps.
    ///
    /// awake → asleep (the loop waits) → called (someone left work and woke it) → awake; or awake → called at once.
    private enum Attention: UInt8, AtomicRepresentable {
        case awake, asleep, called
    }

    /// How many bytes one read may bring.
    package static let scratchBytes = 64 * 1024

    /// Events taken from the kernel at once.
    private static let eventsMax = 256

    /// How often a loop that stops looks for work that its last work made.
    private static let lastRoundsMax = 1_000

    /// Which of the group's loops this is.
    package let index: Int
    /// A buffer for one read at a time; what must outlive the handler's turn is copied out.
    package let scratch: UnsafeMutableRawBufferPointer
    /// Nanoseconds of the monotonic clock, read once a turn.
    package private(set) var now: UInt64

    private let epoll: Int32
    private let wakeDescriptor: Int32
    /// The loop's thread while it runs, else 0, which no thread is.
    private let thread = Atomic<pthread_t>(0)
    private let stopping = Atomic<Bool>(false)
    private var turnCount: UInt64 = 0
    private var watches: [Watch] = []
    private var unusedWatches: [Int32] = []
    private var timers = TimerHeap<any TimerHandler>()
    private var jobs: [UnownedJob] = []
    private var runningJobs: [UnownedJob] = []
    private let remote = ThreadLock(RemoteQueue())
    private var takenWork: [RemoteWork] = []
    private let attention = Atomic<Attention>(.awake)

    /// Opens the kernel objects; no thread is started.
    package init(index: Int) throws(ReactorError) {
        self.index = index
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw .system(call: "epoll_create1", number: errno) }
        wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard wakeDescriptor >= 0 else {
            let number = errno
            close(epoll)
            throw .system(call: "eventfd", number: number)
        }
        scratch = .allocate(byteCount: Self.scratchBytes, alignment: 16)
        now = monotonicNanoseconds()
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: UInt64.max))
        guard epoll_ctl(epoll, EPOLL_CTL_ADD, wakeDescriptor, &event) == 0 else {
            throw .system(call: "epoll_ctl", number: errno)
        }
    }

    deinit {
        close(epoll)
        close(wakeDescriptor)
        scratch.deallocate()
    }

    /// True on the loop's own thread.
    package var isOnLoop: Bool {
        // Relaxed is enough: a thread that is not the loop's never reads its own name here, in whatever order it looks.
        thread.load(ordering: .relaxed) == pthread_self()
    }

    /// How often the loop has gone round; an idle loop does not.
    package var turns: UInt64 {
        requireOnLoop()
        return turnCount
    }

    /// Stops the program when loop-confined state is touched from elsewhere; a programmer's error, never input.
    package func requireOnLoop() {
        precondition(isOnLoop, "loop-confined state is touched only by the loop's thread")
    }

    // MARK: Tasks

    /// Takes a job of a task that prefers this loop.
    package func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        if isOnLoop {
            jobs.append(unowned)
        } else {
            submit(.job(unowned))
        }
    }

    /// Runs an action on the loop: at once when called on it, else in its next turn.
    package func execute(_ action: @escaping @Sendable () -> Void) {
        _ = accepts(action)
    }

    /// As `execute`; false when the loop has stopped and the action will never run.
    func accepts(_ action: @escaping @Sendable () -> Void) -> Bool {
        if isOnLoop {
            action()
            return true
        }
        return submit(.action(action))
    }

    @discardableResult
    private func submit(_ work: RemoteWork) -> Bool {
        let isOpen = remote.withLock { queue in
            // What is left at a loop that has stopped would only keep it, and itself, from being freed.
            if !queue.isClosed { queue.work.append(work) }
            return !queue.isClosed
        }
        guard isOpen else { return false }
        // One atomic for both sides: either the loop finds it was called before it sleeps, or we find it asleep.
        if attention.exchange(.called, ordering: .acquiringAndReleasing) == .asleep {
            var one: UInt64 = 1
            _ = write(wakeDescriptor, &one, 8)
        }
        return true
    }

    // MARK: Descriptors

    /// Watches a descriptor until `stopWatching`.
    package func watch(
        _ descriptor: Int32, for interest: Readiness, handler: any ReadinessHandler
    ) throws(ReactorError) -> Registration {
        requireOnLoop()
        let slot: Int32
        if let reused = unusedWatches.popLast() {
            slot = reused
        } else {
            slot = Int32(watches.count)
            watches.append(Watch(handler: nil, generation: 0, descriptor: -1))
        }
        let generation = watches[Int(slot)].generation
        var event = epoll_event(
            events: interest.bits, data: epoll_data_t(u64: UInt64(UInt32(slot)) << 32 | UInt64(generation)))
        guard epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
            let number = errno
            unusedWatches.append(slot)
            throw .system(call: "epoll_ctl", number: number)
        }
        watches[Int(slot)].handler = handler
        watches[Int(slot)].descriptor = descriptor
        return Registration(slot: slot, generation: generation)
    }

    /// Changes what is reported; an empty interest still reports errors and hang-ups.
    package func setInterest(_ interest: Readiness, of registration: Registration) {
        requireOnLoop()
        guard isCurrent(registration) else { return }
        var event = epoll_event(
            events: interest.bits,
            data: epoll_data_t(u64: UInt64(UInt32(registration.slot)) << 32 | UInt64(registration.generation)))
        epoll_ctl(epoll, EPOLL_CTL_MOD, watches[Int(registration.slot)].descriptor, &event)
    }

    /// Ends the watch and lets go of the handler; call it before the descriptor is closed.
    package func stopWatching(_ registration: Registration) {
        requireOnLoop()
        guard isCurrent(registration) else { return }
        let slot = Int(registration.slot)
        var event = epoll_event()
        epoll_ctl(epoll, EPOLL_CTL_DEL, watches[slot].descriptor, &event)
        // Released last: the end of a handler may come back here, and must find the table whole.
        let handler = watches[slot].handler
        defer { withExtendedLifetime(handler) {} }
        watches[slot].handler = nil
        watches[slot].descriptor = -1
        watches[slot].generation &+= 1
        unusedWatches.append(registration.slot)
    }

    private func isCurrent(_ registration: Registration) -> Bool {
        registration.slot >= 0 && watches[Int(registration.slot)].generation == registration.generation
            && watches[Int(registration.slot)].handler != nil
    }

    // MARK: Time

    /// Calls `handler` once, `delay` nanoseconds after this turn's `now`.
    package func schedule(after delay: UInt64, _ handler: any TimerHandler) -> Timer {
        schedule(at: Self.time(delay, after: now), handler)
    }

    /// Calls `handler` once at a time of the loop's clock.
    package func schedule(at due: UInt64, _ handler: any TimerHandler) -> Timer {
        requireOnLoop()
        return timers.insert(due: due, handler)
    }

    /// `delay` nanoseconds after `start`; a delay without end is the end of the clock, not its beginning.
    static func time(_ delay: UInt64, after start: UInt64) -> UInt64 {
        let (sum, overflow) = start.addingReportingOverflow(delay)
        return overflow ? .max : sum
    }

    /// Forgets a timer; a stale one is ignored.
    package func cancel(_ timer: Timer) {
        requireOnLoop()
        timers.remove(timer)
    }

    // MARK: The turn

    /// Runs turns on the calling thread until `stop`.
    package func run() {
        thread.store(pthread_self(), ordering: .relaxed)
        patchbay_name_thread("loop-\(index)")
        var events = [epoll_event](repeating: epoll_event(), count: Self.eventsMax)
        while !isStopping {
            runJobs()
            let count = waitForEvents(&events)
            turnCount &+= 1
            now = monotonicNanoseconds()
            takeRemoteWork()
            for position in 0..<max(0, Int(count)) {
                dispatch(events[position])
            }
            fireTimers()
        }
        windDown()
        thread.store(0, ordering: .relaxed)
    }

    /// Ends `run` after the current turn; may be called from any thread.
    package func stop() {
        stopping.store(true, ordering: .releasing)
        // To wake it; without a reference to the loop, which may never have run.
        execute {}
    }

    /// True from `stop` on: what would wait must not begin to.
    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    /// Runs what is queued and tells who waits, so that tasks see the end instead of waiting for ever; bounded, because a
    /// task may start another without end.
    private func windDown() {
        let ending = watches
        for round in 0..<Self.lastRoundsMax {
            // Looked at without being called: who leaves work now may not have called yet.
            attention.store(.called, ordering: .relaxed)
            takeRemoteWork()
            runJobs()
            var isQuiet = jobs.isEmpty
            if round == 0 {
                for watch in ending { (watch.handler as? any StopListener)?.loopStopped() }
                isQuiet = false
            }
            while let handler = timers.popDue(now: .max) {
                (handler as? any StopListener)?.loopStopped()
                isQuiet = false
            }
            let isOver = remote.withLock { queue in
                queue.isClosed = isQuiet && queue.work.isEmpty
                return queue.isClosed
            }
            if isOver { break }
        }
        remote.withLock { queue in
            queue.isClosed = true
            queue.work = []
        }
        // Handlers usually hold the loop: let go of them, or neither is ever freed. One that says goodbye to the loop
        // as it goes finds its registration stale.
        let last = watches
        for slot in watches.indices {
            watches[slot].handler = nil
            watches[slot].generation &+= 1
        }
        withExtendedLifetime((ending, last)) {}
    }

    /// Sleeps only when nothing is queued, and only as long as the next timer allows: an idle loop uses no CPU.
    private func waitForEvents(_ events: inout [epoll_event]) -> Int32 {
        var timeout: Int32 = jobs.isEmpty && !isStopping ? -1 : 0
        if timeout != 0, let due = timers.nextDue {
            let current = monotonicNanoseconds()
            timeout = due <= current ? 0 : Int32(clamping: (due - current + 999_999) / 1_000_000)
        }
        if timeout != 0 {
            let (mayGoToSleep, _) = attention.compareExchange(
                expected: .awake, desired: .asleep, ordering: .acquiringAndReleasing)
            if !mayGoToSleep { timeout = 0 }
        }
        return epoll_wait(epoll, &events, Int32(Self.eventsMax), timeout)
    }

    private func dispatch(_ event: epoll_event) {
        if event.data.u64 == UInt64.max {
            var value: UInt64 = 0
            _ = read(wakeDescriptor, &value, 8)
            return
        }
        let slot = Int(event.data.u64 >> 32)
        // A handler earlier in this batch may have closed this descriptor; the generation tells.
        guard watches[slot].generation == UInt32(truncatingIfNeeded: event.data.u64),
            let handler = watches[slot].handler
        else { return }
        handler.ready(Readiness(bits: event.events))
    }

    /// Fires at most as many as there were: one that is set again for now must not keep the loop from its sockets.
    private func fireTimers() {
        var left = timers.count
        while left > 0, let handler = timers.popDue(now: now) {
            left -= 1
            handler.timerFired()
        }
    }

    private func takeRemoteWork() {
        guard attention.exchange(.awake, ordering: .acquiringAndReleasing) == .called else { return }
        // Two buffers take turns, so that nothing is allocated while others wait for the lock.
        remote.withLock { swap(&$0.work, &takenWork) }
        for item in takenWork {
            switch item {
            case .job(let job): jobs.append(job)
            case .action(let action): action()
            }
        }
        takenWork.removeAll(keepingCapacity: true)
    }

    /// Runs what is queued, and what that queues, for a bounded number of rounds, so that sockets are never starved.
    private func runJobs() {
        var rounds = 0
        while !jobs.isEmpty && rounds < 16 {
            rounds += 1
            swap(&jobs, &runningJobs)
            for job in runningJobs {
                job.runSynchronously(on: asUnownedTaskExecutor())
            }
            runningJobs.removeAll(keepingCapacity: true)
        }
    }
}

/// The owner of a watch or a timer whose tasks must hear when the loop stops before what they wait for.
protocol StopListener: AnyObject {
    /// Neither the time nor the descriptor will come any more.
    func loopStopped()
}

/// The monotonic clock, in nanoseconds.
package func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
}
