import Glibc
import Reactor
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A lane for blocking work` {
    struct Mishap: Error, Equatable {
        var number: Int
    }

    /// Holds the lane's threads until it is opened.
    final class Gate: Sendable {
        private let isOpen = Box(false)
        let entered = Signal()

        func pass() {
            entered.send()
            while !isOpen.value { sched_yield() }
        }

        func open() {
            isOpen.change { $0 = true }
        }
    }

    @Test func `returns what the work returns, to where the caller was`() async throws {
        let lane = BlockingLane(threads: 2, queueMax: 8)
        try await withLoop { loop in
            let outcome = await loop.runTask { () -> [Bool] in
                let wasOnLoop = try? await lane.run { loop.isOnLoop }
                return [wasOnLoop ?? true, loop.isOnLoop]
            }.value
            #expect(outcome == [false, true])
        }
        lane.shutDown()
    }

    @Test func `passes on what the work throws`() async throws {
        let lane = BlockingLane(threads: 1, queueMax: 8)
        await #expect(throws: Mishap(number: 3)) { try await lane.run { throw Mishap(number: 3) } }
        #expect(try await lane.run { 4 } == 4)
        lane.shutDown()
    }

    @Test func `does all of much work, each once`() async throws {
        let lane = BlockingLane(threads: 4, queueMax: 5_000)
        let sum = try await withThrowingTaskGroup { group in
            for number in 0..<5_000 { group.addTask { try await lane.run { number } } }
            return try await group.reduce(0, +)
        }
        #expect(sum == 4_999 * 5_000 / 2)
        lane.shutDown()
    }

    @Test func `takes as much as may wait, and refuses one more`() async throws {
        let lane = BlockingLane(threads: 1, queueMax: 3)
        let gate = Gate()
        let busy = Task { try await lane.run { gate.pass() } }
        await gate.entered.wait()
        try await withLoop { loop in
            let waiting = (0..<3).map { number in loop.runTask { try? await lane.run { number } } }
            await loop.settle()
            #expect(await failure { try await lane.run {} } == .laneFull)
            gate.open()
            for (number, task) in waiting.enumerated() { #expect(await task.value == number) }
            try await busy.value
            #expect(try await lane.run { true })
        }
        lane.shutDown()
    }

    @Test func `finishes what waits when it is shut down, and takes no more`() async throws {
        let lane = BlockingLane(threads: 1, queueMax: 8)
        let gate = Gate()
        let busy = Task { try await lane.run { gate.pass() } }
        await gate.entered.wait()
        try await withLoop { loop in
            let waiting = loop.runTask { try? await lane.run { 5 } }
            await loop.settle()
            gate.open()
            lane.shutDown()
            #expect(await waiting.value == 5)
            try await busy.value
            #expect(await failure { try await lane.run {} } == .shuttingDown)
            lane.shutDown()
        }
    }

    @Test func `refuses everything when it has no thread`() async {
        let lane = BlockingLane(threads: 0, queueMax: 8)
        #expect(await failure { try await lane.run {} } == .shuttingDown)
    }

    @Test func `forgets queued work of a cancelled task at once`() async throws {
        let lane = BlockingLane(threads: 1, queueMax: 8)
        let gate = Gate()
        let busy = Task { try await lane.run { gate.pass() } }
        await gate.entered.wait()
        try await withLoop { loop in
            let hasRun = Box(false)
            let waiting = loop.runTask { await failure { try await lane.run { hasRun.change { $0 = true } } } }
            await loop.settle()
            waiting.cancel()
            #expect(await waiting.value == .cancelled)
            gate.open()
            try await busy.value
            #expect(try await lane.run { true })
            #expect(!hasRun.value)
        }
        lane.shutDown()
    }

    @Test func `keeps a cancelled task until the work that runs is done`() async throws {
        let lane = BlockingLane(threads: 1, queueMax: 8)
        let gate = Gate()
        let running = Task {
            try await lane.run {
                gate.pass()
                return 6
            }
        }
        await gate.entered.wait()
        running.cancel()
        gate.open()
        #expect(try await running.value == 6)
        lane.shutDown()
    }

    @Test func `ends its threads when it is dropped, at once or from one of them`() async throws {
        for _ in 0..<200 { _ = BlockingLane(threads: 2, queueMax: 1) }

        final class Payload: Sendable {
            let gone: Signal
            init(_ gone: Signal) { self.gone = gone }
            deinit { gone.send() }
        }
        let gone = Signal()
        let gate = Gate()
        var lane: BlockingLane? = BlockingLane(threads: 1, queueMax: 8)
        let task = { [held = lane, payload = Payload(gone)] in
            Task {
                try await held?.run {
                    gate.pass()
                    withExtendedLifetime((held, payload)) {}
                }
            }
        }()
        await gate.entered.wait()
        lane = nil
        gate.open()
        try await task.value
        await gone.wait()
    }

    @Test func `lets go of what work held when it is done`() async throws {
        final class Payload: Sendable {}
        let lane = BlockingLane(threads: 1, queueMax: 64)
        let gate = Gate()
        weak var seen: Payload?
        try await withLoop { loop in
            let first: Task<Void, Never>
            do {
                let payload = Payload()
                seen = payload
                first = loop.runTask { [payload] in try? await lane.run { withExtendedLifetime(payload) {} } }
            }
            await first.value
            // The queue does not become empty in between.
            let busy = loop.runTask { try? await lane.run { gate.pass() } }
            await gate.entered.wait()
            #expect(seen == nil)
            gate.open()
            await busy.value
        }
        lane.shutDown()
    }
}
