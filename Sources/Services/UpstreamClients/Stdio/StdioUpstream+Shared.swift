import HTTPTransport
import JSONCoding
import MCPWire
import Reactor
import Synchronization

extension StdioUpstream {
    /// The process for everybody; starts it if there is none.
    func sharedProcess(deadline: UInt64, on loop: EventLoop) async throws(UpstreamError) -> StdioProcess {
        if let process = openShared { return process }
        return try await sharedStart.value(deadline: deadline, on: loop) { [self] () async throws(UpstreamError) in
            if let process = openShared { return process }
            return try await startShared(on: loop)
        }
    }

    /// Which era it speaks; starts the process for everybody to find that out.
    func era(deadline: UInt64, on loop: EventLoop) async throws(UpstreamError) -> Era {
        if let era = knownEra { return era }
        return try await sharedProcess(deadline: deadline, on: loop).peer.description?.revision.era ?? .handshake
    }

    /// A call on the process for everybody is over: if the upstream is retired, so may the process be.
    func settleShared(_ process: StdioProcess) {
        let isOver = state.withLock { $0.isRetired } && process.peer.callsInFlight == 0
        if isOver { closeIdle() }
    }

    private var openShared: StdioProcess? {
        state.withLock { $0.shared }.flatMap { $0.isOpen ? $0 : nil }
    }

    /// What is remembered of the era; that it is the older one only for a time, because a newer server would still answer.
    private var knownEra: Era? {
        guard let verdict = state.withLock({ $0.verdict }) else { return nil }
        let isOld = monotonicNanoseconds() - verdict.foundAt > settings.handshakeTime.inNanoseconds
        return verdict.era == .handshake && isOld ? nil : verdict.era
    }

    private func startShared(on loop: EventLoop) async throws(UpstreamError) -> StdioProcess {
        try await awaitPause(on: loop)
        let begin = monotonicNanoseconds()
        let deadline = begin + settings.startTime.inNanoseconds
        let process: StdioProcess
        do throws(UpstreamError) {
            process = try await beginning(knownEra, deadline: deadline, on: loop)
        } catch {
            startFailed(error, since: begin)
            throw error
        }
        let isThere = state.withLock { state in
            guard process.isOpen, let description = process.peer.description else { return false }
            state.shared = process
            state.description = description
            state.verdict = EraVerdict(era: description.revision.era, foundAt: begin)
            return true
        }
        if isThere {
            process.serveAll()
            return process
        }
        let error = UpstreamError.process(.ended("ended after its first answer", sent: false))
        startFailed(error, since: begin)
        await end(process, "it ended")
        throw error
    }

    /// A process that has answered its first request, in the era that is known or in the one that is found out.
    private func beginning(
        _ era: Era?, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> StdioProcess {
        if era == .handshake {
            do throws(UpstreamError) {
                return try await initialized(.shared, capabilities: JSONObject(), deadline: deadline, on: loop)
            } catch {
                // A refusal: it may be a newer program by now.
                guard case .garbage = error else { throw error }
            }
        }
        return try await EraProbe(upstream: self, deadline: deadline, loop: loop).process()
    }

    /// Starts a process and shakes hands with it.
    func initialized(
        _ purpose: StdioProcess.Purpose, capabilities: JSONObject, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> StdioProcess {
        let process = try await start(purpose, on: loop)
        do throws(UpstreamError) {
            _ = try await process.peer.initialize(capabilities: capabilities, deadline: deadline, on: loop)
            return process
        } catch {
            close(process, "it did not begin")
            throw unanswered(process.named(error))
        }
    }

    /// What a process says to `server/discover`.
    func discovered(_ process: StdioProcess, deadline: UInt64, on loop: EventLoop) async -> EraFinding {
        do throws(UpstreamError) {
            switch try await process.peer.discover(deadline: deadline, on: loop) {
            case .stateless: return .stateless
            case .handshake: return .handshake
            }
        } catch {
            return .failed(unanswered(process.named(error)))
        }
    }

    private func unanswered(_ error: UpstreamError) -> UpstreamError {
        if case .transport(.timedOut) = error { return .process(.silent) }
        return error
    }
}

/// What a first request showed.
enum EraFinding: Sendable {
    case stateless
    case handshake
    /// No answer that means an era.
    case failed(UpstreamError)
}
