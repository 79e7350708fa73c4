/// Which clients have which processes of their own: a value that decides and does nothing.
///
/// Each process serves one call at a time (rulings 4.4). There are at most `processesMax`, and at most `perLeaseMax` of one
/// client; where all are taken, the one that was idle longest makes room, and else the call waits.
struct LeaseBook<Process: AnyObject & Sendable>: Sendable {
    /// What a call that needs a process is to do.
    enum Decision {
        /// Use this one; it is busy from now on.
        case use(Process)
        /// Start one, and end this other one, which left the book.
        case start(ending: Process?)
        /// Wait until something changes.
        case wait
    }

    private struct Member: Sendable {
        let process: Process
        let lease: LeaseKey
        var isBusy: Bool
        var idleSince: UInt64
    }

    private let processesMax: Int
    private let perLeaseMax: Int
    private var members: [Member] = []
    private var starting: [LeaseKey: Int] = [:]

    init(processesMax: Int, perLeaseMax: Int) {
        self.processesMax = processesMax
        self.perLeaseMax = perLeaseMax
    }

    /// Takes a process for a call of this client.
    mutating func take(_ lease: LeaseKey) -> Decision {
        // The one that was used last: a client that calls one by one always meets the same process.
        if let index = members.lastIndex(where: { $0.lease == lease && !$0.isBusy }) {
            members[index].isBusy = true
            return .use(members[index].process)
        }
        let own = members.count { $0.lease == lease } + starting[lease, default: 0]
        guard own < perLeaseMax else { return .wait }
        var ending: Process?
        if members.count + starting.values.reduce(0, +) >= processesMax {
            let oldest = members.indices.filter { !members[$0].isBusy }
                .min { members[$0].idleSince < members[$1].idleSince }
            guard let oldest else { return .wait }
            ending = members.remove(at: oldest).process
        }
        starting[lease, default: 0] += 1
        return .start(ending: ending)
    }

    /// Whether `take` would not wait.
    func canServe(_ lease: LeaseKey) -> Bool {
        var copy = self
        if case .wait = copy.take(lease) { return false }
        return true
    }

    /// What was started for a client is there, or could not be started.
    mutating func started(_ process: Process?, for lease: LeaseKey, at now: UInt64) {
        let left = starting[lease, default: 1] - 1
        starting[lease] = left > 0 ? left : nil
        if let process { members.append(Member(process: process, lease: lease, isBusy: false, idleSince: now)) }
    }

    /// A call is over.
    mutating func release(_ process: Process, at now: UInt64) {
        guard let index = members.firstIndex(where: { $0.process === process }) else { return }
        var member = members.remove(at: index)
        member.isBusy = false
        member.idleSince = now
        members.append(member)
    }

    /// A process is no more.
    mutating func remove(_ process: Process) {
        members.removeAll { $0.process === process }
    }

    /// Whether it is in the book.
    func contains(_ process: Process) -> Bool {
        members.contains { $0.process === process }
    }

    /// A process of this client, busy or not.
    func any(of lease: LeaseKey) -> Process? {
        members.last { $0.lease == lease }?.process
    }

    var isEmpty: Bool { members.isEmpty }

    /// Since when the one is idle that has been so for longest.
    var idleSince: UInt64? { members.lazy.filter { !$0.isBusy }.map(\.idleSince).min() }

    /// Takes out those that have been idle since then or longer.
    mutating func takeIdle(since time: UInt64) -> [Process] {
        let idle = members.filter { !$0.isBusy && $0.idleSince <= time }.map(\.process)
        members.removeAll { !$0.isBusy && $0.idleSince <= time }
        return idle
    }
}
