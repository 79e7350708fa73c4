import HTTPTransport
import JSONCoding
import Reactor
import Synchronization

/// A conversation with an upstream that is kept between calls.
protocol PooledSession: AnyObject, Sendable {
    /// Whether another call can use it.
    var isUsable: Bool { get }
    /// Where it is ended.
    var loop: EventLoop { get }
    /// Ends it; called once, when nobody uses it.
    func end() async
}

/// The sessions at one upstream, each for one lease: warm between calls, bounded in number, ended when they lie unused.
///
/// A class because all calls share it.
///
/// Invariants:
/// 1. A session serves one `LeaseKey`; an exclusive one serves one call at a time, a shared one any number.
/// 2. There are never more than `sessionsMax`, those that are being opened included; an unused one goes for a new one. Calls
///    that have one to themselves are never more than they say, those included that wait for theirs to be opened.
/// 3. At most one shared session of a key is opened at a time; who comes meanwhile waits for it.
/// 4. A session that is not usable is never handed out again, and is let go of when its last user gives it back.
/// 5. One timer at most is set, and none when no session lies unused.
final class SessionPool<Session: PooledSession>: Sendable {
    /// Opens a session for a lease.
    typealias Opening = @Sendable (LeaseKey) async throws(UpstreamError) -> Session

    private struct Entry: Sendable {
        let key: LeaseKey
        let session: Session
        let isExclusive: Bool
        var users = 0
        var idleSince: UInt64 = 0
    }

    private struct State: Sendable {
        var entries: [Entry] = []
        var opening = 0
        /// Those of `opening` that one call will have to itself.
        var openingToOwn = 0
        var openings: [LeaseKey: SharedWork<Session>] = [:]
        var hasTimer = false
        /// Set by `endIdle` until the next session is opened: what is given back meanwhile ends at once.
        var isLettingGo = false

        /// Sessions that one call has to itself, or will have.
        var owned: Int { openingToOwn + entries.count { $0.isExclusive && $0.users > 0 } }

        mutating func take(_ key: LeaseKey, exclusive: Bool, preferring wanted: Session? = nil) -> Session? {
            // The newest first: it was begun with the latest verdict about the upstream.
            let place = entries.lastIndex { entry in
                entry.key == key && entry.isExclusive == exclusive && entry.session.isUsable
                    && (!exclusive || entry.users == 0) && (wanted == nil || entry.session === wanted)
            }
            guard let place else { return nil }
            entries[place].users += 1
            return entries[place].session
        }

        mutating func removeUnused(where isDue: (Entry) -> Bool) -> [Session] {
            let unused = entries.filter { $0.users == 0 && isDue($0) }.map(\.session)
            entries.removeAll { $0.users == 0 && isDue($0) }
            return unused
        }

        mutating func removeOldestUnused() -> [Session] {
            let unused = entries.indices.filter { entries[$0].users == 0 }
            guard let oldest = unused.min(by: { entries[$0].idleSince < entries[$1].idleSince }) else { return [] }
            return [entries.remove(at: oldest).session]
        }
    }

    private let sessionsMax: Int
    private let idleNanoseconds: UInt64
    private let state = Mutex(State())

    /// An empty pool.
    init(_ settings: UpstreamSettings) {
        sessionsMax = settings.sessionsMax
        idleNanoseconds = settings.sessionIdleTime.inNanoseconds
    }

    /// How many sessions there are.
    var count: Int { state.withLock { $0.entries.count } }

    /// A session that other calls of the lease use too; to be given back.
    func shared(
        _ key: LeaseKey, deadline: UInt64, on loop: EventLoop, _ open: @escaping Opening
    ) async throws(UpstreamError) -> Session {
        // The second round is for a session that ended before it was taken.
        for _ in 0..<2 {
            if let session = state.withLock({ $0.take(key, exclusive: false) }) { return session }
            let work = state.withLock { state in
                if let work = state.openings[key] { return work }
                let work = SharedWork<Session>()
                state.openings[key] = work
                return work
            }
            let opened = try await work.value(deadline: deadline, on: loop) {
                [self] () async throws(UpstreamError) -> Session in
                defer { state.withLock { $0.openings[key] = nil } }
                if let session = peek(key) { return session }
                return try await make(key, exclusive: false, users: 0, on: loop, open)
            }
            if let session = state.withLock({ $0.take(key, exclusive: false, preferring: opened) }) { return session }
        }
        throw .cutOff
    }

    /// A session that nobody else uses until it is given back; nothing when so many calls have one to themselves.
    func exclusive(
        _ key: LeaseKey, atMost ownedMax: Int, on loop: EventLoop, _ open: @escaping Opening
    ) async throws(UpstreamError) -> Session? {
        let (isFull, unused) = state.withLock { state -> (Bool, Session?) in
            guard state.owned < ownedMax else { return (true, nil) }
            let unused = state.take(key, exclusive: true)
            if unused == nil { state.openingToOwn += 1 }
            return (false, unused)
        }
        if isFull { return nil }
        if let unused { return unused }
        return try await make(key, exclusive: true, users: 1, on: loop, open)
    }

    /// The upstream has forgotten a session, and may have forgotten all: those that nobody uses are not tried any more.
    func distrustUnused() {
        let unused = state.withLock { state in state.removeUnused { _ in true } }
        finish(unused)
    }

    /// The call that had it is over.
    func giveBack(_ session: Session, on loop: EventLoop) {
        let now = monotonicNanoseconds()
        let isOver = state.withLock { state in
            guard let place = state.entries.firstIndex(where: { $0.session === session }) else { return false }
            state.entries[place].users -= 1
            guard state.entries[place].users == 0 else { return false }
            if !session.isUsable || state.isLettingGo {
                state.entries.remove(at: place)
                return true
            }
            state.entries[place].idleSince = now
            return false
        }
        if isOver { finish([session]) } else { setTimer(on: loop) }
    }

    /// Ends what lies unused.
    func endIdle() {
        finish(
            state.withLock { state in
                state.isLettingGo = true
                return state.removeUnused { _ in true }
            })
    }

    // MARK: Making

    private func peek(_ key: LeaseKey) -> Session? {
        state.withLock { state in
            state.entries.last { $0.key == key && !$0.isExclusive && $0.session.isUsable }?.session
        }
    }

    private func make(
        _ key: LeaseKey, exclusive: Bool, users: Int, on loop: EventLoop, _ open: Opening
    ) async throws(UpstreamError) -> Session {
        let (hasPlace, displaced) = state.withLock { state -> (Bool, [Session]) in
            var displaced: [Session] = []
            if state.entries.count + state.opening >= sessionsMax { displaced = state.removeOldestUnused() }
            guard state.entries.count + state.opening < sessionsMax else {
                if exclusive { state.openingToOwn -= 1 }
                return (false, displaced)
            }
            state.opening += 1
            state.isLettingGo = false
            return (true, displaced)
        }
        finish(displaced)
        guard hasPlace else { throw .transport(.poolFull) }
        let opened: Result<Session, UpstreamError>
        do throws(UpstreamError) {
            opened = .success(try await open(key))
        } catch {
            opened = .failure(error)
        }
        state.withLock { state in
            state.opening -= 1
            if exclusive { state.openingToOwn -= 1 }
            guard case .success(let session) = opened else { return }
            state.entries.append(
                Entry(
                    key: key, session: session, isExclusive: exclusive, users: users,
                    idleSince: monotonicNanoseconds()))
        }
        let session = try opened.get()
        if users == 0 { setTimer(on: loop) }
        return session
    }

    // MARK: Ending

    private func finish(_ sessions: [Session]) {
        for session in sessions {
            _ = session.loop.runTask { await session.end() }
        }
    }

    private func setTimer(on loop: EventLoop) {
        let isFirst = state.withLock { state in
            guard !state.hasTimer, state.entries.contains(where: { $0.users == 0 }) else { return false }
            state.hasTimer = true
            return true
        }
        guard isFirst else { return }
        let sweep = IdleSweep { [weak self] in self?.sweep(on: loop) }
        loop.execute { [idleNanoseconds] in _ = loop.schedule(after: idleNanoseconds, sweep) }
    }

    private func sweep(on loop: EventLoop) {
        let now = monotonicNanoseconds()
        finish(
            state.withLock { state in
                state.hasTimer = false
                return state.removeUnused { now &- $0.idleSince >= idleNanoseconds }
            })
        setTimer(on: loop)
    }
}

/// The timer of a pool. A class because timers are.
private final class IdleSweep: TimerHandler, Sendable {
    private let action: @Sendable () -> Void

    init(_ action: @escaping @Sendable () -> Void) {
        self.action = action
    }

    func timerFired() { action() }
}
