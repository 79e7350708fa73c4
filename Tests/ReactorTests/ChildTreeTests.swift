import Glibc
import Reactor
import Testing

@Suite(.timeLimit(.minutes(1))) struct `The end of a child process` {
    @Test func `comes by itself when its input ends`() async throws {
        try await withChildren { bench in
            let child = try await bench.shell("cat; exit 5")
            #expect(await child.stop(grace: .seconds(30)) == .status(5))
            #expect(!exists(child.id))
        }
    }

    @Test func `comes by SIGTERM when it does not listen to its input`() async throws {
        try await withChildren { bench in
            let child = try await bench.shell("trap 'exit 6' TERM; echo ready; while :; do sleep 0.01; done")
            #expect(try await child.line() == "ready")
            #expect(await child.stop(grace: .seconds(3)) == .status(6))
        }
    }

    @Test func `comes by SIGKILL when it ignores SIGTERM`() async throws {
        try await withChildren { bench in
            let child = try await bench.shell("trap '' TERM; echo ready; while :; do sleep 1000; done")
            #expect(try await child.line() == "ready")
            #expect(await child.stop(grace: .milliseconds(20)) == .signal(SIGKILL))
            #expect(!exists(child.id))
        }
    }

    @Test func `is one however many ask for it`() async throws {
        try await withChildren { bench in
            let child = try await bench.start("sleep", "1000")
            let exits = await withTaskGroup { group in
                for _ in 0..<8 { group.addTask { await child.stop(grace: .milliseconds(10)) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(exits == Array(repeating: .signal(SIGTERM), count: 8))
            #expect(await child.stop(grace: .seconds(1_000)) == .signal(SIGTERM))
        }
    }

    @Test func `comes also when the task that stops it is cancelled`() async throws {
        try await withChildren { bench in
            let child = try await bench.start("sleep", "1000")
            let stopping = Task { await child.stop(grace: .milliseconds(10)) }
            stopping.cancel()
            #expect(await stopping.value == .signal(SIGTERM))
        }
    }

    @Test func `fails writers that wait`() async throws {
        try await withChildren { bench in
            let child = try await bench.start("sleep", "1000")
            let writer = bench.loop.runTask {
                await failure { try await child.write([UInt8](repeating: 0, count: 1_000_000)) }
            }
            await bench.loop.settle()
            await child.stop(grace: .milliseconds(10))
            #expect(await writer.value == .shuttingDown)
            #expect(try await child.readOutput() == nil)
        }
    }

    // MARK: What it leaves behind

    /// Scripts that say the number of a grandchild in one line and then wait for their input to end; the grandchild would
    /// live on.
    struct Family: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var script: String
    }

    static let families = [
        Family(testDescription: "one in its group", script: "sleep 1000 & echo $!; cat"),
        Family(testDescription: "one in its own group", script: "set -m; sleep 1000 & echo $!; cat"),
        Family(
            testDescription: "one that ignores signals",
            script: "(trap '' TERM HUP INT; exec sleep 1000) & echo $!; cat"),
        Family(
            testDescription: "one in its own session",
            script: "setsid sh -c 'echo $$; exec sleep 1000' & cat"),
        Family(
            testDescription: "one whose parent is gone",
            script: "(sleep 1000 & echo $!) ; cat"),
        Family(
            testDescription: "one in its own session whose parent is gone",
            script: "(setsid sh -c 'echo $$; exec sleep 1000' &) ; cat"),
        Family(
            testDescription: "one with its own descriptors",
            script: "(setsid sh -c 'echo $$; exec sleep 1000 <&- >&- 2>&-' &) ; cat"),
        Family(
            testDescription: "one in its own session, two below",
            script: "sh -c \"setsid sh -c 'echo \\$\\$; sleep 1000; :' & wait\" & cat"),
        Family(
            testDescription: "an orphan with children in sessions of their own",
            script: "(setsid sh -c \"setsid sh -c 'echo \\$\\$; exec sleep 1000' & sleep 1000; :\" &) ; cat"),
    ]

    @Test(arguments: families) func `takes with it`(family: Family) async throws {
        try await withChildren { bench in
            let child = try await bench.shell(family.script)
            let grandchild = try await child.announcedProcess()
            #expect(exists(grandchild))
            await child.stop(grace: .seconds(30))
            #expect(!exists(grandchild))
            #expect(!exists(child.id))
        }
    }

    @Test(arguments: families) func `is final also when nobody asked for it, for`(family: Family) async throws {
        try await withChildren { bench in
            let child = try await bench.shell(family.script.replacing("cat", with: "read line; exit 0"))
            let grandchild = try await child.announcedProcess()
            child.closeInput()
            #expect(try await child.waitForExit() == .status(0))
            try await bench.waitUntilDead(grandchild)
            // The end of its output comes although the grandchild held the pipe.
            #expect(try await child.readOutput() == nil)
            await child.stop(grace: .zero)
            #expect(!exists(grandchild))
        }
    }

    @Test func `takes one that hid itself, if it was seen before`() async throws {
        try await withChildren { bench in
            // No mark, its own session; but when the stop begins its parent is still in the tree.
            let child = try await bench.shell(
                "env -i /usr/bin/setsid /bin/sh -c 'echo $$; exec /bin/sleep 1000' & cat >&2; sleep 1000")
            let grandchild = try await child.announcedProcess()
            await child.stop(grace: .milliseconds(10))
            #expect(!exists(grandchild))
        }
    }

    @Test func `leaves the other children and theirs alone`() async throws {
        try await withChildren { bench in
            let other = try await bench.shell("(setsid sh -c 'echo $$; exec sleep 1000' &) ; cat")
            let spared = try await other.announcedProcess()
            let child = try await bench.shell("(setsid sh -c 'echo $$; exec sleep 1000' &) ; cat")
            let grandchild = try await child.announcedProcess()
            await child.stop(grace: .seconds(30))
            #expect(!exists(grandchild))
            #expect(exists(spared))
            await other.stop(grace: .seconds(30))
            #expect(!exists(spared))
        }
    }

    @Test func `is the end of many at once`() async throws {
        try await withChildren { bench in
            var ids: [pid_t] = []
            for _ in 0..<12 {
                let child = try await bench.shell("(setsid sh -c 'echo $$; exec sleep 1000' &) ; exec sleep 1000")
                ids += [child.id, try await child.announcedProcess()]
            }
            await bench.children.stopAll(grace: .milliseconds(10))
            #expect(ids.filter { exists($0) } == [])
            await #expect(throws: ReactorError.shuttingDown) { try await bench.start("cat") }
        }
    }

    // MARK: Zombies

    @Test func `is not needed to reap an orphan that died before`() async throws {
        try await withChildren { bench in
            let child = try await bench.shell("(sh -c 'echo $$; read line' <&0 &) ; echo >&2; exec sleep 1000 <&-")
            let orphan = try await child.announcedProcess()
            // Its parent is gone when the shell says so.
            #expect(try await child.readErrors() == [UInt8(ascii: "\n")])
            child.closeInput()
            try await bench.waitUntilDead(orphan)
            #expect(exists(orphan))
            bench.children.reapAdopted()
            #expect(!exists(orphan))
            #expect(exists(child.id))
        }
    }

    @Test func `leaves the children of others to those who wait for them`() async throws {
        try await withChildren { bench in
            var stranger: pid_t = 0
            var words = [strdup("true"), nil]
            defer { free(words[0]) }
            #expect(posix_spawn(&stranger, "/bin/true", nil, nil, &words, nil) == 0)
            let child = try await bench.start("cat")
            try await bench.waitUntilDead(stranger)
            bench.children.reapAdopted()
            await child.stop(grace: .seconds(30))
            var status: Int32 = -1
            #expect(waitpid(stranger, &status, WNOHANG) == stranger)
            #expect(status == 0)
        }
    }

    // MARK: In a process of their own, because they look at all of it

    @Test func `leaves no descriptor and no process`() async {
        await #expect(processExitsWith: .success) {
            try await withChildren { bench in
                var ids: [pid_t] = []
                func round() async throws {
                    let child = try await bench.shell("(setsid sh -c 'echo $$; exec sleep 1000' &) ; cat")
                    ids += [child.id, try await child.announcedProcess()]
                    await child.stop(grace: .seconds(30))
                    #expect(await failure { _ = try await bench.start("/no/such/program") } != nil)
                }
                try await round()
                await bench.loop.settle()
                let before = openDescriptors()
                for _ in 0..<20 { try await round() }
                await bench.loop.settle()
                // One that stayed of each round would make twenty; a sanitizer or the runtime may open a few meanwhile.
                #expect(openDescriptors() < before + 20)
                #expect(ids.filter { exists($0) } == [])
            }
        }
    }

    @Test func `takes one without any sign when it was the last child`() async {
        await #expect(processExitsWith: .success) {
            try await withChildren(isOnlyParent: true) { bench in
                let script = "(env -i /usr/bin/setsid /bin/sh -c 'echo $$; exec /bin/sleep 1000' &) ; cat"
                let first = try await bench.shell(script)
                let unknown = try await first.announcedProcess()
                let second = try await bench.start("cat")
                await first.stop(grace: .seconds(30))
                #expect(exists(unknown))
                await second.stop(grace: .seconds(30))
                #expect(!exists(unknown))
            }
        }
    }

    @Test func `is not needed to reap an orphan without any sign`() async {
        await #expect(processExitsWith: .success) {
            try await withChildren(isOnlyParent: true) { bench in
                let child = try await bench.shell(
                    "(env -i /usr/bin/setsid /bin/sh -c 'echo $$; read line' <&0 &) ; echo >&2; exec sleep 1000 <&-")
                let orphan = try await child.announcedProcess()
                #expect(try await child.readErrors() == [UInt8(ascii: "\n")])
                child.closeInput()
                try await bench.waitUntilDead(orphan)
                bench.children.reapAdopted()
                #expect(!exists(orphan))
                #expect(exists(child.id))
            }
        }
    }
}
