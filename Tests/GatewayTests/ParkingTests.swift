import GatewayModel
import JSONCoding
import MCPWire
import Testing
import UpstreamClients

@testable import Gateway

@Suite struct `A call of a stateless client that is asked` {
    private static let calling: JSONObject = ["name": "a", "arguments": ["x": 1]]

    /// An upstream that asks these questions, then says what it was told.
    private func asking(_ keys: [String], rounds: Int = 1) -> ScriptedUpstream {
        ScriptedUpstream("one", tools: ["a"]) { _, host in
            var words: [String] = []
            for _ in 0..<rounds {
                do throws(ClientSilence) {
                    let answers = try await host.ask(keys.map { question($0) })
                    words += keys.map { answers[$0]?.content?["word"]?.stringValue ?? "nothing" }
                } catch {
                    words.append("\(error)")
                }
            }
            return .result(text(words.joined(separator: " ")))
        }
    }

    private static func retry(_ asked: Answer, _ answers: JSONObject, _ call: JSONObject = calling) -> JSONObject {
        var params = call
        params["requestState"] = asked.result?["requestState"]
        if !answers.members.isEmpty { params["inputResponses"] = .object(answers) }
        return params
    }

    private static func accept(_ word: String) -> JSONValue {
        ["action": "accept", "content": ["word": .string(word)]]
    }

    @Test func `is answered with the questions, and its retry with the result`() async throws {
        let upstream = asking(["q"])
        try await withClient([upstream]) { client, gateway throws in
            let asked = try client.stateless("tools/call", Self.calling, .asked)
            #expect(asked.field("content-type") == "application/json")
            #expect(asked.result?["resultType"] == "input_required")
            #expect(asked.result?["inputRequests"]?["q"]?["method"] == "elicitation/create")
            #expect(gateway.parked == 1)
            let done = try client.stateless("tools/call", Self.retry(asked, ["q": Self.accept("blue")]), id: 2, .asked)
            #expect(done.content == "blue")
            #expect(done.json["id"] == 2)
            #expect(upstream.requests.count == 1, "the call was run twice")
            #expect(eventuallyBlocking { gateway.parked == 0 })
        }
    }

    @Test func `comes again as often as there are rounds`() async throws {
        try await withClient([asking(["q"], rounds: 3)]) { client, _ throws in
            var answer = try client.stateless("tools/call", Self.calling, .asked)
            for word in ["one", "two", "three"] {
                let key = try #require(answer.result?["inputRequests"]?.objectValue?.members.first?.name)
                answer = try client.stateless(
                    "tools/call", Self.retry(answer, JSONObject([.init(name: key, value: Self.accept(word))])), .asked)
            }
            #expect(answer.content == "one two three")
        }
    }

    @Test func `is asked again for what it left out, and what it said stays said`() async throws {
        try await withClient([asking(["p", "q"])]) { client, _ throws in
            let asked = try client.stateless("tools/call", Self.calling, .asked)
            let more = try client.stateless("tools/call", Self.retry(asked, ["p": Self.accept("one")]), .asked)
            #expect(more.result?["resultType"] == "input_required")
            #expect(more.result?["inputRequests"]?["p"] == nil)
            #expect(more.result?["inputRequests"]?["q"] != nil)
            let nothing = try client.stateless("tools/call", Self.retry(more, JSONObject()), .asked)
            #expect(nothing.result?["inputRequests"]?["q"] != nil)
            let odd = try client.stateless("tools/call", Self.retry(nothing, ["q": "no object", "z": [:]]), .asked)
            #expect(odd.result?["inputRequests"]?["q"] != nil)
            let done = try client.stateless("tools/call", Self.retry(odd, ["q": Self.accept("two")]), .asked)
            #expect(done.content == "one two")
        }
    }

    @Test func `tells the rest of its news on the retry's stream`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, host in
            await host.notify(.progress(["progress": 1]))
            _ = try? await host.ask([question("q")])
            await host.notify(.progress(["progress": 2]))
            return .result(text("done"))
        }
        try await withClient([upstream]) { client, _ throws in
            var sender = TestClient.Sender.asked
            sender.progressToken = 1
            let asked = try client.stateless("tools/call", Self.calling, sender)
            #expect(asked.isEventStream)
            #expect(asked.result?["resultType"] == "input_required")
            sender.progressToken = 2
            let done = try client.stateless("tools/call", Self.retry(asked, ["q": Self.accept("x")]), sender)
            #expect(done.events.first?.json["params"]?["progressToken"] == 2)
            #expect(done.events.first?.json["params"]?["progress"] == 2)
            #expect(done.content == "done")
        }
    }

    @Test func `is for nobody else's state, arguments, tool or server`() async throws {
        try await withClient([asking(["q"])]) { client, gateway throws in
            let asked = try client.stateless("tools/call", Self.calling, .asked)
            let state = try #require(asked.result?["requestState"]?.stringValue)
            let answers: JSONObject = ["q": Self.accept("stolen")]
            var wrong: [JSONObject] = []
            for place in stride(from: 4, to: state.utf8.count, by: 7) {
                var bytes = Array(state.utf8)
                bytes[place] = bytes[place] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
                var params = Self.retry(asked, answers)
                params["requestState"] = .string(String(decoding: bytes, as: UTF8.self))
                wrong.append(params)
            }
            for text in ["pb1.", "pb1.00", "pb1." + String(repeating: "ab", count: 5_000), String(state.dropLast(2))] {
                var params = Self.retry(asked, answers)
                params["requestState"] = .string(text)
                wrong.append(params)
            }
            wrong.append(Self.retry(asked, answers, ["name": "a", "arguments": ["x": 2]]))
            wrong.append(Self.retry(asked, answers, ["name": "b", "arguments": ["x": 1]]))
            let texts = try Set(
                wrong.map { params in
                    let answer = try client.stateless("tools/call", params, .asked)
                    #expect(answer.code == -32602)
                    return answer.error?["message"]?.stringValue
                })
            #expect(texts.count == 1, "a text tells what was wrong: \(texts)")
            let elsewhere = try client.stateless(
                "tools/call", Self.retry(asked, answers), .asked, path: "/v1/mcp/other")
            #expect(elsewhere.code == -32602)
            #expect(try client.stateless("prompts/get", Self.retry(asked, answers), .asked).code == -32602)
            #expect(
                try client.stateless("tools/call", Self.retry(asked, ["q": Self.accept("mine")]), .asked).content
                    == "mine")
            #expect(eventuallyBlocking { gateway.parked == 0 })
        }
    }

    @Test func `cannot be answered with a state of another purpose`() async throws {
        try await withClient([asking(["q"])]) { client, gateway throws in
            let asked = try client.stateless("tools/call", Self.calling, .asked)
            var params = Self.retry(asked, ["q": Self.accept("x")])
            let session = try client.session()
            params["requestState"] = .string("pb1." + session.id)
            #expect(try client.stateless("tools/call", params, .asked).code == -32602)
        }
    }

    @Test func `is answered once, however many retries come at once`() async throws {
        try await withGateway([asking(["q"])]) { gateway async throws in
            let asked = try await gateway.client { try $0.stateless("tools/call", Self.calling, .asked) }
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for number in 0..<4 {
                    group.addTask {
                        try await gateway.client {
                            try $0.stateless(
                                "tools/call", Self.retry(asked, ["q": Self.accept("w\(number)")]),
                                id: .number(JSONNumber(number)),
                                .asked)
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let results = answers.filter { $0.content != nil }
            #expect(results.count == 1)
            // The answer that was taken is that of the retry that got the result.
            #expect(results.first?.content == "w\(results.first?.json["id"]?.integer ?? -1)")
            for answer in answers where answer.content == nil {
                #expect(answer.code == -32602 || answer.code == -32603)
            }
        }
    }

    @Test func `is over when nobody comes back in time`() async throws {
        try await withClient([asking(["q"])], { $0.limits.parkTime = .milliseconds(5) }) { client, gateway throws in
            let asked = try client.stateless("tools/call", Self.calling, .asked)
            #expect(asked.result?["resultType"] == "input_required")
            #expect(eventuallyBlocking { gateway.parked == 0 })
            let late = try client.stateless("tools/call", Self.retry(asked, ["q": Self.accept("x")]), .asked)
            #expect(late.error != nil)
        }
    }

    /// Rulings 4.2: the upstream hears that nobody answers, and then that the call is over.
    @Test func `is cancelled when nobody comes back for it`() async throws {
        let heard = Box<ClientSilence?>(nil)
        let wasCancelled = Gate()
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, host in
            do throws(ClientSilence) {
                _ = try await host.ask([question("q")])
            } catch {
                heard.change { $0 = error }
            }
            while !Task.isCancelled { await Task.yield() }
            wasCancelled.open()
            return .result(text("late"))
        }
        try await withClient([upstream], { $0.limits.parkTime = .milliseconds(5) }) { client, gateway throws in
            _ = try client.stateless("tools/call", Self.calling, .asked)
            wasCancelled.passBlocking()
            #expect(wasCancelled.isOpen)
            #expect(heard.value == .timedOut)
            #expect(eventuallyBlocking { gateway.parked == 0 })
        }
    }

    @Test func `cannot be taken up again after its time, whatever the clock of the call`() async throws {
        try await withClient([asking(["q"])]) { client, gateway throws in
            let asked = try client.stateless("tools/call", Self.calling, .asked)
            gateway.seconds.change { $0 += 601 }
            let late = try client.stateless("tools/call", Self.retry(asked, ["q": Self.accept("x")]), .asked)
            #expect(late.code == -32602)
        }
    }

    @Test func `is never run again after a restart`() async throws {
        let sealing = TestSealing()
        let asked = Box<Answer?>(nil)
        try await withClient([asking(["q"])], { $0.sealing = sealing }) { client, _ throws in
            let answer = try client.stateless("tools/call", Self.calling, .asked)
            asked.change { $0 = answer }
        }
        let again = asking(["q"])
        try await withClient([again], { $0.sealing = sealing }) { client, _ throws in
            let answer = try client.stateless(
                "tools/call", Self.retry(try #require(asked.value), ["q": Self.accept("x")]), .asked)
            #expect(answer.code == -32603)
            #expect(answer.error?["message"]?.stringValue?.contains("interrupted") == true)
            #expect(again.requests.isEmpty)
        }
    }

    @Test func `is cancelled when the client leaves during the retry`() async throws {
        let wasCancelled = Gate()
        let goesOn = Gate()
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, host in
            _ = try? await host.ask([question("q")])
            goesOn.open()
            while !Task.isCancelled { await Task.yield() }
            wasCancelled.open()
            return .result(text("late"))
        }
        try await withClient([upstream]) { client, gateway throws in
            let asked = try client.stateless("tools/call", Self.calling, .asked)
            let retry = try client.openStateless("tools/call", Self.retry(asked, ["q": Self.accept("x")]), .asked)
            goesOn.passBlocking()
            retry.close()
            wasCancelled.passBlocking()
            #expect(wasCancelled.isOpen)
            #expect(eventuallyBlocking { gateway.parked == 0 })
        }
    }

    @Test func `is not parked once it has ended, because nothing would take it out again`() async throws {
        try await withGateway([asking(["q"])]) { gateway async throws in
            let call = GatewayCall(
                method: .toolsCall, methodName: "tools/call", params: Self.calling,
                client: ClientContext(
                    revision: .v2026_07_28, capabilities: .empty, clientInfo: nil, logLevel: nil,
                    principal: .anonymous, owner: "", canBeAsked: true, relaysInputRequired: true,
                    deadline: .max))
            let running = RunningCall(
                number: 1, upstream: "one", loop: gateway.loop,
                asking: AskingRule(
                    mayAsk: true, nanoseconds: 1, parked: OpenCount(), parkedMax: 1, parkedThere: OpenCount(),
                    parkedThereMax: 1), keptBytesMax: 100)
            let retry = StatelessRetry(state: gateway.state, runtime: gateway.runtime, server: gateway.served)
            #expect(retry.park(running, call) != nil)
            #expect(gateway.parked == 1)
            gateway.forgetParked()
            running.start({ _ in .ended(.result(text("done"))) }, ended: { _ in })
            #expect(await eventually { running.events.isFinished })
            #expect(retry.park(running, call) != nil)
            #expect(gateway.parked == 0)
        }
    }

    @Test func `leaves nothing behind when it ends at once after asking`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, host in
            let asking = Task { try? await host.ask([question("q")]) }
            await Task.yield()
            asking.cancel()
            _ = await asking.value
            return .result(text("done without"))
        }
        try await withClient([upstream]) { client, gateway throws in
            for _ in 0..<200 { _ = try client.stateless("tools/call", Self.calling, .asked) }
            #expect(eventuallyBlocking { gateway.parked == 0 })
        }
    }

    private typealias Limit = any WritableKeyPath<GatewayLimits, Int> & Sendable

    @Test(arguments: [\.parkedCalls, \.parkedCallsPerUpstream] as [Limit], [0, 1, 2])
    private func `is not asked when as many wait as may`(limit: Limit, waiting: Int) async throws {
        try await withClient([asking(["q"])], { $0.limits[keyPath: limit] = 2 }) { client, _ throws in
            let asked = try (0..<waiting).map { _ in try client.stateless("tools/call", Self.calling, .asked) }
            #expect(asked.allSatisfy { $0.result?["resultType"] == "input_required" })
            let next = try client.stateless("tools/call", Self.calling, .asked)
            guard waiting == 2 else {
                #expect(next.result?["resultType"] == "input_required")
                return
            }
            #expect(next.content == "tooManyParked")
            // Who was refused holds no place, and who is answered leaves one.
            let done = try client.stateless("tools/call", Self.retry(asked[0], ["q": Self.accept("blue")]), .asked)
            #expect(done.content == "blue")
            for type in ["input_required", "complete"] {
                let later = try client.stateless("tools/call", Self.calling, .asked)
                #expect(later.result?["resultType"]?.stringValue == type)
            }
        }
    }

    @Test func `leaves room for calls at other upstreams, as long as there is any`() async throws {
        let other = ScriptedUpstream("two", tools: ["b"]) { _, host in
            _ = try? await host.ask([question("q")])
            return .result(text("done"))
        }
        let change: (inout GatewayUnderTest.Options) -> Void = {
            $0.limits.parkedCallsPerUpstream = 1
            $0.limits.parkedCalls = 2
        }
        try await withClient([asking(["q"]), other], change) { client, _ throws in
            let types = try ["a", "a", "a", "b", "b"].map { name in
                try client.stateless("tools/call", ["name": .string(name)], .asked).result?["resultType"]?.stringValue
            }
            #expect(types == ["input_required", "complete", "complete", "input_required", "complete"])
        }
    }
}
