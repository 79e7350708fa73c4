import HTTPTransport
import JSONCoding
import Reactor
import Testing

@testable import UpstreamClients

@Suite struct `A failing upstream` {
    private func breaker(_ change: (inout UpstreamSettings) -> Void = { _ in }) -> CircuitBreaker {
        var settings = UpstreamSettings(ownInfo: [:]) { 1 }
        settings.failuresMax = 3
        settings.pauseMin = .seconds(1)
        settings.pauseMax = .seconds(8)
        settings.beginTime = .seconds(20)
        change(&settings)
        return CircuitBreaker(settings)
    }

    private let second: UInt64 = 1_000_000_000
    private let outage = UpstreamError.transport(.connect("refused"))

    private func admits(_ breaker: CircuitBreaker, at now: UInt64) -> Bool {
        (try? breaker.admit(now: now)) != nil
    }

    @Test func `is called until it failed often enough in a row`() {
        let breaker = breaker()
        for _ in 0..<2 { breaker.failed(outage, now: second) }
        #expect(admits(breaker, at: second))
        breaker.succeeded()
        for _ in 0..<2 { breaker.failed(outage, now: second) }
        #expect(admits(breaker, at: second))
        breaker.failed(outage, now: second)
        #expect(!admits(breaker, at: second))
    }

    @Test func `gets one call when the pause is over, and all after its success`() {
        let breaker = breaker()
        for _ in 0..<3 { breaker.failed(outage, now: 0) }
        #expect(!admits(breaker, at: second - 1))
        #expect(admits(breaker, at: second))
        #expect(!admits(breaker, at: second))
        breaker.succeeded()
        #expect(admits(breaker, at: second))
        #expect(admits(breaker, at: second))
    }

    @Test func `is left alone for longer each time, up to a limit`() {
        let breaker = breaker()
        for _ in 0..<3 { breaker.failed(outage, now: 0) }
        var now: UInt64 = 0
        for pause: UInt64 in [1, 2, 4, 8, 8] {
            #expect(!admits(breaker, at: now + pause * second - 1))
            now += pause * second
            #expect(admits(breaker, at: now))
            breaker.failed(outage, now: now)
        }
    }

    @Test func `is left alone no longer because many calls failed at once`() {
        let breaker = breaker()
        for _ in 0..<100 { breaker.failed(outage, now: 0) }
        #expect(!admits(breaker, at: second - 1))
        #expect(admits(breaker, at: second))
    }

    @Test func `gets another call when the one that tried never came back`() {
        let breaker = breaker()
        for _ in 0..<3 { breaker.failed(outage, now: 0) }
        #expect(admits(breaker, at: second))
        #expect(!admits(breaker, at: 20 * second))
        #expect(admits(breaker, at: 21 * second))
    }

    @Test(arguments: [
        UpstreamError.transport(.cancelled), .transport(.poolFull), .transport(.timedOut(sent: true)), .status(500),
        .cutOff, .garbage("x"), .unauthorized(401),
    ])
    func `is no failing one because of`(error: UpstreamError) {
        let breaker = breaker()
        for _ in 0..<10 { breaker.failed(error, now: second) }
        #expect(admits(breaker, at: second))
    }

    @Test func `has pauses that are left to chance by half`() {
        for (chance, pause) in [(0.0, 500_000_000), (0.5, 750_000_000), (1.0, 1_000_000_000)] as [(Double, UInt64)] {
            let settings = UpstreamSettings(ownInfo: [:]) { chance }
            #expect(Backoff(settings).pause(1) == pause)
        }
    }

    @Test func `fails calls at once while it is left alone, and serves them again`() async throws {
        let server = try await ScriptedServer(statelessServer())
        let port = server.port
        await server.stop()
        try await withClient(
            port: port,
            settings: {
                $0.failuresMax = 2
                $0.pauseMin = .milliseconds(1)
                $0.pauseMax = .milliseconds(1)
            }
        ) { client in
            for _ in 0..<2 { #expect(await client.call().error?.isOutage == true) }
            let again = try await ScriptedServer(port: port, statelessServer())
            #expect(await eventually { await client.call().text == "done" })
            #expect(await client.call().text == "done")
            await again.stop()
        }
    }
}

@Suite struct `A mailbox` {
    private func onLoop<Value: Sendable>(_ body: @escaping @Sendable (EventLoop) async -> Value) async throws -> Value {
        let group = try EventLoopGroup(count: 1)
        group.start()
        let loop = group.loops[0]
        let value = await loop.runTask { await body(loop) }.value
        group.stopAndJoin()
        return value
    }

    @Test func `hands out in order, what came before the end too`() async throws {
        let mailbox = Mailbox<Int>()
        for number in 0..<3 { mailbox.put(number) }
        mailbox.close(.cutOff)
        #expect(!mailbox.put(3))
        for number in 0..<3 { #expect(try await mailbox.next() == number) }
        await #expect(throws: UpstreamError.cutOff) { try await mailbox.next() }
    }

    @Test func `wakes who waits`() async throws {
        let mailbox = Mailbox<Int>()
        async let first = mailbox.next()
        mailbox.put(7)
        #expect(try await first == 7)
    }

    @Test func `ends for a task that is cancelled before or while it waits`() async throws {
        let early = Mailbox<Int>()
        let late = Mailbox<Int>()
        let started = Gate()
        let outcome = try await onLoop { loop in
            let first = loop.runTask { () -> Bool in
                withUnsafeCurrentTask { $0?.cancel() }
                return (try? await early.next()) == nil
            }
            let second = loop.runTask { () -> Bool in
                started.open()
                return (try? await late.next()) == nil
            }
            await started.pass()
            second.cancel()
            let ends = [await first.value, await second.value]
            return ends
        }
        #expect(outcome == [true, true])
        #expect(early.isClosed && late.isClosed)
    }

    @Test func `is emptied while others fill it`() async throws {
        let mailbox = Mailbox<Int>()
        async let sum = { () async throws -> Int in
            var sum = 0
            for _ in 0..<4_000 { sum += try await mailbox.next() }
            return sum
        }()
        await withTaskGroup { group in
            for _ in 0..<4 { group.addTask { for _ in 0..<1_000 { mailbox.put(1) } } }
        }
        #expect(try await sum == 4_000)
    }
}

@Suite struct `The clock of a call` {
    @Test func `stands while somebody is asked and goes on with what was left`() async throws {
        let group = try EventLoopGroup(count: 1)
        group.start()
        let loop = group.loops[0]
        let task = loop.runTask { () -> [Bool] in
            let start = monotonicNanoseconds()
            let clock = CallClock(deadline: start &+ 100_000_000, on: loop)
            clock.pause()
            clock.pause()
            clock.resume()
            let stands = clock.deadline == .max
            try? await loop.sleep(nanoseconds: 150_000_000)
            let isAlive = !clock.hasExpired
            clock.resume()
            let moved = clock.deadline
            let expired = Mailbox<Void>()
            clock.onExpiry { expired.put(()) }
            try? await expired.next()
            let end = monotonicNanoseconds()
            clock.end()
            return [stands, isAlive, moved >= start &+ 250_000_000, clock.hasExpired, end >= moved]
        }
        #expect(await task.value == [true, true, true, true, true])
        group.stopAndJoin()
    }

    @Test func `calls whom it is told too late to call`() async throws {
        let group = try EventLoopGroup(count: 1)
        group.start()
        let loop = group.loops[0]
        let task = loop.runTask { () -> Bool in
            let clock = CallClock(deadline: 1, on: loop)
            let expired = Mailbox<Void>()
            clock.onExpiry { expired.put(()) }
            try? await expired.next()
            let late = Mailbox<Void>()
            clock.onExpiry { late.put(()) }
            return late.count == 1
        }
        #expect(await task.value)
        group.stopAndJoin()
    }
}
