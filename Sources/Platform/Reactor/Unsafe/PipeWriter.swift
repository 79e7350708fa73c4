import Glibc

/// Our end of a pipe to a child: messages go out whole and in order, and whoever writes waits until the pipe has taken it.
///
/// A class because the loop calls it. `@unchecked Sendable`: everything but constants is touched on `loop` only.
///
/// Invariants:
/// 1. The descriptor is watched only while `queue` is not empty.
/// 2. `waitingBytes` is what `queue` has not written yet, and at most `waitingBytesMax`.
/// 3. A message whose first byte is out goes out whole, also when its task is cancelled: the child reads a stream.
final class PipeWriter: ReadinessHandler, StopListener, @unchecked Sendable {
    typealias Outcome = Result<Void, ReactorError>

    /// How much may wait for a child that does not read; a message of the largest body fits.
    static let waitingBytesMax = 16 * 1024 * 1024

    /// How many messages in a row may go out without going round the loop, so that a task that never stops writing leaves
    /// time for others.
    private static let immediateMax = 16

    private struct Message {
        var bytes: [UInt8]
        var written = 0
        var waiter: Waiter<Outcome>
    }

    private let loop: EventLoop
    private var descriptor: Int32
    private var registration = EventLoop.Registration.none
    private var queue: [Message] = []
    private var waitingBytes = 0
    private var immediate = 0
    private var isEnding = false

    /// Owns the descriptor from here on.
    init(_ descriptor: Int32, on loop: EventLoop) {
        self.descriptor = descriptor
        self.loop = loop
    }

    deinit {
        // Nobody waits, or the waiting would hold this object: so it is not watched.
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    /// Waits until the pipe has taken all bytes; a child that closed its end is `EPIPE`.
    func write(_ bytes: [UInt8]) async throws(ReactorError) {
        let waiter = Waiter<Outcome>()
        let outcome = await waiter.value(cancelled: .failure(.cancelled)) {
            let isAccepted = loop.accepts { [self] in begin(Message(bytes: bytes, waiter: waiter)) }
            if !isAccepted { waiter.answer(.failure(.shuttingDown)) }
        } abandon: { [self] in
            loop.execute { [self] in abandon(waiter) }
        }
        try outcome.get()
    }

    /// Closes the pipe after what waits; nothing more is taken.
    func finish() {
        isEnding = true
        if queue.isEmpty { close(.system(call: "write", number: EPIPE)) }
    }

    /// Closes the pipe now; what waits fails with `reason`.
    func close(_ reason: ReactorError) {
        isEnding = true
        let unsent = queue
        queue = []
        waitingBytes = 0
        if descriptor >= 0 {
            loop.stopWatching(registration)
            Glibc.close(descriptor)
            descriptor = -1
        }
        for message in unsent { message.waiter.answer(.failure(reason)) }
    }

    func ready(_ readiness: Readiness) {
        advance()
    }

    func loopStopped() {
        close(.shuttingDown)
    }

    private func begin(_ message: Message) {
        if message.waiter.isAnswered { return }
        if loop.isStopping {
            message.waiter.answer(.failure(.shuttingDown))
        } else if descriptor < 0 || isEnding {
            message.waiter.answer(.failure(.system(call: "write", number: EPIPE)))
        } else if message.bytes.count > Self.waitingBytesMax - waitingBytes {
            message.waiter.answer(.failure(.limitReached(name: "waitingBytesMax", max: Self.waitingBytesMax)))
        } else {
            queue.append(message)
            waitingBytes += message.bytes.count
            guard queue.count == 1 else { return }
            immediate += 1
            if immediate <= Self.immediateMax { return advance() }
            immediate = 0
            settle()
        }
    }

    private func abandon(_ waiter: Waiter<Outcome>) {
        guard let position = queue.firstIndex(where: { $0.waiter === waiter }), queue[position].written == 0
        else { return }
        waitingBytes -= queue.remove(at: position).bytes.count
        settle()
    }

    /// Writes what the pipe takes of the first message; the next one has its turn when the loop has gone round.
    private func advance() {
        guard let first = queue.first else { return settle() }
        let step = first.bytes.withUnsafeBytes { bytes -> Int in
            let rest = UnsafeRawBufferPointer(rebasing: bytes[first.written...])
            return rest.isEmpty ? 0 : Glibc.write(descriptor, rest.baseAddress, rest.count)
        }
        let number = errno
        if step < 0 && number != EAGAIN && number != EINTR {
            return close(.system(call: "write", number: number))
        }
        queue[0].written += max(0, step)
        waitingBytes -= max(0, step)
        if queue[0].written == queue[0].bytes.count {
            let done = queue.removeFirst()
            done.waiter.answer(.success(()))
        }
        settle()
    }

    /// Brings the watch and the end in line with the queue.
    private func settle() {
        if queue.isEmpty {
            loop.stopWatching(registration)
            registration = .none
            if isEnding { close(.system(call: "write", number: EPIPE)) }
        } else if registration == .none {
            do {
                registration = try loop.watch(descriptor, for: .writable, handler: self)
            } catch {
                close(error)
            }
        }
    }
}
