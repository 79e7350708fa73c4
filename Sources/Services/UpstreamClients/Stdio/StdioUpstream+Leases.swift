import HTTPTransport
import MCPWire
import Reactor
import Synchronization

extension StdioUpstream {
    /// A process of this client that serves nobody else until it is released.
    func leasedProcess(
        _ lease: LeaseKey, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> StdioProcess {
        while true {
            let turn = Mailbox<Void>()
            let decision = try state.withLock { state in
                let decision = state.leases.take(lease)
                guard case .wait = decision else { return Result<_, UpstreamError>.success(decision) }
                guard state.waiters.count < settings.waitersMax else {
                    return .failure(.process(.crowded(max: settings.waitersMax)))
                }
                state.waiters.append(Waiting(lease: lease, turn: turn))
                return .success(decision)
            }.get()
            switch decision {
            case .use(let process):
                if process.isOpen { return process }
                state.withLock { $0.leases.remove(process) }
            case .start(let ending):
                if let ending { close(ending, "another client needs its place") }
                // A task of its own: who asked may go away, and the process is then there for the client's next call.
                _ = try await SharedWork<Void>().value(deadline: deadline, on: loop) {
                    [self] () async throws(UpstreamError) in try await startLeased(lease, on: loop)
                }
            case .wait: try await wait(turn, deadline: deadline, on: loop)
            }
        }
    }

    /// A call is over.
    func release(_ process: StdioProcess) {
        let isRetired = state.withLock { state in
            state.leases.release(process, at: monotonicNanoseconds())
            return state.isRetired
        }
        if isRetired { closeIdle() }
        wakeNext()
    }

    /// Lets the first call go on that would find a process now.
    func wakeNext() {
        let turn = state.withLock { state -> Mailbox<Void>? in
            guard let index = state.waiters.firstIndex(where: { state.leases.canServe($0.lease) }) else { return nil }
            return state.waiters.remove(at: index).turn
        }
        turn?.put(())
    }

    private func wait(_ turn: Mailbox<Void>, deadline: UInt64, on loop: EventLoop) async throws(UpstreamError) {
        let clock = CallClock(deadline: deadline, on: loop)
        defer { clock.end() }
        clock.onExpiry { turn.close(.transport(.timedOut(sent: false))) }
        do throws(UpstreamError) {
            try await turn.next()
        } catch {
            let wasCalled = state.withLock { state in
                let count = state.waiters.count
                state.waiters.removeAll { $0.turn === turn }
                return state.waiters.count == count
            }
            // Its turn had come, so it is another's now.
            if wasCalled { wakeNext() }
            throw error
        }
    }

    private func startLeased(_ lease: LeaseKey, on loop: EventLoop) async throws(UpstreamError) {
        let begin = monotonicNanoseconds()
        do throws(UpstreamError) {
            try await awaitPause(on: loop)
            let process = try await initialized(
                .client, capabilities: lease.interactive.object,
                deadline: monotonicNanoseconds() + settings.startTime.inNanoseconds, on: loop)
            let isThere = state.withLock { state in
                guard process.isOpen else { return false }
                state.leases.started(process, for: lease, at: monotonicNanoseconds())
                if state.sweeper == nil && !state.isStopping {
                    state.sweeper = loop.runTask { [weak self] in await self?.sweep(on: loop) }
                }
                return true
            }
            guard isThere else { throw .process(.ended("ended after its first answer", sent: false)) }
        } catch {
            state.withLock { $0.leases.started(nil, for: lease, at: begin) }
            startFailed(error, since: begin)
            wakeNext()
            throw error
        }
    }

    /// Ends the processes of clients that have been idle for too long, as long as there are any.
    private func sweep(on loop: EventLoop) async {
        let idleTime = settings.idleTime.inNanoseconds
        while true {
            let now = monotonicNanoseconds()
            let (idle, next) = state.withLock { state in
                let idle = now >= idleTime ? state.leases.takeIdle(since: now - idleTime) : []
                let isOver = state.leases.isEmpty || state.isStopping
                if isOver { state.sweeper = nil }
                return (idle, isOver ? nil : (state.leases.idleSince ?? now) + idleTime)
            }
            for process in idle { close(process, "its client is idle") }
            guard let next else { return }
            do throws(ReactorError) {
                try await loop.sleep(nanoseconds: max(next - min(next, now), 1_000_000))
            } catch {
                return state.withLock { $0.sweeper = nil }
            }
        }
    }
}
