import Glibc
import Reactor
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A group of event loops` {
    @Test(arguments: [(0, 1), (1, 1), (3, 3)]) func `has as many loops as asked, and at least one`(
        asked: Int, made: Int
    ) throws {
        let group = try EventLoopGroup(count: asked)
        #expect(group.loops.map(\.index) == Array(0..<made))
        group.stopAndJoin()
    }

    @Test func `names its threads`() async throws {
        try await withLoops(2) { group in
            for loop in group.loops {
                let name = await loop.on {
                    var name = [UInt8](repeating: 0, count: 64)
                    let descriptor = open("/proc/thread-self/comm", O_RDONLY | O_CLOEXEC)
                    defer { close(descriptor) }
                    return String(decoding: name[..<max(0, read(descriptor, &name, 64))], as: UTF8.self)
                }
                #expect(name == "loop-\(loop.index)\n")
            }
        }
    }

    @Test func `runs what was queued before it started`() async throws {
        let group = try EventLoopGroup(count: 1)
        let task = group.loops[0].runTask { 7 }
        group.start()
        #expect(await task.value == 7)
        group.stopAndJoin()
    }

    @Test func `runs what was queued before it stopped`() async throws {
        for _ in 0..<50 {
            let group = try EventLoopGroup(count: 2)
            group.start()
            let tasks = (0..<100).map { number in group.loops[number % 2].runTask { number } }
            group.stopAndJoin()
            for (number, task) in tasks.enumerated() { #expect(await task.value == number) }
        }
    }

    @Test func `tells sleepers that it stops`() async throws {
        let group = try EventLoopGroup(count: 1)
        group.start()
        let loop = group.loops[0]
        let hour: UInt64 = 3_600_000_000_000
        let onLoop = loop.runTask {
            [
                await failure { try await loop.sleep(nanoseconds: hour) },
                await failure { try await loop.sleep(nanoseconds: hour) },
            ]
        }
        await loop.settle()
        group.stopAndJoin()
        #expect(await onLoop.value == [.shuttingDown, .shuttingDown])
    }

    @Test func `stops also when a task never stops queueing`() async throws {
        let group = try EventLoopGroup(count: 1)
        group.start()
        let endless = group.loops[0].runTask {
            while !Task.isCancelled { await Task.yield() }
        }
        await group.loops[0].settle()
        group.stopAndJoin()
        endless.cancel()
        // It is still queued at the loop, which has given it up; here it gets one more chance to see its end.
        group.loops[0].run()
        await endless.value
    }

    @Test func `refuses to wait when it has stopped`() async throws {
        let group = try EventLoopGroup(count: 1)
        group.start()
        group.stopAndJoin()
        #expect(await failure { try await group.loops[0].sleep(nanoseconds: 1) } == .shuttingDown)
    }

    @Test func `may be stopped from several threads and by itself`() async throws {
        let group = try EventLoopGroup(count: 2)
        group.start()
        for loop in group.loops { loop.execute { loop.stop() } }
        for loop in group.loops { loop.stop() }
        group.stopAndJoin()
        group.stopAndJoin()
    }

    @Test func `leaves no descriptor and no thread`() async {
        await #expect(processExitsWith: .success) {
            func round() async throws {
                try await withLoops(3) { group in
                    for loop in group.loops { _ = await loop.runTask { loop.index }.value }
                }
            }
            try await round()
            let before = openDescriptors()
            let threads = threadCount()
            for _ in 0..<20 { try await round() }
            // One of each round would make twenty; the runtime may open a few meanwhile.
            #expect(openDescriptors() < before + 20)
            #expect(threadCount() < threads + 20)
        }
    }
}

/// The threads of this process whose names are the reactor's.
private func threadCount() -> Int {
    guard let folder = opendir("/proc/self/task") else { return -1 }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    return count
}
