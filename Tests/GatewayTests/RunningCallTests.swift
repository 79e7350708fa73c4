import HTTPTransport
import JSONCoding
import MCPWire
import Reactor
import Synchronization
import Testing
import UpstreamClients

@testable import Gateway

@Suite struct `A running call` {
    /// Loops for the body, and a way to make calls on them.
    private func withLoop(_ body: (EventLoop, OpenCount) async throws -> Void) async throws {
        let group = try EventLoopGroup(count: 1)
        group.start()
        try await body(group.loops[0], OpenCount())
        group.stopAndJoin()
    }

    private func call(
        _ loop: EventLoop, _ parked: OpenCount, mayAsk: Bool = true, nanoseconds: UInt64 = 3_600_000_000_000,
        parkedMax: Int = 10
    ) -> RunningCall {
        RunningCall(
            number: 1, upstream: "up", loop: loop,
            asking: AskingRule(
                mayAsk: mayAsk, nanoseconds: nanoseconds, parked: parked, parkedMax: parkedMax,
                parkedThere: OpenCount(), parkedThereMax: 10),
            keptBytesMax: 1 << 20)
    }

    /// Asks on the loop and tells what came of it.
    private func ask(
        _ call: RunningCall, _ questions: [ClientQuestion]
    ) -> Task<Result<[String: ClientAnswer], ClientSilence>, Never> {
        call.loop.runTask {
            do throws(ClientSilence) {
                return .success(try await call.ask(questions))
            } catch {
                return .failure(error)
            }
        }
    }

    private func yes(_ word: String = "yes") -> ClientAnswer {
        .result(["action": "accept", "content": ["word": .string(word)]])
    }

    @Test func `gets the answers to its questions by their keys`() async throws {
        try await withLoop { loop, parked async throws in
            let call = call(loop, parked)
            let asking = ask(call, [question("a"), question("b")])
            #expect(await eventually { call.openQuestions.count == 2 })
            guard case .complete = call.answer(["a": yes("one"), "b": yes("two"), "nobody": yes()]) else {
                Issue.record("the answers are not all")
                return
            }
            let answers = try await asking.value.get()
            #expect(answers["a"]?.content?["word"] == "one")
            #expect(answers["b"]?.content?["word"] == "two")
            #expect(answers.count == 2)
            #expect(call.openQuestions.isEmpty)
        }
    }

    @Test func `keeps answers that come by and by, and the first one to a question counts`() async throws {
        try await withLoop { loop, parked async throws in
            let call = call(loop, parked)
            let asking = ask(call, [question("a"), question("b")])
            #expect(await eventually { call.openQuestions.count == 2 })
            guard case .missing(let missing) = call.answer(["a": yes("one")]) else {
                Issue.record("nothing is missing")
                return
            }
            #expect(missing.map(\.key) == ["b"])
            guard case .complete = call.answer(["a": yes("again"), "b": yes("two")]) else {
                Issue.record("the answers are not all")
                return
            }
            #expect(try await asking.value.get()["a"]?.content?["word"] == "one")
        }
    }

    @Test func `takes one set of answers, of however many that come at once`() async throws {
        try await withLoop { loop, parked async throws in
            for _ in 0..<50 {
                let call = call(loop, parked)
                let asking = ask(call, [question("a")])
                #expect(await eventually { !call.openQuestions.isEmpty })
                let complete = await withTaskGroup(of: Int.self) { group in
                    for number in 0..<4 {
                        group.addTask {
                            if case .complete = call.answer(["a": self.yes("\(number)")]) { 1 } else { 0 }
                        }
                    }
                    return await group.reduce(0, +)
                }
                #expect(complete == 1)
                _ = try await asking.value.get()
            }
        }
    }

    @Test func `is told that nobody answered in time`() async throws {
        try await withLoop { loop, parked async throws in
            let call = call(loop, parked, nanoseconds: 1)
            #expect(await ask(call, [question("a")]).value == .failure(.timedOut))
            guard case .notAsked = call.answer(["a": yes()]) else {
                Issue.record("an answer after the time was taken")
                return
            }
            #expect(parked.enter(limit: 1), "the call still counts as parked")
        }
    }

    @Test func `does not ask whom it cannot`() async throws {
        try await withLoop { loop, parked async throws in
            #expect(await ask(call(loop, parked, mayAsk: false), [question("a")]).value == .failure(.cannotBeAsked))
            #expect(await ask(call(loop, parked), []).value == .success([:]))
        }
    }

    @Test(arguments: [(1, true), (2, false)])
    func `is refused when as many wait as may`(waiting: Int, isAsked: Bool) async throws {
        try await withLoop { loop, parked async throws in
            var others: [(RunningCall, Task<Result<[String: ClientAnswer], ClientSilence>, Never>)] = []
            for _ in 0..<waiting {
                let other = call(loop, parked)
                others.append((other, ask(other, [question("a")])))
                #expect(await eventually { !other.openQuestions.isEmpty })
            }
            let call = call(loop, parked, parkedMax: 2)
            let asking = ask(call, [question("a")])
            if isAsked {
                #expect(await eventually { !call.openQuestions.isEmpty })
                _ = call.answer(["a": yes()])
                #expect(try await asking.value.get().count == 1)
            } else {
                #expect(await asking.value == .failure(.tooManyParked))
            }
            for (other, task) in others {
                _ = other.answer(["a": yes()])
                _ = await task.value
            }
        }
    }

    @Test func `that is cancelled stops asking, and its outcome is still the last event`() async throws {
        try await withLoop { loop, parked async throws in
            let call = call(loop, parked)
            let silence = Box<ClientSilence?>(nil)
            let ended = Box(0)
            call.start(
                { host in
                    do throws(ClientSilence) {
                        _ = try await host.ask([question("a")])
                    } catch {
                        silence.change { $0 = error }
                    }
                    return .failed(.transport(.cancelled))
                }, ended: { _ in ended.change { $0 += 1 } })
            #expect(await eventually { !call.openQuestions.isEmpty })
            call.cancel()
            call.cancel()
            #expect(await eventually { ended.value == 1 })
            #expect(silence.value == .cancelled)
            #expect(call.isCancelled)
            #expect(call.events.isFinished)
            #expect(call.events.last == 2)
        }
    }

    @Test func `that is cancelled before it begins is cancelled all the same`() async throws {
        try await withLoop { loop, parked async throws in
            let call = call(loop, parked)
            call.cancel()
            let wasCancelled = Box<Bool?>(nil)
            call.start(
                { host in
                    while !Task.isCancelled { await Task.yield() }
                    wasCancelled.change { $0 = true }
                    return .failed(.transport(.cancelled))
                }, ended: { _ in })
            #expect(await eventually { wasCancelled.value == true })
        }
    }

    @Test func `drops news that nobody reads, but no question and no outcome`() async throws {
        try await withLoop { loop, parked async throws in
            let call = RunningCall(
                number: 1, upstream: "up", loop: loop,
                asking: AskingRule(
                    mayAsk: true, nanoseconds: 1, parked: parked, parkedMax: 1, parkedThere: OpenCount(),
                    parkedThereMax: 1), keptBytesMax: 600)
            call.start(
                { host in
                    for number in 0..<1_000 { await host.notify(.progress(["progress": .number(JSONNumber(number))])) }
                    _ = try? await host.ask([question("a")])
                    return .ended(.result(text(String(repeating: "x", count: 5_000))))
                }, ended: { _ in })
            #expect(await eventually { call.events.isFinished })
            #expect(call.events.last < 20)
            let reader = call.events.attach()
            var last = 0
            var kinds: [String] = []
            while case .event(let number, let event) = await call.events.next(
                after: last, reader: reader, forget: true, pause: { false })
            {
                last = number
                switch event {
                case .notification: if kinds.last != "news" { kinds.append("news") }
                case .questions: kinds.append("questions")
                case .outcome: kinds.append("outcome")
                }
            }
            #expect(kinds == ["news", "questions", "outcome"])
        }
    }
}
