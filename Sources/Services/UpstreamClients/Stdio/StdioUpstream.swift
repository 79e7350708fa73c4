package import GatewayModel
import HTTPTransport
package import JSONCoding
import MCPWire
package import Reactor
import Synchronization
package import Telemetry

/// An upstream of kind `stdio`: a program that is started when it is first needed, and kept.
///
/// A class because the calls of all loops share its processes. One process is for everybody, and declares that its client can
/// do nothing; at a server of the handshake era each client that may be asked something has one of its own (rulings 4.4). At a
/// server of the stateless era there is only the first, because each request says for itself what its client can do.
///
/// Invariants:
/// 1. A process that is open here is in `processes`; who takes it out of `shared` or `leases` closes it.
/// 2. A process that died is not started again before its pause is over (`StartPacing`); calls meanwhile fail at once.
/// 3. A call is sent again only if it was not written.
/// 4. Which era it speaks is found out with a process that is thrown away if it is the older one, because such servers may
///    die of the question; it is remembered until a start fails, and that it is the older one for a day.
package final class StdioUpstream: UpstreamClient {
    struct State: Sendable {
        var pacing = StartPacing()
        var lastEnding = ""
        var verdict: EraVerdict?
        var description: UpstreamDescription?
        var shared: StdioProcess?
        var leases: LeaseBook<StdioProcess>
        var waiters: [Waiting] = []
        var processes: [StdioProcess] = []
        var sweeper: Task<Void, Never>?
        var isRetired = false
        var isStopping = false
    }

    /// A call that waits for a process of its client.
    struct Waiting: Sendable {
        let lease: LeaseKey
        let turn: Mailbox<Void>
    }

    struct EraVerdict: Sendable {
        let era: Era
        let foundAt: UInt64
    }

    /// How often a call is sent again that was not written.
    private static let againMax = 2

    let settings: StdioSettings
    let command: ChildCommand
    let children: ChildProcesses
    let ownInfo: JSONObject
    let log: Log
    let sharedStart = SharedWork<StdioProcess>()
    let state: Mutex<State>

    /// An upstream without a process. `surroundings` is the gateway's own environment, of which a program sees little;
    /// `ownInfo` is what we call ourselves.
    package init(
        name: String, definition: StdioUpstreamDefinition, settings: StdioSettings = StdioSettings(),
        children: ChildProcesses, surroundings: [String: String], ownInfo: JSONObject, log: Log
    ) {
        self.settings = settings
        self.children = children
        self.ownInfo = ownInfo
        self.log = log.adding(["upstream": .string(name)])
        command = ChildCommand(
            definition.command, environment: ChildEnvironment.variables(definition, surroundings: surroundings),
            workingDirectory: definition.workingDirectory)
        state = Mutex(
            State(
                leases: LeaseBook(
                    processesMax: max(1, settings.processesMax - 1), perLeaseMax: settings.processesPerLeaseMax)))
    }

    /// What it said when it was last started; starts it if it never was.
    package func describe(
        _ lease: LeaseKey, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamDescription {
        if let description = state.withLock({ $0.description }) { return description }
        let process = try await sharedProcess(deadline: deadline, on: loop)
        guard let description = process.peer.description else { throw .cutOff }
        return description
    }

    /// Starts what is needed, and sends the call again if the process died before the call was written.
    package func call(
        _ request: UpstreamRequest, host: any CallHost, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamOutcome {
        var again = 0
        while true {
            do throws(UpstreamError) {
                return try await callOnce(request, host: host, on: loop)
            } catch {
                guard case .process(.ended(_, sent: false)) = error, again < Self.againMax else { throw error }
                again += 1
            }
        }
    }

    private func callOnce(
        _ request: UpstreamRequest, host: any CallHost, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamOutcome {
        guard request.lease.isInteractive, request.method.isOfItsClient,
            try await era(deadline: request.deadline, on: loop) == .handshake
        else {
            let process = try await sharedProcess(deadline: request.deadline, on: loop)
            defer { settleShared(process) }
            return try await process.call(request, host: host, on: loop)
        }
        guard request.method.mayAsk else {
            // What a client's call began is known to the process of that call.
            let own = state.withLock { $0.leases.any(of: request.lease) }
            let process: StdioProcess
            if let own {
                process = own
            } else {
                process = try await sharedProcess(deadline: request.deadline, on: loop)
            }
            return try await process.call(request, host: host, on: loop)
        }
        let process = try await leasedProcess(request.lease, deadline: request.deadline, on: loop)
        defer { release(process) }
        return try await process.call(request, host: host, on: loop)
    }

    /// Ends the processes that serve nobody; the next call starts them again.
    package func closeIdle() {
        let (idle, shared) = state.withLock { state in
            let idle = state.leases.takeIdle(since: .max)
            let isUnused = state.shared.map { $0.peer.callsInFlight == 0 } ?? false
            defer { if isUnused { state.shared = nil } }
            return (idle, isUnused ? state.shared : nil)
        }
        for process in idle { close(process, "it is not used") }
        if let shared { close(shared, "it is not used") }
    }

    /// The configuration no longer has this upstream: its processes end as soon as their calls have.
    package func retire() {
        state.withLock { $0.isRetired = true }
        closeIdle()
    }

    /// Ends all processes, and returns when nothing of them is left; calls in flight fail, and later ones too.
    package func stop() async {
        let sweeper = state.withLock { state in
            state.isStopping = true
            return state.sweeper
        }
        sweeper?.cancel()
        await sweeper?.value
        while let process = state.withLock({ $0.processes.first }) {
            let all = state.withLock { $0.processes }
            for other in all where other !== process { close(other, "the gateway stops") }
            await end(process, "the gateway stops")
        }
    }
}
