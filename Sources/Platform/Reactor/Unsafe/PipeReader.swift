import Glibc

/// Our end of a pipe from a child, read only when somebody asks: what nobody reads stays in the pipe, and the child waits.
///
/// A class because the loop calls it. `@unchecked Sendable`: everything but constants is touched on `loop` only.
///
/// Invariants:
/// 1. The descriptor is watched only while a task waits: a pipe whose other end is gone is always "ready".
/// 2. At most one task reads; what was read for a task that was cancelled is kept for the next.
final class PipeReader: ReadinessHandler, StopListener, @unchecked Sendable {
    typealias Outcome = Result<[UInt8]?, ReactorError>

    /// How many reads in a row may be served without going round the loop, so that a child that never stops talking
    /// leaves time for others.
    private static let immediateMax = 16

    private let loop: EventLoop
    private var descriptor: Int32
    private var registration = EventLoop.Registration.none
    private var waiter: Waiter<Outcome>?
    private var kept: Outcome?
    private var immediate = 0
    private var isLastCall = false

    /// Owns the descriptor from here on.
    init(_ descriptor: Int32, on loop: EventLoop) {
        self.descriptor = descriptor
        self.loop = loop
    }

    deinit {
        // Nobody waits, or the waiting would hold this object: so it is not watched.
        if descriptor >= 0 { close(descriptor) }
    }

    /// The next bytes, at most `EventLoop.scratchBytes`; `nil` at the end, again and again.
    func read() async throws(ReactorError) -> [UInt8]? {
        let waiter = Waiter<Outcome>()
        let outcome = await waiter.value(cancelled: .failure(.cancelled)) {
            if !loop.accepts({ [self] in begin(waiter) }) { waiter.answer(.failure(.shuttingDown)) }
        } abandon: { [self] in
            loop.execute { [self] in abandon(waiter) }
        }
        return try outcome.get()
    }

    /// No process writes any more: what is in the pipe is all there is, whoever may still hold its other end.
    func endWhenEmpty() {
        isLastCall = true
        if waiter != nil { ready(.readable) }
    }

    func ready(_ readiness: Readiness) {
        guard let waiter, let outcome = attempt() else { return }
        self.waiter = nil
        loop.stopWatching(registration)
        if !waiter.answer(outcome) { kept = outcome }
    }

    func loopStopped() {
        waiter?.answer(.failure(.shuttingDown))
        waiter = nil
    }

    private func begin(_ waiter: Waiter<Outcome>) {
        precondition(self.waiter == nil, "one task at a time reads a pipe of a child")
        if waiter.isAnswered { return }
        immediate += 1
        let mayBeNow = kept != nil || descriptor < 0 || isLastCall || immediate <= Self.immediateMax
        if mayBeNow, let outcome = kept ?? attempt() {
            kept = nil
            if !waiter.answer(outcome) { kept = outcome }
            return
        }
        immediate = 0
        if loop.isStopping {
            waiter.answer(.failure(.shuttingDown))
            return
        }
        do {
            registration = try loop.watch(descriptor, for: .readable, handler: self)
            self.waiter = waiter
        } catch {
            waiter.answer(.failure(error))
        }
    }

    private func abandon(_ waiter: Waiter<Outcome>) {
        guard self.waiter === waiter else { return }
        self.waiter = nil
        loop.stopWatching(registration)
    }

    /// Reads once; `nil` when there is nothing now.
    private func attempt() -> Outcome? {
        guard descriptor >= 0 else { return .success(nil) }
        while true {
            let count = Glibc.read(descriptor, loop.scratch.baseAddress, loop.scratch.count)
            if count > 0 { return .success(Array(loop.scratch[..<count])) }
            if count < 0 && errno == EINTR { continue }
            if count < 0 && errno == EAGAIN && !isLastCall { return nil }
            let number = count < 0 && errno != EAGAIN ? errno : 0
            loop.stopWatching(registration)
            close(descriptor)
            descriptor = -1
            return number == 0 ? .success(nil) : .failure(.system(call: "read", number: number))
        }
    }
}
