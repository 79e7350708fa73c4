import HTTPTransport
import JSONCoding
import Reactor
import Synchronization
import Telemetry

/// One running process of an upstream, and the conversation with it.
///
/// A class because calls on several loops share it, and because two processes are told apart by identity.
final class StdioProcess: Sendable {
    /// What it was started for.
    enum Purpose: String, Sendable {
        /// To find out which era it speaks; an older server complains of that, so what it says is not for the operator yet.
        case probe = "first"
        /// For everybody.
        case shared
        /// For a client that it may ask something.
        case client
    }

    /// Who speaks with it.
    let peer: JSONRPCPeer
    /// When it was started.
    let startedAt = monotonicNanoseconds()
    private let channel: StdioChannel
    private let log: Log
    private let ending = Mutex<String?>(nil)
    private let isClosing = Atomic(false)

    private init(peer: JSONRPCPeer, channel: StdioChannel, log: Log) {
        self.peer = peer
        self.channel = channel
        self.log = log
    }

    /// Starts a process; whoever gets it closes it. `ended` is called once if it ends by itself, before its calls fail.
    static func start(
        _ command: ChildCommand, for purpose: Purpose, children: ChildProcesses, settings: StdioSettings,
        ownInfo: JSONObject, log: Log, on loop: EventLoop, ended: @escaping @Sendable (StdioProcess, String) -> Void
    ) async throws(UpstreamError) -> StdioProcess {
        let child: ChildProcess
        do throws(ReactorError) {
            child = try await children.start(command, on: loop)
        } catch {
            if case .limitReached(_, let max) = error { throw .process(.crowded(max: max)) }
            if error == .cancelled { throw .transport(.cancelled) }
            throw .process(.notStarted(error.reason))
        }
        let log = log.adding(["process": .string(purpose.rawValue), "pid": .integer(Int(child.id))])
        log.info("the upstream's process was started")
        let channel = StdioChannel(
            child, on: loop, bytesMax: settings.messageBytesMax, stopTime: settings.stopTime,
            isQuiet: purpose == .probe, log: log)
        var peerSettings = JSONRPCPeer.Settings(ownInfo: ownInfo)
        peerSettings.callsMax = settings.callsMax
        let peer = JSONRPCPeer(channel: channel, on: loop, settings: peerSettings)
        let process = StdioProcess(peer: peer, channel: channel, log: log)
        channel.report(
            to: StdioChannel.Reports(
                ended: { words in
                    process.ending.withLock { $0 = words }
                    ended(process, words)
                },
                tooLong: { id in peer.fail(id, .tooLong(limit: settings.messageBytesMax)) }))
        peer.start()
        return process
    }

    /// Whether calls can still be made.
    var isOpen: Bool { peer.isOpen && ending.withLock { $0 == nil } }

    /// Ends it and whatever it started, and waits for that; who closes it again waits for the same.
    func close(_ reason: String) async {
        let isFirst = !isClosing.exchange(true, ordering: .relaxed)
        if isFirst && isOpen { log.info("the upstream's process is ended", ["reason": .string(reason)]) }
        await peer.close()
    }

    /// It is the process for everybody, whatever it was started for.
    func serveAll() {
        channel.speakUp()
    }

    /// One call, with the end of the process in its own words if that is what became of it.
    func call(
        _ request: UpstreamRequest, host: any CallHost, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamOutcome {
        do throws(UpstreamError) {
            return try await peer.call(request, host: host, on: loop)
        } catch {
            throw named(error)
        }
    }

    /// A channel that was cut off, with the end of the process in its own words.
    func named(_ error: UpstreamError) -> UpstreamError {
        switch error {
        case .cutOff: .process(.ended(ending.withLock { $0 } ?? "was ended", sent: true))
        case .transport(.closed(_, sent: false)): .process(.ended(ending.withLock { $0 } ?? "was ended", sent: false))
        default: error  // The rest is not about the process.
        }
    }
}

extension JSONRPCPeer {
    /// Ends one call with an error; without an id, the call that runs if it is the only one.
    func fail(_ id: Int?, _ error: UpstreamError) {
        let call = state.withLock { state -> PeerCall? in
            guard let id = id ?? (state.calls.count == 1 ? state.calls.first?.key : nil) else { return nil }
            return state.calls.removeValue(forKey: id)
        }
        call?.inbox.close(error)
    }
}
