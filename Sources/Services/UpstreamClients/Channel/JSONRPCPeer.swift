package import JSONCoding
import MCPWire
package import Reactor
import Synchronization

/// The server at the other end of a `MessageChannel`, in either era: many calls at once over one stream of messages.
///
/// A class because calls on several loops share it. Its own two tasks, one that reads and one that writes, run on the channel's
/// loop from `start` until the channel ends; `close` ends it, and whoever starts a peer closes it.
///
/// States: made → open (`start`) → ended (the channel ended, or `close`). What is called in `ended` was never sent.
///
/// Invariants:
/// 1. An id of ours is used once. A response goes to the call with its id, which it ends; a foreign or second one is dropped.
/// 2. Messages leave whole and in order, whatever becomes of the calls that sent them.
/// 3. A request of the server belongs to the only call that may be asked; else it is refused (rulings 4.4).
/// 4. When the channel ends every call fails with `cutOff`.
/// 5. Nobody waits for a slow call: what it does not read in time is dropped, except its response and its questions.
package final class JSONRPCPeer: Sendable {
    /// What a peer may hold, and what it calls itself.
    package struct Settings: Sendable {
        /// Our `clientInfo`: name and version.
        package var ownInfo: JSONObject
        /// Calls in flight on one channel.
        package var callsMax = 200
        /// Notifications of one call that wait to be read.
        package var notificationsMax = 1_024
        /// Messages that wait to be sent, beyond which requests of the server are not answered: it does not read.
        package var answersMax = 1_024

        /// The defaults, under this name.
        package init(ownInfo: JSONObject) {
            self.ownInfo = ownInfo
        }
    }

    struct Outgoing: Sendable {
        let message: [UInt8]
        /// The call that fails when the message cannot be sent.
        var call: Int?
    }

    struct State: Sendable {
        var lastID = 0
        var calls: [Int: PeerCall] = [:]
        var watchers: [Int: PeerWatcher] = [:]
        /// How many watchers want each resource, at a server of the handshake era.
        var subscriptions: [String: Int] = [:]
        var description: UpstreamDescription?
        var logLevel: MCPLogLevel?
        var isStarted = false
        var hasEnded = false
        var reader: Task<Void, Never>?
    }

    /// Where the channel lives.
    package let loop: EventLoop
    let settings: Settings
    let outbox = Mailbox<Outgoing>()
    let state = Mutex(State())
    private let lastHeard = Atomic<UInt64>(0)
    private let channel: any MessageChannel

    /// A peer that does nothing before `start`.
    package init(channel: any MessageChannel, on loop: EventLoop, settings: Settings) {
        self.channel = channel
        self.loop = loop
        self.settings = settings
    }

    /// Begins to read and to write; from any thread, once.
    package func start() {
        let reader = loop.runTask { [self] in await run() }
        state.withLock { state in
            state.isStarted = true
            state.reader = reader
        }
    }

    /// Ends the channel and waits until it has ended; calls in flight fail.
    package func close() async {
        let reader = state.withLock { $0.reader }
        reader?.cancel()
        await reader?.value
    }

    /// Ends the channel without waiting for it: no call is to come here any more.
    func abandon() {
        state.withLock { state in
            state.hasEnded = true
            return state.reader
        }?.cancel()
    }

    /// Whether the server has said anything since this time of the loops' clock.
    func wasHeard(since time: UInt64) -> Bool { lastHeard.load(ordering: .relaxed) >= time }

    /// Whether calls can still be made.
    package var isOpen: Bool { state.withLock { $0.isStarted && !$0.hasEnded } }

    /// How many calls run; watching counts as one at a server of the stateless era.
    package var callsInFlight: Int { state.withLock { $0.calls.count } }

    /// What the server said about itself in `discover` or `initialize`; nothing before.
    package var description: UpstreamDescription? { state.withLock { $0.description } }

    private func run() async {
        let writer = loop.runTask { [self] in await write() }
        await read()
        state.withLock { $0.hasEnded = true }
        // What waits to be sent is given to the channel first: it knows that nothing of it was sent, and its calls hear so.
        outbox.close(.cutOff)
        writer.cancel()
        await writer.value
        let orphans = state.withLock { state in
            defer {
                state.calls = [:]
                state.watchers = [:]
            }
            return (calls: state.calls.map(\.value), watchers: state.watchers.map(\.value))
        }
        for call in orphans.calls { call.inbox.close(.cutOff) }
        for watcher in orphans.watchers { watcher.end.close(.cutOff) }
        await channel.close()
    }

    private func read() async {
        do throws(UpstreamError) {
            while let bytes = try await channel.receive() {
                lastHeard.store(loop.now, ordering: .relaxed)
                for message in IncomingMessage.all(in: bytes) { take(message, from: bytes) }
            }
        } catch {
            // The channel is over, whatever the reason: what its calls hear is that they were cut off.
        }
    }

    private func write() async {
        do throws(UpstreamError) {
            while true { await write(try await outbox.next()) }
        } catch {
            // The channel has ended.
        }
    }

    private func write(_ outgoing: Outgoing) async {
        do throws(UpstreamError) {
            try await channel.send(outgoing.message)
        } catch {
            guard let id = outgoing.call else { return }
            state.withLock { $0.calls.removeValue(forKey: id) }?.inbox.close(error)
        }
    }
}

/// One request of ours that waits for its response. A class because the reader and the call share it.
final class PeerCall: Sendable {
    enum Event: Sendable {
        case response(UpstreamResponse)
        case notification(method: String, params: JSONObject)
        case question(ServerRequest)
    }

    enum Kind: Sendable {
        /// Requests of the server may belong to it.
        case interactive
        case plain
        /// A stream of changes, to which nothing else belongs.
        case listen
    }

    let inbox = Mailbox<Event>()
    let kind: Kind

    init(_ kind: Kind) {
        self.kind = kind
    }
}

/// Somebody who hears of changes at a server of the handshake era, until the channel ends.
final class PeerWatcher: Sendable {
    let sink: any WatchSink
    let end = Mailbox<Void>()

    init(sink: any WatchSink) {
        self.sink = sink
    }
}
