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
final class UpstreamWatcher: Sendable {
    typealias Listener = @Sendable (UpstreamChange) -> Void

    private struct State {
        var listeners: [Int: (interest: WatchInterest, listener: Listener)] = [:]
        var nextListener = 0
        var watched = WatchInterest()
        var run: WatchRun?
    }

    private let client: any UpstreamClient
    private let keeper: InventoryKeeper
    private let account: String
    private let state = Mutex(State())

    /// Watches by the connection of an account; the empty one is the gateway's own.
    init(client: any UpstreamClient, keeper: InventoryKeeper, account: String = "") {
        self.client = client
        self.keeper = keeper
        self.account = account
    }

    /// Whether nobody listens.
    var isIdle: Bool { state.withLock { $0.listeners.isEmpty } }

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

    /// Waits until what is wanted now is watched, or its time is over.
    func ready(within nanoseconds: UInt64, on loop: CallLoop) async {
        guard let run = state.withLock({ $0.run }) else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await run.untilWatching() }
            group.addTask { _ = await loop.wait(nanoseconds: nanoseconds) }
            await group.next()
            group.cancelAll()
        }
    }

    func end(_ number: Int, on loop: CallLoop) {
        state.withLock { _ = $0.listeners.removeValue(forKey: number) }
        adjust(on: loop)
    }

    /// What a new run may take until it watches; then the one before it is ended all the same, because some upstreams of the
    /// handshake era take no second stream while the first one is open.
    private static let handoverNanoseconds: UInt64 = 2_000_000_000

    private func adjust(on loop: CallLoop) {
        let (old, new, wanted) = state.withLock { state -> (WatchRun?, WatchRun?, WatchInterest) in
            var wanted = state.listeners.values.reduce(into: WatchInterest()) { $0.form(union: $1.interest) }
            wanted.account = account
            if state.listeners.isEmpty {
                defer {
                    state.run = nil
                    state.watched = WatchInterest()
                }
                return (state.run, nil, wanted)
            }
            guard state.run == nil || wanted != state.watched else { return (nil, nil, wanted) }
            let old = state.run
            let new = WatchRun(before: old) { [weak self] in self?.tell($0) }
            state.watched = wanted
            state.run = new
            return (old, new, wanted)
        }
        guard let new else {
            old?.end()
            return
        }
        new.began(loop.begin { [client] in await client.watch(wanted, sink: new, on: loop) })
        guard old != nil else { return }
        _ = loop.begin {
            _ = await loop.wait(nanoseconds: Self.handoverNanoseconds)
            new.takeOver()
        }
    }

    private func tell(_ change: UpstreamChange) {
        switch change {
        case .tools, .prompts, .resources, .watching: keeper.invalidate()
        case .resourceUpdated, .task, .message, .elicitationComplete: break
        }
        let listeners = state.withLock { Array($0.listeners.values) }
        for (interest, listener) in listeners where interest.wants(change) { listener(change) }
    }
}

/// One time of watching, until the interest changes.
///
/// A class, because the task that watches, whoever ends it and the run after it meet in it.
private final class WatchRun: WatchSink {
    private struct State {
        var before: WatchRun?
        var task: Task<Void, Never>?
        var hasEnded = false
        var hasWatched = false
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0

        mutating func takeWaiters() -> [CheckedContinuation<Void, Never>] {
            defer { waiters = [:] }
            return Array(waiters.values)
        }
    }

    private let state: Mutex<State>
    private let tell: @Sendable (UpstreamChange) -> Void

    init(before: WatchRun?, tell: @escaping @Sendable (UpstreamChange) -> Void) {
        state = Mutex(State(before: before))
        self.tell = tell
    }

    func began(_ task: Task<Void, Never>) {
        let hasEnded = state.withLock { state in
            state.task = task
            return state.hasEnded
        }
        if hasEnded { task.cancel() }
    }

    /// Ends it, and the one before it if that still watches.
    func end() {
        let (task, before, waiters) = state.withLock { state in
            state.hasEnded = true
            defer { state.before = nil }
            return (state.task, state.before, state.takeWaiters())
        }
        task?.cancel()
        before?.end()
        for waiter in waiters { waiter.resume() }
    }

    /// The run before is not needed any more.
    func takeOver() {
        state.withLock { state in
            defer { state.before = nil }
            return state.before
        }?.end()
    }

    /// Waits until it has begun to watch, or has ended.
    func untilWatching() async {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.hasWatched || state.hasEnded || Task.isCancelled { return true }
                    state.waiters[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
    }

    func changed(_ change: UpstreamChange) {
        guard case .watching = change else {
            // While both watch, the one before tells.
            if state.withLock({ !$0.hasEnded && $0.before == nil }) { tell(change) }
            return
        }
        takeOver()
        let (isAgain, waiters) = state.withLock { state in
            defer { state.hasWatched = true }
            return (state.hasWatched, state.takeWaiters())
        }
        for waiter in waiters { waiter.resume() }
        tell(.watching)
        // What changed in a gap nobody says; that the lists are to be read again is true in any case.
        if isAgain { for list in [UpstreamChange.tools, .prompts, .resources] { tell(list) } }
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
        // Which tasks they are about is the listener's affair: upstreams of the handshake era tell of them unasked.
        case .task: true
        case .message, .elicitationComplete: false
        case .watching: false
        }
    }
}
