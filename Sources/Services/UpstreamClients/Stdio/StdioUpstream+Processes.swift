import HTTPTransport
import Reactor
import Synchronization
import Telemetry

extension StdioUpstream {
    /// The longest pause that a call waits for instead of failing at once.
    private static let patienceNanoseconds: UInt64 = 1_000_000_000

    /// Starts a process; it is among `processes` until it is gone.
    func start(_ purpose: StdioProcess.Purpose, on loop: EventLoop) async throws(UpstreamError) -> StdioProcess {
        let process = try await StdioProcess.start(
            command, for: purpose, children: children, settings: settings, ownInfo: ownInfo, log: log, on: loop
        ) { [weak self] process, ending in self?.died(process, ending) }
        let isWelcome = state.withLock { state in
            state.processes.append(process)
            return !state.isStopping
        }
        if isWelcome { return process }
        await end(process, "the gateway stops")
        throw .process(.notStarted("the gateway stops"))
    }

    /// Ends a process without waiting for it; until it is gone it is among `processes`, where `stop` waits for it.
    func close(_ process: StdioProcess, _ reason: String) {
        _ = process.peer.loop.runTask { [self] in await end(process, reason) }
    }

    /// Ends a process and waits until it is gone.
    func end(_ process: StdioProcess, _ reason: String) async {
        await process.close(reason)
        state.withLock { state in
            state.processes.removeAll { $0 === process }
            if state.shared === process { state.shared = nil }
            state.leases.remove(process)
        }
        wakeNext()
    }

    /// A process ended by itself: it is used no more, and if it had been in use the next start waits.
    private func died(_ process: StdioProcess, _ ending: String) {
        let now = monotonicNanoseconds()
        let isMissed = state.withLock { state in
            let isMissed = state.shared === process || state.leases.contains(process)
            if state.shared === process { state.shared = nil }
            state.leases.remove(process)
            if isMissed { state.note(ending, livedFrom: process.startedAt, at: now) }
            return isMissed
        }
        if isMissed { log.warning("the upstream's process died", ["reason": .string(ending)]) }
        close(process, ending)
    }

    /// Before a start: waits for the rest of a short pause, and refuses during a long one.
    func awaitPause(on loop: EventLoop) async throws(UpstreamError) {
        let now = monotonicNanoseconds()
        let (earliest, ending) = state.withLock { ($0.pacing.earliestStart, $0.lastEnding) }
        guard earliest > now else { return }
        guard earliest - now <= Self.patienceNanoseconds else {
            throw .process(.paused(ending, seconds: Int((earliest - now + 999_999_999) / 1_000_000_000)))
        }
        do throws(ReactorError) {
            try await loop.sleep(nanoseconds: earliest - now)
        } catch {
            throw .transport(.cancelled)
        }
    }

    /// A process could not be brought to its first answer: what was known of its era may be wrong.
    func startFailed(_ error: UpstreamError, since begin: UInt64) {
        // What is no fault of the program says nothing about it.
        if case .process(.paused) = error { return }
        if case .process(.crowded) = error { return }
        state.withLock { state in
            state.verdict = nil
            state.note(error.reason, livedFrom: begin, at: monotonicNanoseconds())
        }
        log.warning("the upstream could not be started", ["reason": .string(error.reason)])
    }
}

extension StdioUpstream.State {
    mutating func note(_ ending: String, livedFrom begin: UInt64, at now: UInt64) {
        pacing.died(at: now, lived: now - min(now, begin), chance: Double.random(in: 0..<1))
        lastEnding = ending
    }
}
