import GatewayModel
import JSONCoding
import MCPWire
import Testing
import UpstreamClients

@testable import Gateway

@Suite struct `A call whose client lost its connection` {
    private static let calling: JSONObject = ["name": "a", "arguments": [:], "_meta": ["progressToken": "p"]]

    private struct Steps: Sendable {
        let gates = (0..<3).map { _ in Gate() }
    }

    /// An upstream that tells of a step whenever the test lets it.
    private func stepping(_ steps: Steps) -> ScriptedUpstream {
        ScriptedUpstream("one", tools: ["a"]) { _, host in
            for (number, gate) in steps.gates.enumerated() {
                await gate.pass()
                await host.notify(.progress(["progress": .number(JSONNumber(number))]))
            }
            return .result(text(Task.isCancelled ? "cancelled" : "done"))
        }
    }

    @Test func `goes on, and the client that comes back hears the rest`() async throws {
        let steps = Steps()
        try await withClient([stepping(steps)]) { client, _ throws in
            let session = try client.session("2025-11-25")
            let open = try session.open("tools/call", Self.calling, id: "call")
            steps.gates[0].open()
            let first = try #require(try open.message())
            #expect(first.json["params"]?["progress"] == 0)
            let place = try #require(first.id)
            open.close()
            steps.gates[1].open()
            steps.gates[2].open()
            let rest = try session.stream(after: place)
            #expect(try rest.message()?.json["params"]?["progress"] == 1)
            #expect(try rest.message()?.json["params"]?["progress"] == 2)
            let done = try #require(try rest.message())
            #expect(done.json["id"] == "call")
            #expect(done.result?["content"]?.arrayValue?.first?["text"] == "done")
            #expect(try rest.message() == nil)
            let again = try session.stream(after: place)
            #expect(try again.message()?.json["params"]?["progress"] == 1)
            again.close()
        }
    }

    @Test func `goes on from the priming event too`() async throws {
        let steps = Steps()
        try await withClient([stepping(steps)]) { client, _ throws in
            let session = try client.session("2025-11-25")
            let open = try session.open("tools/call", Self.calling, id: "call")
            let priming = try #require(try open.event())
            #expect(priming.data == "")
            #expect(priming.retry != nil)
            let place = try #require(priming.id)
            open.close()
            for gate in steps.gates { gate.open() }
            let rest = try session.stream(after: place)
            for number in 0..<3 { #expect(try rest.message()?.json["params"]?["progress"]?.integer == number) }
            #expect(try rest.message()?.result != nil)
        }
    }

    @Test(arguments: [("2025-11-25", true), ("2025-06-18", false), ("2025-03-26", false)])
    func `has a priming event from 2025-11-25 on alone`(revision: String, hasOne: Bool) async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, host in
            await host.notify(.progress(["progress": 0]))
            return .result(text("done"))
        }
        try await withClient([upstream]) { client, _ throws in
            let answer = try client.session(revision).request("tools/call", Self.calling)
            #expect(answer.isEventStream)
            #expect((answer.events.first?.data == "") == hasOne)
            #expect(answer.events.filter { $0.data != "" }.map(\.method) == ["notifications/progress", nil])
            let ids = answer.events.compactMap(\.id)
            #expect(Set(ids).count == ids.count)
        }
    }

    @Test func `is another session's affair for anybody else`() async throws {
        let steps = Steps()
        try await withClient([stepping(steps)]) { client, _ throws in
            let session = try client.session("2025-11-25")
            let open = try session.open("tools/call", Self.calling)
            steps.gates[0].open()
            let place = try #require(try open.message()?.id)
            let other = try client.session("2025-11-25").stream(after: place)
            #expect(try other.readHead().status == 200)
            for gate in steps.gates { gate.open() }
            #expect(try open.message() != nil)
            other.close()
        }
    }

    /// What a client says it has seen may be anything.
    @Test(arguments: [
        ".1.7fffffffffffffff", ".1.ffffffffffffffff", ".0.7fffffffffffffff", ".0.ffffffffffffffff", ".ffff.1", "", "x",
    ])
    func `cannot be harmed by an event id that nobody gave`(place: String) async throws {
        let steps = Steps()
        try await withClient([stepping(steps)]) { client, gateway throws in
            let session = try client.session("2025-11-25")
            let open = try session.open("tools/call", Self.calling)
            steps.gates[0].open()
            let real = try #require(try open.message()?.id)
            let call = real.split(separator: ".", omittingEmptySubsequences: false)[1]
            let claimed = place.hasPrefix(".1.") ? ".\(call).\(place.dropFirst(3))" : place
            let stream = try session.stream(after: claimed)
            #expect(try stream.readHead().status == 200)
            stream.close()
            for gate in steps.gates { gate.open() }
            #expect(try session.request("ping").result == [:])
            // The one who takes a stream over ends the one before it; what follows is for who comes after.
            let rest = try session.stream(after: real)
            var last: Event?
            while let event = try rest.message() { last = event }
            #expect(last?.result != nil)
        }
    }

    @Test func `has its response once more when the client took it up while it was told`() async throws {
        let steps = Steps()
        try await withClient([stepping(steps)]) { client, _ throws in
            let session = try client.session("2025-11-25")
            let open = try session.open("tools/call", Self.calling)
            steps.gates[0].open()
            let place = try #require(try open.message()?.id)
            let second = try session.stream(after: place)
            #expect(try second.readHead().status == 200)
            #expect(try second.event()?.data == "")
            // The first one ends, because one stream at a time carries a message.
            #expect(try open.message() == nil)
            for gate in steps.gates { gate.open() }
            #expect(try second.message()?.json["params"]?["progress"] == 1)
            #expect(try second.message()?.json["params"]?["progress"] == 2)
            #expect(try second.message()?.result != nil)
        }
    }

    @Test func `asks again what the client did not hear`() async throws {
        let asks = Gate()
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, host in
            await host.notify(.progress(["progress": 0]))
            await asks.pass()
            let answers = try? await host.ask([question("p"), question("q")])
            return .result(
                text(
                    "\(answers?["p"]?.content?["word"]?.stringValue ?? "-") \(answers?["q"]?.content?["word"]?.stringValue ?? "-")"
                ))
        }
        try await withClient([upstream]) { client, _ throws in
            let session = try client.session("2025-11-25", ["elicitation": [:]])
            let open = try session.open("tools/call", Self.calling)
            let place = try #require(try open.message()?.id)
            open.close()
            asks.open()
            let second = try session.stream(after: place)
            let one = try #require(try second.message())
            second.close()
            let third = try session.stream(after: one.id)
            let two = try #require(try third.message())
            #expect(one.json["id"] != two.json["id"])
            for (event, word) in [(one, "first"), (two, "second")] {
                _ = try session.respond(
                    try #require(event.json["id"]), ["action": "accept", "content": ["word": .string(word)]])
            }
            #expect(try third.message()?.result?["content"]?.arrayValue?.first?["text"] == "first second")
        }
    }

    @Test func `of a client without session goes on too`() async throws {
        let goesOn = Gate()
        let ended = Box<Bool?>(nil)
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, _ in
            await goesOn.pass()
            ended.change { $0 = Task.isCancelled }
            return .result(text("done"))
        }
        try await withClient([upstream]) { client, gateway throws in
            let message: JSONValue = [
                "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": .object(Self.calling),
            ]
            let open = try client.open("POST", body: JSONWriter.bytes(of: message), TestClient.posting)
            #expect(eventuallyBlocking { upstream.requests.count == 1 })
            open.close()
            #expect(eventuallyBlocking { gateway.exchanges == 0 })
            goesOn.open()
            #expect(eventuallyBlocking { ended.value == false })
        }
    }

    @Test func `counts as in flight as long as it runs, not as long as its client listens`() async throws {
        let goesOn = Gate()
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, _ in
            await goesOn.pass()
            return .result(text("done"))
        }
        try await withClient([upstream], { $0.limits.callsInFlight = 2 }) { client, gateway throws in
            let session = try client.session("2025-11-25")
            for number in 0..<2 {
                let open = try session.open("tools/call", Self.calling, id: .number(JSONNumber(number)))
                #expect(eventuallyBlocking { upstream.requests.count == number + 1 })
                open.close()
                #expect(eventuallyBlocking { gateway.exchanges == 0 })
            }
            #expect(try session.request("tools/call", Self.calling, id: 9).code == -32603)
            #expect(upstream.requests.count == 2)
            goesOn.open()
            #expect(eventuallyBlocking { (try? session.request("tools/call", Self.calling, id: 10).content) == "done" })
        }
    }

    // MARK: The end of the server

    @Test(arguments: [true, false])
    func `comes to its end when the server stops`(isStateless: Bool) async throws {
        let goesOn = Gate()
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, _ in
            await goesOn.pass()
            return .result(text(Task.isCancelled ? "cancelled" : "done"))
        }
        try await withGateway([upstream]) { gateway async throws in
            async let answer = gateway.client { client in
                isStateless
                    ? try client.stateless("tools/call", Self.calling)
                    : try client.session("2025-06-18").request("tools/call", Self.calling)
            }
            #expect(await eventually { upstream.requests.count == 1 })
            async let stopped: Void = gateway.beginStop()
            // Refused connections say that the stop has begun.
            #expect(await eventually { (try? await onThread { _ = try OpenAnswer(port: gateway.port) }) == nil })
            goesOn.open()
            #expect(try await answer.content == "done")
            await stopped
        }
    }
}

@Suite struct `Finished calls` {
    private func session(_ finished: FinishedCalls) throws -> ClientSession {
        let claims = SessionClaims(
            principal: "", server: .default, revision: .v2025_11_25, capabilities: .inline(.empty), clientName: nil,
            issuedAt: 0, nonce: [UInt8](repeating: 1, count: SessionClaims.nonceBytes))
        return ClientSession(
            claims: claims, owner: "", capabilities: .empty, digest: [], kept: KeptSession(), bytesMax: 1_000,
            finished: finished)
    }

    @Test func `are kept for their time`() throws {
        let finished = FinishedCalls(bytesMax: 1_000)
        let session = try session(finished)
        finished.add(1, of: session, bytes: 10, until: 100, now: 0)
        finished.add(2, of: session, bytes: 10, until: 150, now: 50)
        #expect(finished.count == 2)
        finished.add(3, of: session, bytes: 10, until: 200, now: 100)
        #expect(finished.count == 2)
        finished.add(4, of: session, bytes: 10, until: 1_000, now: 900)
        #expect(finished.count == 1)
    }

    @Test(arguments: [(1_000, 10), (999, 9)])
    func `are kept as long as all of them have room`(bytesMax: Int, expected: Int) throws {
        let finished = FinishedCalls(bytesMax: bytesMax)
        let session = try session(finished)
        for number in 1...10 { finished.add(UInt64(number), of: session, bytes: 100, until: .max, now: 0) }
        #expect(finished.count == expected)
    }

    @Test func `that were forgotten take no room`() throws {
        let finished = FinishedCalls(bytesMax: 1_000)
        let session = try session(finished)
        finished.add(0, of: session, bytes: 100, until: .max, now: 0)
        for number in 1...100_000 {
            finished.add(UInt64(number), of: session, bytes: 900, until: .max, now: 0)
            finished.remove(UInt64(number))
        }
        #expect(finished.count == 1)
    }
}
