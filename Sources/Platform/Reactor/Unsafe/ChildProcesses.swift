import CLinux
import Glibc

/// The programs that this program started, and the processes that those leave behind: nothing outlives its child.
///
/// A class because everyone who starts a program shares one kernel table. Make one per program.
///
/// Linux gives an orphan to us (`PR_SET_CHILD_SUBREAPER`), also one that left its group and session, but does not say
/// whose it was. It is known by, in this order: its session or group; what was noted when it was still in the tree below
/// the child; the mark in its environment. One without any of these (it made its own session and emptied its environment,
/// and its parents went before anybody looked) is ended with the last child, if this program has no other children.
///
/// Invariants:
/// 1. A process gets a signal or is reaped only under `state`'s lock and only while it is our unreaped child, so its
///    number cannot have passed to a stranger.
/// 2. A direct child is reaped by its `ChildProcess` only.
package final class ChildProcesses: Sendable {
    struct Entry {
        let mark: String
        var id: pid_t = 0
        var isReaped = false
        var child: ChildProcess?
        /// Start times of processes seen below the child.
        var noted: [pid_t: UInt64] = [:]
    }

    private struct State {
        var entries: [UInt64: Entry] = [:]
        var lastSerial: UInt64 = 0
        var starting = 0
        var isClosed = false
    }

    /// The variable that every child is marked with.
    package static let markName = "PATCHBAY_CHILD"
    /// Processes remembered below one child; one that has more is known by its mark.
    private static let notedMax = 4_096

    private let lane: BlockingLane
    private let runningMax: Int
    private let isOnlyParent: Bool
    private let session = getsid(0)
    private let state = ThreadLock(State())

    /// Makes this program adopt orphans. Programs are started on `lane`, because that waits for the disk.
    ///
    /// `isOnlyParent` says that nothing else in this program starts processes, so that every orphan is one of ours.
    package init(lane: BlockingLane, runningMax: Int = 256, isOnlyParent: Bool) throws(ReactorError) {
        self.lane = lane
        self.runningMax = runningMax
        self.isOnlyParent = isOnlyParent
        // Ignored, as some parents leave it to us, SIGCHLD would make the kernel throw exit statuses away; and writing to a
        // child that closed its input is an error and not our end.
        signal(SIGCHLD, SIG_DFL)
        signal(SIGPIPE, SIG_IGN)
        guard patchbay_become_subreaper() == 0 else { throw .system(call: "prctl", number: errno) }
    }

    /// How many children there are, those that are being cleaned up after included.
    package var count: Int { state.withLock { $0.entries.count } }

    /// Starts a program whose pipes and end are served by `loop`. The caller ends it with `stop`, whatever happened.
    package func start(_ command: ChildCommand, on loop: EventLoop) async throws(ReactorError) -> ChildProcess {
        let serial = try admit()
        let spawned: SpawnedChild
        do {
            spawned = try await lane.run { [self] in
                let spawned = try spawnChild(command, mark: mark(serial))
                state.withLock { state in
                    state.starting -= 1
                    state.entries[serial]?.id = spawned.id
                }
                return spawned
            }
        } catch {
            state.withLock { state in
                state.starting -= 1
                state.entries[serial] = nil
            }
            throw error as? ReactorError ?? .shuttingDown
        }
        let child = ChildProcess(spawned, serial: serial, parent: self, on: loop)
        let isWelcome = state.withLock { state in
            state.entries[serial]?.child = child
            return !state.isClosed
        }
        let failure = await child.begin()
        if isWelcome && failure == nil { return child }
        await child.stop(grace: .zero)
        throw failure ?? .shuttingDown
    }

    /// Stops all children at once and lets no more be started.
    package func stopAll(grace: Duration) async {
        let children = state.withLock { state in
            state.isClosed = true
            return state.entries.values.compactMap(\.child)
        }
        await withTaskGroup { group in
            for child in children {
                group.addTask { _ = await child.stop(grace: grace) }
            }
        }
    }

    /// Reaps orphans of children that still run; call it for SIGCHLD, or they stay zombies until their child ends.
    package func reapAdopted() {
        state.withLock { state in
            for record in adopted(state) {
                let owner = owner(of: record, &state)
                if record.isZombie && (owner != nil || isUnclaimedOurs(record, state)) { _ = reap(record.id) }
            }
        }
    }

    // MARK: For ChildProcess

    /// Sends a signal to a child's group, after noting who is below it; false when the child is reaped already.
    @discardableResult
    func signalGroup(_ serial: UInt64, _ number: Int32) -> Bool {
        state.withLock { state in
            guard let entry = state.entries[serial], entry.id > 0, !entry.isReaped else { return false }
            note(below: entry.id, of: serial, &state)
            return kill(-entry.id, number) == 0
        }
    }

    /// How a child ended, `nil` while it runs. When it has, its group is killed while the zombie still holds the group's
    /// number, and then it is reaped.
    func collect(_ serial: UInt64) -> ChildExit? {
        state.withLock { state in
            guard let id = state.entries[serial]?.id else { return .unknown }
            var code: Int32 = 0
            var status: Int32 = 0
            switch patchbay_exit_of(id, 0, &code, &status) {
            case 0: return nil
            case 1:
                kill(-id, SIGKILL)
                _ = reap(id)
                state.entries[serial]?.isReaped = true
                return code == CLD_EXITED ? .status(status) : .signal(status)
            default:
                state.entries[serial]?.isReaped = true
                return .unknown
            }
        }
    }

    /// Kills and reaps what a child left behind; false when nothing was found any more.
    ///
    /// Orphans of orphans come to us only when their parents die, so this is called until it finds nothing.
    func endLeftovers(_ serial: UInt64) -> Bool {
        state.withLock { state in
            // The kernel's list may leave one out while others end, so that nothing was found has to be seen twice.
            endLeftovers(serial, &state) || endLeftovers(serial, &state)
        }
    }

    /// Forgets a child of which nothing is left.
    func forget(_ serial: UInt64) {
        state.withLock { $0.entries[serial] = nil }
    }

    // MARK: Details

    private func admit() throws(ReactorError) -> UInt64 {
        let outcome: Result<UInt64, ReactorError> = state.withLock { state in
            if state.isClosed { return .failure(.shuttingDown) }
            if state.entries.count >= runningMax { return .failure(.limitReached(name: "runningMax", max: runningMax)) }
            state.lastSerial += 1
            state.starting += 1
            let mark = "\(Self.markName)=\(getpid()).\(state.lastSerial).\(UInt64.random(in: 0 ... .max))"
            state.entries[state.lastSerial] = Entry(mark: mark)
            return .success(state.lastSerial)
        }
        return try outcome.get()
    }

    private func mark(_ serial: UInt64) -> String {
        state.withLock { $0.entries[serial]?.mark ?? Self.markName }
    }

    private func endLeftovers(_ serial: UInt64, _ state: inout State) -> Bool {
        let isLast = !state.entries.contains { $0.key != serial && !$0.value.isReaped }
        var found = false
        for record in adopted(state) {
            let owner = owner(of: record, &state)
            guard owner == serial || (owner == nil && isLast && isUnclaimedOurs(record, state)) else { continue }
            found = true
            if record.isZombie {
                _ = reap(record.id)
            } else {
                note(below: record.id, of: serial, &state)
                kill(record.id, SIGKILL)
            }
        }
        return found
    }

    /// Our children that we did not start through here.
    private func adopted(_ state: State) -> [ProcessRecord] {
        let direct = Set(state.entries.values.filter { !$0.isReaped }.map(\.id))
        return ProcessTable.children(of: getpid()).filter { !direct.contains($0) }
            .compactMap { ProcessTable.record(of: $0) }
    }

    /// Whose an adopted process is; what the mark says is noted, because a zombie has no environment any more.
    private func owner(of record: ProcessRecord, _ state: inout State) -> UInt64? {
        let known = state.entries.filter { _, entry in
            entry.id > 0
                && (entry.id == record.session || entry.id == record.group
                    || entry.noted[record.id] == record.startTime)
        }
        // A number that was used again belongs to the younger one.
        if let serial = known.keys.max() { return serial }
        if record.isZombie { return nil }
        for (serial, entry) in state.entries where ProcessTable.hasEnvironment(Array(entry.mark.utf8), record.id) {
            note(record, of: serial, &state)
            return serial
        }
        return nil
    }

    /// An orphan without a sign, where nobody else has children. One that is just being started has no sign yet.
    private func isUnclaimedOurs(_ record: ProcessRecord, _ state: State) -> Bool {
        isOnlyParent && state.starting == 0 && record.session != session
    }

    private func note(below id: pid_t, of serial: UInt64, _ state: inout State) {
        var open = ProcessTable.children(of: id)
        while let next = open.popLast(), state.entries[serial]?.noted.count ?? Self.notedMax < Self.notedMax {
            guard let record = ProcessTable.record(of: next), state.entries[serial]?.noted[next] != record.startTime
            else { continue }
            note(record, of: serial, &state)
            open += ProcessTable.children(of: next)
        }
    }

    private func note(_ record: ProcessRecord, of serial: UInt64, _ state: inout State) {
        if state.entries[serial]?.noted.count ?? 0 >= Self.notedMax { state.entries[serial]?.noted = [:] }
        state.entries[serial]?.noted[record.id] = record.startTime
    }

    private func reap(_ id: pid_t) -> Bool {
        var code: Int32 = 0
        var status: Int32 = 0
        return patchbay_exit_of(id, 1, &code, &status) == 1
    }
}
