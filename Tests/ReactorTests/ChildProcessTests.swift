import CLinux
import Glibc
import Reactor
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A child process` {
    @Test func `is started, read to its end and known by its status`() async throws {
        try await withChildren { bench in
            let child = try await bench.shell("printf hello; printf trouble >&2; exit 3")
            #expect(try await child.allOutput() == "hello")
            #expect(try await child.readErrors() == Array("trouble".utf8))
            #expect(try await child.readErrors() == nil)
            #expect(try await child.readErrors() == nil)
            #expect(try await child.waitForExit() == .status(3))
            #expect(await child.stop(grace: .zero) == .status(3))
        }
    }

    @Test func `is known by the signal that ended it`() async throws {
        try await withChildren { bench in
            let child = try await bench.shell("kill -KILL $$")
            #expect(try await child.waitForExit() == .signal(SIGKILL))
            #expect(ChildExit.signal(9).description == "ended by signal 9")
        }
    }

    @Test func `gets its words unchanged`() async throws {
        try await withChildren { bench in
            let child = try await bench.start("printf", "[%s]", "a b", "", "'\"$HOME", "é\n")
            #expect(try await child.allOutput() == "[a b][]['\"$HOME][é\n]")
        }
    }

    @Test func `sees its environment, a mark and nothing of ours`() async throws {
        setenv("PATCHBAY_TEST_SECRET", "1", 1)
        try await withChildren { bench in
            let child = try await bench.start("env", variables: ["NAME": "va=lue", "PATCHBAY_CHILD": "forged"])
            let lines = Set(try await child.allOutput().split(separator: "\n").map(String.init))
            let marks = lines.filter { $0.hasPrefix("\(ChildProcesses.markName)=") }
            #expect(marks.count == 1 && marks.first?.contains("forged") == false)
            #expect(lines.subtracting(marks) == ["NAME=va=lue", "PATH=/usr/local/bin:/usr/bin:/bin"])
        }
    }

    @Test func `starts in its folder`() async throws {
        try await withChildren { bench in
            let command = ChildCommand(["pwd"], environment: ["PATH": "/bin"], workingDirectory: "/usr/share")
            let child = try await bench.children.start(command, on: bench.loop)
            #expect(try await child.allOutput() == "/usr/share\n")
        }
    }

    @Test func `inherits three descriptors and no more`() async throws {
        let careless = dup(STDERR_FILENO)
        defer { close(careless) }
        #expect(fcntl(careless, F_GETFD) == 0)
        try await withChildren { bench in
            let child = try await bench.shell("ls -1 /proc/$$/fd")
            #expect(try await child.allOutput() == "0\n1\n2\n")
        }
    }

    @Test func `has default signals, none blocked`() async throws {
        // What is blocked in the thread that starts the program would be blocked in the program.
        let lane = BlockingLane(threads: 1, queueMax: 8)
        try await lane.run {
            var blocked = sigset_t()
            sigemptyset(&blocked)
            sigaddset(&blocked, SIGTERM)
            sigaddset(&blocked, SIGCHLD)
            pthread_sigmask(SIG_BLOCK, &blocked, nil)
        }
        let children = try ChildProcesses(lane: lane, isOnlyParent: false)
        try await withLoop { loop in
            let command = ChildCommand(
                ["grep", "-E", "^Sig(Blk|Ign):", "/proc/self/status"], environment: ["PATH": "/bin:/usr/bin"])
            let child = try await children.start(command, on: loop)
            // 32 and 33 belong to the C library, which has them ignored in every program that it starts.
            let masks = try await child.allOutput().split(separator: "\n").map { line in
                UInt64(line.split(separator: "\t")[1], radix: 16).map { $0 & ~(0b11 << 31) }
            }
            #expect(masks == [0, 0])
            await child.stop(grace: .zero)
        }
        lane.shutDown()
    }

    @Test func `leads its own session and group`() async throws {
        try await withChildren { bench in
            let child = try await bench.start("cat", "/proc/self/stat")
            let fields = try await child.allOutput().split(separator: " ")
            #expect(fields[0] == "\(child.id)")
            #expect(fields[4] == "\(child.id)")
            #expect(fields[5] == "\(child.id)")
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var command: ChildCommand
        var error: ReactorError
        var testDescription: String { "\(command.words) \(error)" }

        init(_ words: [String], _ number: Int32, _ environment: [String: String] = ["PATH": "/bin:/usr/bin"]) {
            command = ChildCommand(words, environment: environment)
            error = .spawnFailed(program: words.first ?? "", number: number)
        }

        static var missingFolder: Refusal {
            var row = Refusal(["true"], 0)
            row.command.workingDirectory = "/nowhere"
            row.error = .system(call: "chdir /nowhere", number: ENOENT)
            return row
        }
    }

    @Test(arguments: [
        Refusal(["no-such-program"], ENOENT), Refusal(["/no/such/program"], ENOENT), Refusal(["/etc/passwd"], EACCES),
        Refusal(["/usr/share"], EACCES), Refusal(["true"], ENOENT, ["PATH": "/nowhere"]),
        Refusal(["true"], ENOENT, ["PATH": "bin:."]), Refusal([], EINVAL), Refusal([""], EINVAL),
        Refusal(["true", "a\u{0}b"], EINVAL), Refusal(["true"], EINVAL, ["A=B": "c"]),
        Refusal(["true"], EINVAL, ["": "c"]),
        Refusal(["true"], EINVAL, ["A": "\u{0}"]),
        Refusal(["/bin/true", String(repeating: "x", count: 4_000_000)], E2BIG),
        .missingFolder,
    ])
    func `that cannot be started is an error and leaves nothing`(row: Refusal) async throws {
        try await withChildren { bench in
            await #expect(throws: row.error) { _ = try await bench.children.start(row.command, on: bench.loop) }
            #expect(bench.children.count == 0)
        }
    }

    @Test func `is refused when there are as many as may be`() async throws {
        try await withChildren(runningMax: 2) { bench in
            let first = try await bench.start("cat")
            _ = try await bench.start("cat")
            await #expect(throws: ReactorError.limitReached(name: "runningMax", max: 2)) {
                try await bench.start("cat")
            }
            await first.stop(grace: .seconds(10))
            _ = try await bench.start("cat")
        }
    }

    // MARK: Pipes

    @Test func `answers what is written to it`() async throws {
        try await withChildren { bench in
            let child = try await bench.start("cat")
            for text in ["one", "two", "three"] {
                try await child.write(Array(text.utf8))
                #expect(try await child.readOutput() == Array(text.utf8))
            }
            try await child.write([])
            child.closeInput()
            #expect(try await child.readOutput() == nil)
            #expect(try await child.waitForExit() == .status(0))
        }
    }

    @Test func `waits for a slow reader instead of filling our memory`() async throws {
        try await withChildren { bench in
            let total = 8 * 1024 * 1024
            let child = try await bench.start("dd", "if=/dev/zero", "bs=4096", "count=\(total / 4096)", "status=none")
            var read = 0
            while let chunk = try await child.readOutput() {
                read += chunk.count
                #expect(!chunk.isEmpty && chunk.count <= ChildProcess.chunkBytesMax)
                // What it wrote is what we have and what a pipe holds; `wchar` counts every byte that it ever wrote.
                if let written = writtenBytes(of: child.id) { #expect(written <= read + 64 * 1024 + 4_096) }
                try await bench.loop.sleep(nanoseconds: 10_000)
            }
            #expect(read == total)
            #expect(try await child.waitForExit() == .status(0))
        }
    }

    private func writtenBytes(of id: pid_t) -> Int? {
        guard let file = fopen("/proc/\(id)/io", "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, 256, file) != nil {
            let text = String(
                decoding: line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if text.hasPrefix("wchar: ") { return Int(text.dropFirst(7)) }
        }
        return nil
    }

    @Test func `that talks without end leaves the loop to others`() async throws {
        try await withChildren { bench in
            let child = try await bench.start("cat", "/dev/zero")
            let turns = await bench.loop.runTask { () -> UInt64 in
                _ = try? await child.readOutput()
                let before = bench.loop.turns
                for _ in 0..<100 {
                    // Slower than the child, so that there is always something to read and no reason to wait.
                    usleep(1_000)
                    _ = try? await child.readOutput()
                }
                return bench.loop.turns - before
            }.value
            // Sixteen reads at most are served before the loop goes round.
            #expect(turns >= 5)
        }
    }

    @Test func `that does not read makes the writer wait, and cancellation ends the wait`() async throws {
        try await withChildren { bench in
            let child = try await bench.start("sleep", "1000")
            await #expect(throws: ReactorError.limitReached(name: "waitingBytesMax", max: ChildProcess.waitingBytesMax))
            {
                try await child.write([UInt8](repeating: 0, count: ChildProcess.waitingBytesMax + 1))
            }
            let largest = bench.loop.runTask {
                await failure { try await child.write([UInt8](repeating: 0, count: ChildProcess.waitingBytesMax)) }
            }
            await bench.loop.settle()
            largest.cancel()
            #expect(await largest.value == .cancelled)
        }
    }

    @Test func `gets messages of many writers whole`() async throws {
        try await withChildren { bench in
            let child = try await bench.start("cat")
            let size = 10_000
            async let written: Void = withThrowingTaskGroup { group in
                for number in UInt8(0)..<64 {
                    group.addTask { try await child.write([UInt8](repeating: number, count: size)) }
                }
                try await group.waitForAll()
                child.closeInput()
            }
            var bytes: [UInt8] = []
            while let chunk = try await child.readOutput() { bytes += chunk }
            try await written
            #expect(bytes.count == 64 * size)
            var seen: Set<UInt8> = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                #expect(bytes[start..<start + size].allSatisfy { $0 == bytes[start] })
                seen.insert(bytes[start])
            }
            #expect(seen.count == 64)
        }
    }

    @Test func `gets the rest of a message whose writer was cancelled`() async throws {
        try await withChildren { bench in
            let child = try await bench.start("cat")
            // Far more than two pipes hold, so it cannot be out before something is read.
            let size = 1_000_000
            let writer = bench.loop.runTask {
                await failure { try await child.write([UInt8](repeating: UInt8(ascii: "m"), count: size)) }
            }
            let first = try #require(try await child.readOutput())
            writer.cancel()
            #expect(await writer.value == .cancelled)
            async let end: Void = child.write(Array("end".utf8))
            var bytes = first
            while bytes.count < size + 3, let chunk = try await child.readOutput() { bytes += chunk }
            try await end
            #expect(bytes.count == size + 3)
            #expect(bytes[..<size].allSatisfy { $0 == UInt8(ascii: "m") })
            #expect(bytes[size...].elementsEqual("end".utf8))
        }
    }

    @Test func `may close its output and go on`() async throws {
        try await withChildren { bench in
            let child = try await bench.shell("exec >&-; read line; echo \"$line\" >&2; exit 4")
            #expect(try await child.readOutput() == nil)
            try await child.write(Array("go\n".utf8))
            #expect(try await child.readErrors() == Array("go\n".utf8))
            #expect(try await child.waitForExit() == .status(4))
        }
    }

    @Test func `that closed its input gives EPIPE to who writes`() async throws {
        try await withChildren { bench in
            let child = try await bench.shell("exec <&-; echo closed; exec sleep 1000")
            #expect(try await child.line() == "closed")
            await #expect(throws: ReactorError.system(call: "write", number: EPIPE)) { try await child.write([1]) }
            await #expect(throws: ReactorError.system(call: "write", number: EPIPE)) { try await child.write([1]) }
        }
    }

    @Test func `takes nothing after its input was closed`() async throws {
        try await withChildren { bench in
            let child = try await bench.start("cat")
            child.closeInput()
            await #expect(throws: ReactorError.system(call: "write", number: EPIPE)) { try await child.write([1]) }
        }
    }

    // MARK: Cancellation

    @Test func `keeps what was on its way to a cancelled reader`() async throws {
        try await withChildren { bench in
            let child = try await bench.start("cat")
            for number in UInt8(0)..<50 {
                let reader = bench.loop.runTask { () -> [UInt8]? in (try? await child.readOutput()) ?? nil }
                let byte = [number]
                async let written: Void = child.write(byte)
                reader.cancel()
                let early = await reader.value
                try await written
                let got: [UInt8]?
                if let early { got = early } else { got = try await child.readOutput() }
                #expect(got == byte)
            }
        }
    }

    @Test func `ends the waits of cancelled tasks at once`() async throws {
        try await withChildren { bench in
            let child = try await bench.start("cat")
            let waits: [@Sendable () async throws -> Void] = [
                { _ = try await child.readOutput() }, { _ = try await child.readErrors() },
                { _ = try await child.waitForExit() },
            ]
            for wait in waits {
                let onLoop = bench.loop.runTask { await failure(of: wait) }
                onLoop.cancel()
                #expect(await onLoop.value == .cancelled)
                let elsewhere = Task { await failure(of: wait) }
                elsewhere.cancel()
                #expect(await elsewhere.value == .cancelled)
            }
            try await child.write([7])
            #expect(try await child.readOutput() == [7])
        }
    }

    @Test func `is not started for a task that was cancelled`() async throws {
        try await withChildren { bench in
            let release = Box(false)
            let occupied = Signal()
            // The lane's one thread is busy, so that the start waits in the queue when it is cancelled.
            let busy = Task {
                try await bench.lane.run {
                    occupied.send()
                    while !release.value { sched_yield() }
                }
            }
            await occupied.wait()
            let starting = Task { await failure { _ = try await bench.start("cat") } }
            starting.cancel()
            #expect(await starting.value == .cancelled)
            release.change { $0 = true }
            try await busy.value
            #expect(bench.children.count == 0)
        }
    }

    @Test func `tells who waits when its loop stops`() async throws {
        let lane = BlockingLane(threads: 1, queueMax: 8)
        let group = try EventLoopGroup(count: 1)
        group.start()
        let children = try ChildProcesses(lane: lane, isOnlyParent: false)
        let child = try await children.start(
            ChildCommand(["sleep", "1000"], environment: ["PATH": "/bin:/usr/bin"]), on: group.loops[0])
        let began = Signal()
        let waiting = group.loops[0].runTask {
            began.send()
            return await failure { _ = try await child.readOutput() }
        }
        await began.wait()
        await group.loops[0].settle()
        group.stopAndJoin()
        #expect(await waiting.value == .shuttingDown)
        #expect(!exists(child.id))
        #expect(children.count == 0)
        #expect(await failure { _ = try await child.readOutput() } == .shuttingDown)
        #expect(await failure { try await child.write([1]) } == .shuttingDown)
        #expect(await failure { _ = try await child.waitForExit() } == .shuttingDown)
        #expect(await child.stop(grace: .zero) == .unknown)
        lane.shutDown()
    }
}
