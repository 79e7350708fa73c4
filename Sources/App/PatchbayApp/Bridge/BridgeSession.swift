import JSONCoding
import MCPWire
import Reactor
import Synchronization
import UpstreamClients

/// A client of the handshake era from its `initialize` on: what it said once, and the watch over changes that it hears of.
///
/// A class, because the reader changes what its watcher works with.
final class BridgeSession: Sendable {
    private struct State {
        var client: BridgeClient
        var subscriptions: Set<String> = []
        var isInitialized = false
        var watch: Task<Void, Never>?
        var isOver = false
    }

    /// Resources that one client may watch.
    static let subscriptionsMax = 1_000

    let server: ServerCapabilities
    private let bridge: Bridge
    private let state: Mutex<State>

    init(_ client: BridgeClient, server: ServerCapabilities, bridge: Bridge) {
        self.server = server
        self.bridge = bridge
        state = Mutex(State(client: client))
    }

    var client: BridgeClient { state.withLock { $0.client } }

    /// The client is ready to hear of changes.
    func initialized() {
        state.withLock { $0.isInitialized = true }
        watchAgain()
    }

    func set(level: String) {
        state.withLock { $0.client = $0.client.at(level: level) }
    }

    /// What ends when the resource is watched, so that the client is told only then; nothing when it watches as many as it may.
    func subscribe(_ uri: String) -> AsyncStream<Void>? {
        let isTaken = state.withLock { state in
            guard state.subscriptions.count < Self.subscriptionsMax || state.subscriptions.contains(uri) else {
                return false
            }
            state.subscriptions.insert(uri)
            return true
        }
        return isTaken ? watchAgain() : nil
    }

    func unsubscribe(_ uri: String) {
        state.withLock { _ = $0.subscriptions.remove(uri) }
        watchAgain()
    }

    func end() {
        let watch = state.withLock { state in
            state.isOver = true
            return state.watch
        }
        watch?.cancel()
    }

    /// Watches what is wanted now in place of what was; what is returned ends when that has begun.
    @discardableResult
    private func watchAgain() -> AsyncStream<Void> {
        let (begun, signal) = AsyncStream<Void>.makeStream()
        let old = state.withLock { state -> Task<Void, Never>? in
            guard state.isInitialized, !state.isOver else {
                signal.finish()
                return nil
            }
            var interest = WatchInterest()
            interest.tools = server.announcesChanges(of: "tools")
            interest.prompts = server.announcesChanges(of: "prompts")
            interest.resources = server.announcesChanges(of: "resources")
            interest.resourceURIs = state.subscriptions
            let watch = BridgeWatch(bridge: bridge, interest: interest, client: { [self] in client }, begun: signal)
            defer { state.watch = bridge.loop.runTask { await watch.run() } }
            return state.watch
        }
        old?.cancel()
        return begun
    }
}
