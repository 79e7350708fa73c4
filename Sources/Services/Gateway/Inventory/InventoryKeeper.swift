import GatewayModel
import Synchronization
import Telemetry
import UpstreamClients

/// The inventory of one upstream as far as it is known, and the way to know it better.
///
/// A class, because all loops and all servers that have the upstream share it.
///
/// Invariants:
/// 1. At most one reading of the upstream is under way, however many wait for it.
/// 2. A failed reading leaves what was known, marked as stale.
/// 3. `version` changes exactly when what is known changes.
final class InventoryKeeper: Sendable {
    /// What is known now.
    struct Reading: Sendable {
        let inventory: UpstreamInventory?
        let version: Int
        /// Whether it is younger than it has to be.
        let isFresh: Bool
        /// Why the last reading failed, if it did.
        let failure: UpstreamError?
    }

    fileprivate struct State {
        var inventory: UpstreamInventory?
        var version = 0
        var freshUntil: UInt64 = 0
        /// Counts invalidations, so that a reading that began before one does not count as fresh.
        var change = 0
        var failure: UpstreamError?
        var isReading = false
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
    }

    private let upstream: String
    private let client: any UpstreamClient
    private let limits: InventoryLimits
    private let changed: @Sendable () -> Void
    private let keep: @Sendable ([UInt8]) -> Void
    private let log: Log
    private let state: Mutex<State>

    /// `changed` is called before anybody can see what is new, and must not come back here; `keep` gets it to be stored.
    init(
        upstream: String, client: any UpstreamClient, limits: InventoryLimits, stored: [UInt8]?,
        changed: @escaping @Sendable () -> Void, keep: @escaping @Sendable ([UInt8]) -> Void, log: Log
    ) {
        self.upstream = upstream
        self.client = client
        self.limits = limits
        self.changed = changed
        self.keep = keep
        self.log = log
        var state = State()
        state.inventory = stored.flatMap { UpstreamInventory($0) }
        state.version = state.inventory == nil ? 0 : 1
        self.state = Mutex(state)
    }

    /// What is known, without waiting for anything.
    func known(at time: UInt64) -> Reading {
        state.withLock { Reading($0, at: time) }
    }

    /// Who waits for a reading that is under way.
    var readers: Int { state.withLock { $0.waiters.count } }

    /// What is known, after a reading if it is stale; waits for that at most until the deadline of lists.
    func read(on loop: CallLoop) async -> Reading {
        let began = loop.clock
        let reading = known(at: began)
        if reading.isFresh { return reading }
        startReading(on: loop)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.untilRead() }
            group.addTask { [limits] in _ = await loop.wait(nanoseconds: limits.listNanoseconds) }
            await group.next()
            group.cancelAll()
        }
        return known(at: loop.clock)
    }

    /// What is known is out of date; the next one who asks has it read again.
    func invalidate() {
        state.withLock { state in
            state.freshUntil = 0
            state.change += 1
        }
    }

    private func startReading(on loop: CallLoop) {
        let change = state.withLock { state -> Int? in
            if state.isReading { return nil }
            state.isReading = true
            return state.change
        }
        guard let change else { return }
        // Lives as long as the reading and no longer: its deadline is inside.
        _ = loop.begin { await self.readNow(on: loop, change: change) }
    }

    private func readNow(on loop: CallLoop, change: Int) async {
        let fetch = InventoryFetch(
            client: client, loop: loop, deadline: loop.clock &+ limits.readNanoseconds,
            pagesMax: limits.pagesMax, itemsMax: limits.itemsMax)
        let result: Result<UpstreamInventory, UpstreamError>
        do throws(UpstreamError) {
            result = .success(try await fetch.run())
        } catch {
            result = .failure(error)
        }
        let now = loop.clock
        let (waiters, new, failure) = state.withLock { state in
            state.isReading = false
            let failureBefore = state.failure
            var new: UpstreamInventory?
            switch result {
            case .success(var inventory):
                inventory.keepUnread(of: state.inventory)
                if state.inventory.map({ !$0.isSame(as: inventory) }) ?? true {
                    new = inventory
                    state.inventory = inventory
                    state.version += 1
                    changed()
                }
                state.inventory?.unread = inventory.unread
                state.failure = inventory.unread.values.first
                state.freshUntil = state.change == change ? now &+ limits.freshNanoseconds(inventory.milliseconds) : 0
            case .failure(let error):
                state.failure = error
                state.freshUntil = error.restsUpstream ? now &+ limits.failedNanoseconds : 0
            }
            defer { state.waiters = [:] }
            return (Array(state.waiters.values), new, state.failure == failureBefore ? nil : state.failure)
        }
        for waiter in waiters { waiter.resume() }
        if let new { keep(new.bytes) }
        // Once per cause: an upstream that stays away is tried again and again.
        if let failure {
            log.warning(
                "an upstream's lists could not be read",
                ["upstream": .string(upstream), "reason": .string(failure.reason)])
        }
    }

    private func untilRead() async {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard state.isReading, !Task.isCancelled else { return true }
                    state.waiters[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
    }
}

extension UpstreamError {
    /// Whether asking again at once would cost the upstream something. Where nothing can be shown, nothing is sent: whether somebody
    /// has connected it meanwhile is found out here.
    fileprivate var restsUpstream: Bool {
        if case .connectRequired(let need) = self { need.reason == .insufficientScope } else { true }
    }
}

extension InventoryKeeper.Reading {
    fileprivate init(_ state: borrowing InventoryKeeper.State, at time: UInt64) {
        inventory = state.inventory
        version = state.version
        isFresh = time < state.freshUntil
        failure = state.failure
    }
}

/// How much of an inventory is read, and how long it holds.
struct InventoryLimits: Sendable {
    /// What a list of several upstreams waits for one of them.
    var listNanoseconds: UInt64 = 5_000_000_000
    /// What one reading may take; longer than a list waits, so that a slow upstream is known the next time.
    var readNanoseconds: UInt64 = 60_000_000_000
    /// An inventory holds at least so long: many lists at once must not become many readings.
    var floorNanoseconds: UInt64 = 2_000_000_000
    /// And at most so long, whatever the upstream says.
    var ceilingNanoseconds: UInt64 = 300_000_000_000
    /// After a failed reading the next one waits so long.
    var failedNanoseconds: UInt64 = 2_000_000_000
    var pagesMax = 100
    var itemsMax = 10_000

    func freshNanoseconds(_ milliseconds: Int) -> UInt64 {
        let wanted = UInt64(clamping: milliseconds).multipliedReportingOverflow(by: 1_000_000)
        return min(max(wanted.overflow ? .max : wanted.partialValue, floorNanoseconds), ceilingNanoseconds)
    }
}

extension InventoryLimits {
    init(_ limits: GatewayLimits) {
        self.init()
        listNanoseconds = UInt64(limits.listTime / .nanoseconds(1))
        pagesMax = limits.listPages
        itemsMax = limits.upstreamTools
    }
}
