import Glibc

/// One program that runs beside ours, with pipes to its three standard descriptors.
///
/// A class because the loop, its owner and its parent share it. `@unchecked Sendable`: everything but constants is touched
/// on `loop` only.
///
/// States: running → ended (its exit is known, its group killed) → gone (nothing that it left behind lives). `stop` takes
/// it there step by step: input closed → asked (SIGTERM) → killed (SIGKILL) → given up, one grace apart.
package final class ChildProcess: ReadinessHandler, TimerHandler, StopListener, @unchecked Sendable {
    private enum StopStep {
        case none, inputClosed, asked, killed, givenUp
    }

    /// Most bytes of one chunk read from it.
    package static let chunkBytesMax = EventLoop.scratchBytes
    /// Most bytes that may wait to be written to it.
    package static let waitingBytesMax: Int = PipeWriter.waitingBytesMax

    private static let firstSweepNanoseconds: UInt64 = 1_000_000
    private static let sweepsMax = 64
    private static let lastLooksMax = 200

    /// The process's number, and its group's and its session's.
    package let id: Int32

    private let serial: UInt64
    private let parent: ChildProcesses
    private let loop: EventLoop
    private let input: PipeWriter
    private let output: PipeReader
    private let errors: PipeReader
    private var pidDescriptor: Int32
    private var registration = EventLoop.Registration.none
    private var exit: ChildExit?
    private var isGone = false
    private var exitWaiters: [Waiter<Result<ChildExit, ReactorError>>] = []
    private var stopWaiters: [Waiter<ChildExit>] = []
    private var stopStep = StopStep.none
    private var graceNanoseconds: UInt64 = 0
    private var timer: EventLoop.Timer?
    private var sweeps = 0

    init(_ spawned: SpawnedChild, serial: UInt64, parent: ChildProcesses, on loop: EventLoop) {
        id = spawned.id
        self.serial = serial
        self.parent = parent
        self.loop = loop
        input = PipeWriter(spawned.input, on: loop)
        output = PipeReader(spawned.output, on: loop)
        errors = PipeReader(spawned.errors, on: loop)
        pidDescriptor = spawned.pidDescriptor
    }

    deinit {
        if pidDescriptor >= 0 { close(pidDescriptor) }
    }

    // MARK: What it says and hears

    /// Waits until its input has taken all bytes, in the order of the calls; a child that reads no more is `EPIPE`.
    ///
    /// A cancelled write that has begun is finished without its task: the child must not see half a message.
    package func write(_ bytes: [UInt8]) async throws(ReactorError) {
        try await input.write(bytes)
    }

    /// Ends its input after what waits.
    package func closeInput() {
        loop.execute { [self] in input.finish() }
    }

    /// The next chunk of its output, `nil` at the end; one task at a time. It is not read ahead: a slow reader slows it.
    package func readOutput() async throws(ReactorError) -> [UInt8]? {
        try await output.read()
    }

    /// The next chunk of its error output; read it too, or a child that says much there stops.
    package func readErrors() async throws(ReactorError) -> [UInt8]? {
        try await errors.read()
    }

    // MARK: Its end

    /// Waits for the process itself; what it left behind may still be going.
    package func waitForExit() async throws(ReactorError) -> ChildExit {
        let waiter = Waiter<Result<ChildExit, ReactorError>>()
        let outcome = await waiter.value(cancelled: .failure(.cancelled)) {
            let isAccepted = loop.accepts { [self] in
                if let exit {
                    waiter.answer(.success(exit))
                } else if loop.isStopping {
                    waiter.answer(.failure(.shuttingDown))
                } else if !waiter.isAnswered {
                    exitWaiters.append(waiter)
                }
            }
            if !isAccepted { waiter.answer(.failure(.shuttingDown)) }
        } abandon: { [self] in
            loop.execute { [self] in exitWaiters.removeAll { $0 === waiter } }
        }
        return try outcome.get()
    }

    /// Closes its input, waits, asks its group to end, waits, kills the group, and returns when all that it started is gone.
    ///
    /// It does not listen to cancellation, because it is how one cleans up. It ends by itself: after two graces everything
    /// is killed, and what cannot be killed is given up a little later.
    @discardableResult
    package func stop(grace: Duration) async -> ChildExit {
        let waiter = Waiter<ChildExit>()
        _ = waiter.claim()
        return await waiter.value(cancelled: .unknown) {
            if !loop.accepts({ [self] in beginStop(waiter, nanoseconds(grace)) }) { waiter.answer(.unknown) }
        }
    }

    // MARK: On the loop

    /// Starts to watch for its end; on failure it is as if it had ended in an unknown way.
    func begin() async -> ReactorError? {
        let waiter = Waiter<ReactorError?>()
        _ = waiter.claim()
        return await waiter.value(cancelled: nil) {
            let isAccepted = loop.accepts { [self] in
                do throws(ReactorError) {
                    registration = try loop.watch(pidDescriptor, for: .readable, handler: self)
                    waiter.answer(nil)
                } catch {
                    waiter.answer(error)
                }
            }
            if !isAccepted { waiter.answer(.shuttingDown) }
        }
    }

    /// The process has ended.
    package func ready(_ readiness: Readiness) {
        guard exit == nil, let exit = parent.collect(serial) else { return }
        ended(exit)
    }

    /// A grace is over, or it is time to look again for what was left behind.
    package func timerFired() {
        timer = nil
        if exit == nil {
            escalate()
        } else {
            sweep()
        }
    }

    /// The loop goes while the child is there: nothing of it stays, and whoever waits is told. This takes the thread some
    /// milliseconds, which nobody else needs any more.
    func loopStopped() {
        guard !isGone else { return }
        parent.signalGroup(serial, SIGKILL)
        for _ in 0..<Self.lastLooksMax {
            if exit == nil { exit = parent.collect(serial) }
            if exit != nil && !parent.endLeftovers(serial) { break }
            usleep(1_000)
        }
        let waiters = exitWaiters
        exitWaiters = []
        for waiter in waiters { waiter.answer(.failure(.shuttingDown)) }
        isGone = true
        parent.forget(serial)
        answerStops(exit ?? .unknown)
    }

    private func beginStop(_ waiter: Waiter<ChildExit>, _ grace: UInt64) {
        if isGone || loop.isStopping {
            waiter.answer(exit ?? .unknown)
            return
        }
        stopWaiters.append(waiter)
        guard stopStep == .none else { return }
        graceNanoseconds = grace
        stopStep = .inputClosed
        input.close(.shuttingDown)
        if exit == nil { timer = loop.schedule(after: grace, self) }
    }

    private func escalate() {
        // Also the way out when the end could not be watched for.
        if let exit = parent.collect(serial) { return ended(exit) }
        switch stopStep {
        case .none, .givenUp: return
        case .inputClosed:
            stopStep = .asked
            parent.signalGroup(serial, SIGTERM)
        case .asked:
            stopStep = .killed
            parent.signalGroup(serial, SIGKILL)
        case .killed:
            // It cannot be killed (it waits for a device); its end is noticed whenever it comes.
            stopStep = .givenUp
            answerStops(.unknown)
            return
        }
        // The last wait has a floor: even with no grace the kernel needs a moment to end what was killed.
        timer = loop.schedule(
            after: stopStep == .killed ? max(graceNanoseconds, 1_000_000_000) : graceNanoseconds, self)
    }

    private func ended(_ exit: ChildExit) {
        self.exit = exit
        loop.stopWatching(registration)
        close(pidDescriptor)
        pidDescriptor = -1
        if let timer { loop.cancel(timer) }
        timer = nil
        input.close(.system(call: "write", number: EPIPE))
        let waiters = exitWaiters
        exitWaiters = []
        for waiter in waiters { waiter.answer(.success(exit)) }
        sweep()
    }

    /// Ends what was left behind, again after a while, until there is nothing: an orphan's orphans come to us when it dies.
    private func sweep() {
        sweeps += 1
        if parent.endLeftovers(serial) && sweeps < Self.sweepsMax {
            timer = loop.schedule(after: Self.firstSweepNanoseconds << UInt64(min(sweeps - 1, 7)), self)
            return
        }
        isGone = true
        parent.forget(serial)
        output.endWhenEmpty()
        errors.endWhenEmpty()
        answerStops(exit ?? .unknown)
    }

    private func answerStops(_ exit: ChildExit) {
        let waiters = stopWaiters
        stopWaiters = []
        for waiter in waiters { waiter.answer(exit) }
    }
}

private func nanoseconds(_ duration: Duration) -> UInt64 {
    let (seconds, attoseconds) = duration.components
    if seconds < 0 { return 0 }
    let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? .max : product &+ UInt64(max(0, attoseconds) / 1_000_000_000)
}
