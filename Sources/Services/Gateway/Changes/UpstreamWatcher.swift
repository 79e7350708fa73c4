import JSONCoding
import Synchronization
import UpstreamClients

/// Watches one upstream for as long as somebody wants to hear of its changes, and tells all of them.
///
/// A class, because the streams of all clients share it: an upstream sees one watcher, whoever listens here.
///
/// Invariants:
/// 1. Nobody listens: nobody watches.
/// 2. A wider interest is watched before the narrower one is given up, so that nothing is missed in between.
final class UpstreamWatcher: WatchSink {
    typealias Listener = @Sendable (UpstreamChange) -> Void

    private struct State {
        var listeners: [Int: (interest: WatchInterest, listener: Listener)] = [:]
        var nextListener = 0
        var watched = WatchInterest()
        var task: Task<Void, Never>?
    }

    private let client: any UpstreamClient
    private let keeper: InventoryKeeper
    private let state = Mutex(State())

    init(client: any UpstreamClient, keeper: InventoryKeeper) {
        self.client = client
        self.keeper = keeper
    }

    /// Begins to listen; the number ends it.
    func listen(_ interest: WatchInterest, on loop: CallLoop, _ listener: @escaping Listener) -> Int {
        let number = state.withLock { state in
            state.nextListener += 1
            state.listeners[state.nextListener] = (interest, listener)
            return state.nextListener
        }
        adjust(on: loop)
        return number
    }

    /// Changes what a listener wants to hear.
    func change(_ number: Int, to interest: WatchInterest, on loop: CallLoop) {
        state.withLock { $0.listeners[number]?.interest = interest }
        adjust(on: loop)
    }

    func end(_ number: Int, on loop: CallLoop) {
        state.withLock { _ = $0.listeners.removeValue(forKey: number) }
        adjust(on: loop)
    }

    private func adjust(on loop: CallLoop) {
        let old = state.withLock { state -> Task<Void, Never>? in
            let wanted = state.listeners.values.reduce(into: WatchInterest()) { $0.form(union: $1.interest) }
            if state.listeners.isEmpty {
                defer {
                    state.task = nil
                    state.watched = WatchInterest()
                }
                return state.task
            }
            guard state.task == nil || wanted != state.watched else { return nil }
            let old = state.task
            state.watched = wanted
            state.task = loop.begin { [client] in await client.watch(wanted, sink: self, on: loop) }
            return old
        }
        old?.cancel()
    }

    func changed(_ change: UpstreamChange) {
        switch change {
        case .tools, .prompts, .resources, .watching: keeper.invalidate()
        case .resourceUpdated, .task, .message, .elicitationComplete: break
        }
        let listeners = state.withLock { Array($0.listeners.values) }
        for (interest, listener) in listeners where interest.wants(change) { listener(change) }
    }
}

extension WatchInterest {
    /// Everything that either wants.
    mutating func form(union other: WatchInterest) {
        tools = tools || other.tools
        prompts = prompts || other.prompts
        resources = resources || other.resources
        resourceURIs.formUnion(other.resourceURIs)
        taskIDs.formUnion(other.taskIDs)
    }

    /// Whether a change is one that was asked for.
    func wants(_ change: UpstreamChange) -> Bool {
        switch change {
        case .tools: tools
        case .prompts: prompts
        case .resources: resources
        // A server may name a part of what was subscribed to (facts 6.7).
        case .resourceUpdated(let params):
            params["uri"]?.stringValue.map { uri in
                resourceURIs.contains(uri) || resourceURIs.contains { uri.hasPrefix($0) }
            } ?? false
        case .task(let params): params["taskId"]?.stringValue.map { taskIDs.contains($0) } ?? false
        case .message, .elicitationComplete: false
        case .watching: false
        }
    }
}
