import Glibc
import Reactor
import Testing

@Suite(.timeLimit(.minutes(1))) struct `An event loop` {
    // MARK: Tasks

    @Test func `runs a task on its own thread, also after a wait`() async throws {
        try await withLoops(2) { group in
            for loop in group.loops {
                let places = await loop.runTask {
                    var places = [loop.isOnLoop]
                    await Task.yield()
                    places.append(loop.isOnLoop)
                    try? await loop.sleep(nanoseconds: 1)
                    places.append(loop.isOnLoop)
                    return places
                }.value
                #expect(places == [true, true, true])
                #expect(!loop.isOnLoop)
            }
        }
    }

    @Test func `starts a task at once when asked on the loop`() async throws {
        try await withLoop { loop in
            let order = Box<[Int]>([])
            let task = await loop.on {
                let task = loop.startTask {
                    order.change { $0.append(1) }
                    await Task.yield()
                    order.change { $0.append(loop.isOnLoop ? 3 : -3) }
                }
                order.change { $0.append(2) }
                return task
            }
            await task.value
            #expect(order.value == [1, 2, 3])
        }
    }

    @Test func `runs actions in order, and at once when it is there already`() async throws {
        try await withLoop { loop in
            let order = Box<[Int]>([])
            for number in 0..<100 { loop.execute { order.change { $0.append(number) } } }
            await loop.on {
                order.change { $0.append(100) }
                loop.execute { order.change { $0.append(101) } }
                order.change { $0.append(102) }
            }
            #expect(order.value == Array(0...102))
        }
    }

    @Test func `loses no wake-up of many threads`() async throws {
        let lane = BlockingLane(threads: 6, queueMax: 100)
        try await withLoops(2) { group in
            let count = Box(0)
            try await withThrowingTaskGroup { tasks in
                for thread in 0..<6 {
                    tasks.addTask {
                        try await lane.run {
                            for round in 0..<4_000 {
                                group.loops[(thread + round) % 2].execute { count.change { $0 += 1 } }
                                // Gives the loop time to fall asleep now and then, which is where a wake-up could be lost.
                                if round % 7 == 0 { sched_yield() }
                            }
                        }
                    }
                }
                try await tasks.waitForAll()
            }
            for loop in group.loops { await loop.on {} }
            #expect(count.value == 24_000)
        }
        lane.shutDown()
    }

    @Test func `answers every one of many single wake-ups`() async throws {
        try await withLoops(2) { group in
            // Each hop lets the other loop go to sleep first: a lost wake-up would hang here.
            var hops = 0
            for _ in 0..<5_000 {
                hops += await group.loops[0].runTask { 1 }.value
                hops += await group.loops[1].runTask { 1 }.value
            }
            #expect(hops == 10_000)
        }
    }

    @Test func `serves sockets while tasks never stop queueing`() async throws {
        try await withLoop { loop in
            let (ours, theirs) = socketPair()
            let isOver = Box(false)
            let busy = loop.runTask {
                while !isOver.value { await Task.yield() }
            }
            let heard = Signal()
            let registration = try await loop.attempt {
                try loop.watch(ours, for: .readable, handler: ClosureHandler { _ in heard.send() })
            }
            send("x", to: theirs)
            await heard.wait()
            isOver.change { $0 = true }
            await busy.value
            await loop.on { loop.stopWatching(registration) }
            close(ours)
            close(theirs)
        }
    }

    @Test func `uses no turns while it is idle`() async throws {
        try await withLoops(2) { group in
            let idle = group.loops[0]
            let clock = group.loops[1]
            let (ours, theirs) = socketPair()
            // A watched socket and a timer far away are no reason to go round.
            let registration = try await idle.attempt {
                _ = idle.schedule(after: 3_600_000_000_000, ClosureHandler { _ in })
                return try idle.watch(ours, for: .readable, handler: ClosureHandler { _ in })
            }
            await idle.settle()
            let before = await idle.on { idle.turns }
            for _ in 0..<20 { try await clock.sleep(nanoseconds: 2_000_000) }
            let after = await idle.on { idle.turns }
            // The turn that brings the question is the only one.
            #expect(after - before == 1)
            await idle.on { idle.stopWatching(registration) }
            close(ours)
            close(theirs)
        }
    }

    // MARK: Timers

    @Test func `fires timers in the order of their times`() async throws {
        try await withLoop { loop in
            let order = Box<[UInt64]>([])
            await withCheckedContinuation { continuation in
                loop.execute {
                    for delay in [5, 1, 4, 2, 3, 0, 6] as [UInt64] {
                        let handler = ClosureHandler { _ in
                            order.change { $0.append(delay) }
                            if delay == 6 { continuation.resume() }
                        }
                        _ = loop.schedule(after: delay * 1_000_000, handler)
                    }
                }
            }
            #expect(order.value == [0, 1, 2, 3, 4, 5, 6])
        }
    }

    @Test func `forgets a cancelled timer`() async throws {
        try await withLoop { loop in
            let fired = Box<[String]>([])
            await withCheckedContinuation { continuation in
                loop.execute {
                    let first = loop.schedule(after: 0, ClosureHandler { _ in fired.change { $0.append("cancelled") } })
                    _ = loop.schedule(
                        after: 1,
                        ClosureHandler { _ in
                            fired.change { $0.append("kept") }
                            continuation.resume()
                        })
                    loop.cancel(first)
                    loop.cancel(first)
                }
            }
            #expect(fired.value == ["kept"])
        }
    }

    @Test func `goes on when a timer is set again for now, over and over`() async throws {
        final class Again: TimerHandler, @unchecked Sendable {
            let loop: EventLoop
            var isOver = false

            init(_ loop: EventLoop) {
                self.loop = loop
            }

            func timerFired() {
                if !isOver { _ = loop.schedule(after: 0, self) }
            }
        }
        try await withLoop { loop in
            let again = Again(loop)
            await loop.on { again.timerFired() }
            // These could never run if the timer held the loop.
            await loop.settle()
            await loop.on { again.isOver = true }
        }
    }

    @Test(arguments: [UInt64.max, UInt64.max - 1, UInt64(1) << 63])
    func `takes a delay without end for one that does not come`(
        delay: UInt64
    ) async throws {
        try await withLoops(2) { group in
            let loop = group.loops[0]
            let fired = Box(false)
            await loop.on { _ = loop.schedule(after: delay, ClosureHandler { _ in fired.change { $0 = true } }) }
            let sleeper = loop.runTask { await failure { try await loop.sleep(nanoseconds: delay) } }
            try await group.loops[1].sleep(nanoseconds: 3_000_000)
            await loop.settle()
            #expect(!fired.value)
            sleeper.cancel()
            #expect(await sleeper.value == .cancelled)
        }
    }

    // MARK: Sleep

    @Test func `wakes sleepers in the order of their times`() async throws {
        try await withLoop { loop in
            /// When a sleeper is due at the earliest and at the latest: it began to sleep between two looks at the clock.
            struct Sleeper {
                var earliest: UInt64
                var latest: UInt64
            }
            let woken = Box<[Int]>([])
            let (sleepers, tasks) = await loop.on {
                var sleepers: [Sleeper] = []
                var tasks: [Task<Void, Never>] = []
                for (number, delay) in ([30, 10, 20, 0, 15] as [UInt64]).enumerated() {
                    let before = monotonicNanoseconds()
                    let task = loop.startTask {
                        try? await loop.sleep(nanoseconds: delay * 1_000_000)
                        woken.change { $0.append(number) }
                    }
                    tasks.append(task)
                    sleepers.append(
                        Sleeper(
                            earliest: before + delay * 1_000_000, latest: monotonicNanoseconds() + delay * 1_000_000))
                }
                return (sleepers, tasks)
            }
            for task in tasks { await task.value }
            #expect(woken.value.count == 5)
            for (first, second) in zip(woken.value, woken.value.dropFirst()) {
                #expect(sleepers[first].earliest <= sleepers[second].latest)
            }
        }
    }

    @Test func `lets nobody sleep less than asked`() async throws {
        try await withLoop { loop in
            for delay in [0, 1, 999_999, 1_000_000, 1_000_001] as [UInt64] {
                let before = monotonicNanoseconds()
                try await loop.sleep(nanoseconds: delay)
                #expect(monotonicNanoseconds() - before >= delay)
            }
        }
    }

    @Test func `ends the sleep of a cancelled task at once`() async throws {
        try await withLoop { loop in
            let hour: UInt64 = 3_600_000_000_000
            let asleep = loop.runTask { await failure { try await loop.sleep(nanoseconds: hour) } }
            await loop.settle()
            asleep.cancel()
            #expect(await asleep.value == .cancelled)

            let beforehand = loop.runTask {
                while !Task.isCancelled { await Task.yield() }
                return await failure { try await loop.sleep(nanoseconds: hour) }
            }
            beforehand.cancel()
            #expect(await beforehand.value == .cancelled)

            let elsewhere = Task { await failure { try await loop.sleep(nanoseconds: hour) } }
            elsewhere.cancel()
            #expect(await elsewhere.value == .cancelled)
        }
    }

    @Test func `wakes or cancels each sleeper once, when both come together`() async throws {
        try await withLoop { loop in
            var outcomes: Set<String> = []
            for round in 0..<400 {
                let sleeper = loop.runTask { await failure { try await loop.sleep(nanoseconds: UInt64(round) * 500) } }
                sleeper.cancel()
                outcomes.insert(await sleeper.value.map { "\($0)" } ?? "woke")
            }
            #expect(outcomes.isSubset(of: ["woke", "cancelled"]))
        }
    }
}
