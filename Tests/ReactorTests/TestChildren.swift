import CLinux
import Glibc
import Reactor
import Testing

/// What a test of child processes stands on; everything it started is stopped afterwards.
struct ChildBench {
    let loop: EventLoop
    let lane: BlockingLane
    let children: ChildProcesses

    /// Starts a program with a plain `PATH`.
    func start(_ words: String..., variables: [String: String] = [:]) async throws -> ChildProcess {
        let environment = ["PATH": "/usr/local/bin:/usr/bin:/bin"].merging(variables) { $1 }
        return try await children.start(ChildCommand(words, environment: environment), on: loop)
    }

    /// Starts a shell script.
    func shell(_ script: String, variables: [String: String] = [:]) async throws -> ChildProcess {
        try await start("sh", "-c", script, variables: variables)
    }

    /// Waits on the loop until a process has ended, whoever's child it is.
    func waitUntilDead(_ id: pid_t) async throws {
        let descriptor = patchbay_pidfd_open(id)
        guard descriptor >= 0 else { return }
        await withCheckedContinuation { continuation in
            loop.execute { [loop] in
                let registration = Box(EventLoop.Registration.none)
                let handler = ClosureHandler { _ in
                    loop.stopWatching(registration.value)
                    close(descriptor)
                    continuation.resume()
                }
                let made = try? loop.watch(descriptor, for: .readable, handler: handler)
                registration.change { $0 = made ?? .none }
            }
        }
    }
}

/// Runs `body` with a loop, a lane and a parent, and stops all children afterwards.
func withChildren<Value>(
    runningMax: Int = 256, isOnlyParent: Bool = false, _ body: (ChildBench) async throws -> Value
) async throws -> Value {
    let lane = BlockingLane(threads: 1, queueMax: 64)
    let group = try EventLoopGroup(count: 1)
    group.start()
    let children = try ChildProcesses(lane: lane, runningMax: runningMax, isOnlyParent: isOnlyParent)
    let bench = ChildBench(loop: group.loops[0], lane: lane, children: children)
    let outcome: Result<Value, any Error>
    do {
        outcome = .success(try await body(bench))
    } catch {
        outcome = .failure(error)
    }
    await children.stopAll(grace: .zero)
    #expect(children.count == 0)
    lane.shutDown()
    group.stopAndJoin()
    return try outcome.get()
}

extension ChildProcess {
    /// Everything until the end of its output.
    func allOutput() async throws -> String {
        var bytes: [UInt8] = []
        while let chunk = try await readOutput() { bytes += chunk }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Output up to and without the next line end; for scripts that write one line and then wait.
    func line() async throws -> String {
        var bytes: [UInt8] = []
        while bytes.last != UInt8(ascii: "\n"), let chunk = try await readOutput() { bytes += chunk }
        return String(decoding: bytes.dropLast(), as: UTF8.self)
    }

    /// The process whose number it writes in one line.
    func announcedProcess() async throws -> pid_t {
        try #require(pid_t(try await line()))
    }
}

/// True while the process is there, a zombie included.
func exists(_ id: pid_t) -> Bool {
    kill(id, 0) == 0
}

/// The numbers of all descriptors of this process.
func openDescriptors() -> Int {
    guard let folder = opendir("/proc/self/fd") else { return -1 }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    return count
}
