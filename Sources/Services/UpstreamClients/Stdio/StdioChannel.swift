import HTTPTransport
import Reactor
import Synchronization
import Telemetry

/// The pipes of a process as a way for messages: one JSON-RPC message a line (MCP basic/transports, stdio).
///
/// A class because what was read and not asked for yet belongs to it. Back-pressure: `send` returns when the pipe has taken
/// the message, and nothing is read that nobody asks for. Error output is read all the time, or the process would wait.
///
/// States: open → ended (the process ended, closed its output, or reads no more) → closed (nothing of it is left).
final class StdioChannel: MessageChannel {
    /// What becomes of the process, told to its owner; called on the channel's loop.
    struct Reports: Sendable {
        /// It ended by itself, in these words; calls in flight fail after this.
        var ended: @Sendable (String) -> Void
        /// A message was too long to be read; the call that it answers, if that can be told.
        var tooLong: @Sendable (Int?) -> Void
    }

    private struct State {
        var lines: LineSplitter
        var ending: String?
        var isQuiet: Bool
        var foreignLines = 0
        var reports: Reports?
        var errors: Task<Void, Never>?
        var stopping: Task<Void, Never>?
    }

    /// How long a process that closed its output may take to end, so that its end can be named.
    private static let exitNanoseconds: UInt64 = 500_000_000

    private let child: ChildProcess
    private let loop: EventLoop
    private let stopTime: Duration
    private let log: Log
    private let state: Mutex<State>

    /// What a quiet one says on its error output is for developers only.
    init(_ child: ChildProcess, on loop: EventLoop, bytesMax: Int, stopTime: Duration, isQuiet: Bool, log: Log) {
        self.child = child
        self.loop = loop
        self.stopTime = stopTime
        self.log = log
        state = Mutex(State(lines: LineSplitter(bytesMax: bytesMax), isQuiet: isQuiet))
        let errors = loop.runTask { [self] in await readErrors() }
        state.withLock { $0.errors = errors }
    }

    /// Whom to tell; to be said before anybody receives. It is forgotten when the channel is closed.
    func report(to reports: Reports) {
        state.withLock { $0.reports = reports }
    }

    /// From now on its error output is for the operator.
    func speakUp() {
        state.withLock { $0.isQuiet = false }
    }

    func send(_ message: [UInt8]) async throws(UpstreamError) {
        if let ending = state.withLock({ $0.ending }) { throw .process(.ended(ending, sent: false)) }
        var line = message
        line.append(UInt8(ascii: "\n"))
        do throws(ReactorError) {
            try await child.write(line)
        } catch {
            switch error {
            case .limitReached(_, let max): throw .process(.crowded(max: max))
            // What was begun is finished without its task, so nobody can say.
            case .cancelled: throw .cutOff
            case .system, .nameUnknown, .addressInvalid, .laneFull, .shuttingDown, .timedOut, .spawnFailed:
                // The line is not whole in the pipe, so it is no message to whoever reads it.
                let ending = "reads no more"
                end(ending)
                throw .process(.ended(ending, sent: false))
            }
        }
    }

    func receive() async throws(UpstreamError) -> [UInt8]? {
        while true {
            while let line = state.withLock({ $0.lines.next() }) {
                if let message = message(line) { return message }
            }
            guard let chunk = try await readOutput() else {
                if let line = state.withLock({ $0.lines.finish() }), let message = message(line) { return message }
                await nameEnding()
                return nil
            }
            state.withLock { $0.lines.take(chunk) }
        }
    }

    func close() async {
        await child.stop(grace: stopTime)
        let (errors, stopping, foreignLines) = state.withLock { ($0.errors, $0.stopping, $0.foreignLines) }
        await errors?.value
        await stopping?.value
        state.withLock { $0.reports = nil }
        guard foreignLines > 1 else { return }
        log.warning("the upstream's process wrote lines that are no messages", ["lines": .integer(foreignLines)])
    }

    private func readOutput() async throws(UpstreamError) -> [UInt8]? {
        do throws(ReactorError) {
            return try await child.readOutput()
        } catch {
            throw error == .cancelled ? .transport(.cancelled) : .cutOff
        }
    }

    /// A line that can be a message; what programs print by mistake is logged once, and counted.
    private func message(_ line: LineSplitter.Line) -> [UInt8]? {
        switch line {
        case .tooLong(let head, let tail):
            log.warning("a message of the upstream's process is too long to be read", ["text": .bytes(head)])
            state.withLock { $0.reports }?.tooLong(LongMessage.id(head: head, tail: tail))
            return nil
        case .whole(let bytes):
            guard let first = bytes.first(where: { $0 > 0x20 }) else { return nil }
            if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") { return bytes }
            let isFirst = state.withLock { state in
                state.foreignLines += 1
                return state.foreignLines == 1
            }
            if isFirst {
                log.warning("the upstream's process writes a line that is no message", ["text": .bytes(bytes)])
            }
            return nil
        }
    }

    /// The output ended. Usually the process has too, and how says more.
    private func nameEnding() async {
        let exit = await withTaskGroup(of: ChildExit?.self) { group in
            group.addTask { [child] in try? await child.waitForExit() }
            group.addTask { [loop] in
                try? await loop.sleep(nanoseconds: Self.exitNanoseconds)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        end(exit?.description ?? "closed its output")
    }

    /// Says once how it ended, and lets nothing of it go on.
    private func end(_ ending: String) {
        let isFirst = state.withLock { state in
            guard state.ending == nil else { return false }
            state.ending = ending
            return true
        }
        guard isFirst else { return }
        state.withLock { $0.reports }?.ended(ending)
        // Its output must end too, so that whoever receives hears of it.
        let stopping = loop.runTask { [child, stopTime] in _ = await child.stop(grace: stopTime) }
        state.withLock { $0.stopping = stopping }
    }

    private func readErrors() async {
        var output = ErrorOutput(log: log, at: monotonicNanoseconds())
        do throws(ReactorError) {
            while let chunk = try await child.readErrors() {
                output.isQuiet = state.withLock { $0.isQuiet }
                output.take(chunk, at: monotonicNanoseconds())
            }
        } catch {
            // The loop stops.
        }
        output.finish()
    }
}
