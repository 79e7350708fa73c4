import CLinux
import Glibc

/// A process that was just started, and our ends of what connects us.
struct SpawnedChild: Sendable {
    var id: pid_t
    var pidDescriptor: Int32
    var input: Int32
    var output: Int32
    var errors: Int32
}

/// Starts a program: own session and group, default signals, no descriptor but its three pipes. Blocks until it runs.
///
/// A session and not only a group: a process can leave its group for another, but its session only for a new one of its
/// own, so what shares the session is ours for certain. `mark` goes first into the environment.
func spawnChild(_ command: ChildCommand, mark: String) throws(ReactorError) -> SpawnedChild {
    let program = command.words.first ?? ""
    let environment =
        [mark] + command.environment.filter { $0.key != ChildProcesses.markName }.map { "\($0.key)=\($0.value)" }
    let isSound =
        !program.isEmpty && !(command.words + environment).contains { $0.utf8.contains(0) }
        && !command.environment.keys.contains { $0.isEmpty || $0.contains("=") }
    guard isSound else { throw .spawnFailed(program: program, number: EINVAL) }

    let pipes = try ChildPipes()
    var last = ENOENT
    for path in candidates(for: program, path: command.environment["PATH"]) {
        var id: pid_t = 0
        last = startProgram(path, command, environment, pipes, &id)
        if last == 0 {
            pipes.closeTheirs()
            let descriptor = patchbay_pidfd_open(id)
            guard descriptor >= 0 else {
                let number = errno
                kill(-id, SIGKILL)
                waitpid(id, nil, 0)
                pipes.closeOurs()
                throw .system(call: "pidfd_open", number: number)
            }
            return SpawnedChild(
                id: id, pidDescriptor: descriptor, input: pipes.input.ours, output: pipes.output.ours,
                errors: pipes.errors.ours)
        }
    }
    pipes.closeTheirs()
    pipes.closeOurs()
    // The system has one number for a missing program and a missing folder.
    if let folder = command.workingDirectory, access(folder, X_OK) != 0 {
        throw .system(call: "chdir \(folder)", number: errno)
    }
    throw .spawnFailed(program: program, number: last)
}

/// What may be meant by a program's name, in order; only absolute folders count, so that nothing depends on where we are.
private func candidates(for program: String, path: String?) -> [String] {
    if program.contains("/") { return [program] }
    return (path ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        .filter { $0.hasPrefix("/") }
        .map { "\($0)/\(program)" }
        .filter { access($0, X_OK) == 0 }
}

/// Starts one file and returns errno's number.
private func startProgram(
    _ path: String, _ command: ChildCommand, _ environment: [String], _ pipes: ChildPipes, _ id: inout pid_t
) -> Int32 {
    // Copies that C may write to, freed below; a failed copy ends the list early and is freed as nothing.
    var words = command.words.map { strdup($0) } + [nil]
    var variables = environment.map { strdup($0) } + [nil]
    defer { for text in words + variables { free(text) } }
    let standard = [pipes.input.theirs, pipes.output.theirs, pipes.errors.theirs]
    return patchbay_spawn(&id, path, &words, &variables, command.workingDirectory, standard)
}

/// The three pipes, each with the end that is the child's and the end that is ours, all closed on exec.
private struct ChildPipes {
    struct Ends {
        var theirs: Int32
        var ours: Int32
    }

    let input: Ends
    let output: Ends
    let errors: Ends

    init() throws(ReactorError) {
        var opened: [Int32] = []
        do {
            for _ in 0..<3 { opened += try Self.pipe() }
        } catch {
            for descriptor in opened { close(descriptor) }
            throw error
        }
        input = Ends(theirs: opened[0], ours: opened[1])
        output = Ends(theirs: opened[3], ours: opened[2])
        errors = Ends(theirs: opened[5], ours: opened[4])
        for ends in [input, output, errors] { patchbay_set_nonblocking(ends.ours) }
    }

    func closeTheirs() {
        for ends in [input, output, errors] { close(ends.theirs) }
    }

    func closeOurs() {
        for ends in [input, output, errors] { close(ends.ours) }
    }

    /// Two ends above 2: putting one end in the place of 0 to 2 must not overwrite another that is still needed.
    private static func pipe() throws(ReactorError) -> [Int32] {
        var ends: [Int32] = [-1, -1]
        guard patchbay_pipe(&ends) == 0 else { throw .system(call: "pipe2", number: errno) }
        for position in ends.indices where ends[position] <= 2 {
            let higher = fcntl(ends[position], F_DUPFD_CLOEXEC, 3)
            let number = errno
            guard higher >= 0 else {
                for descriptor in ends { close(descriptor) }
                throw .system(call: "fcntl", number: number)
            }
            close(ends[position])
            ends[position] = higher
        }
        return ends
    }
}
