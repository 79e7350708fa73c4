import HTTPMessages
import HTTPTransport
import Reactor
import Testing

@Suite struct `A server that shuts down` {
    @Test func `lets calls in flight end, and closes what is idle at once`() async throws {
        let gate = Gate()
        let left = Box<[String]>([])
        try await withServer(
            loops: 2,
            handler: { exchange in
                if exchange.head.pathEquals("/slow") { await gate.pass() }
                await target(exchange)
            }
        ) { test in
            let server = test.server
            try await withThrowingTaskGroup { group in
                for number in 0..<20 {
                    group.addTask {
                        try await test.client { client throws in
                            #expect(try client.exchange(get("/first")).text == "/first")
                            if number % 2 == 0 {
                                #expect(try client.readToEnd().isEmpty)
                                left.change { $0.append("idle") }
                            } else {
                                #expect(try client.exchange(get("/slow")).text == "/slow")
                                #expect(try client.readEnd() == .closed)
                                left.change { $0.append("busy") }
                            }
                        }
                    }
                }
                #expect(await eventually { test.record.counts.exchangesEver == 30 })
                group.addTask { await server.shutDown(grace: .seconds(60)) }
                #expect(await eventually { left.value.count { $0 == "idle" } == 10 })
                #expect(test.record.counts.exchanges == 10)
                #expect(throws: RawPeerError.self) { _ = try RawPeer(port: test.port) }
                gate.open()
                try await group.waitForAll()
            }
            #expect(left.value.count { $0 == "busy" } == 10)
        }
    }

    @Test func `ends a pause at once, but not one of an answer that is on its way`() async throws {
        let pausing = Box(0)
        try await withServer(
            loops: 1,
            handler: { exchange in
                pausing.change { $0 += 1 }
                let isWorking = exchange.head.pathEquals("/working")
                let wentOn = await exchange.pause(
                    nanoseconds: isWorking ? 300_000_000 : 3_600_000_000_000, isWorking: isWorking)
                exchange.respond(status: 200, fields: HTTPFields(), body: Array("\(wentOn)".utf8))
            }
        ) { test in
            async let quiet = test.client { client throws in try client.exchange(get("/quiet")).text }
            #expect(await eventually { pausing.value == 1 })
            async let working = test.client { client throws in try client.exchange(get("/working")).text }
            #expect(await eventually { pausing.value == 2 })
            await test.server.shutDown(grace: .seconds(60))
            let answers = try await [quiet, working]
            #expect(answers == ["false", "true"])
        }
    }

    @Test func `says so in the answers that it still gives`() async throws {
        let gate = Gate()
        try await withServer(handler: { exchange in
            await gate.pass()
            await target(exchange)
        }) { test in
            async let answer = test.client { client throws in
                let answer = try client.exchange(get("/"))
                #expect(try client.readEnd() == .closed)
                return answer.field("connection")
            }
            #expect(await eventually { test.record.counts.exchanges == 1 })
            async let down: Void = test.server.shutDown(grace: .seconds(60))
            #expect(await eventually { (try? RawPeer(port: test.port)) == nil })
            gate.open()
            let answerSeen = try await answer
            #expect(answerSeen == "close")
            await down
        }
    }

    @Test func `ends quiet streams as whole ones`() async throws {
        try await withServer(handler: { exchange in
            try? exchange.beginStream(status: 200, fields: HTTPFields())
            await exchange.untilClientGone()
            exchange.finishStream()
        }) { test in
            async let body = test.client { client throws in try client.exchange(get("/")).body.count }
            #expect(await eventually { test.record.counts.statuses == [200] })
            await test.server.shutDown(grace: .seconds(60))
            let bodySeen = try await body
            #expect(bodySeen == 0)
        }
    }

    @Test(arguments: ["HTTP/1.1", "HTTP/1.0"])
    func `cuts off what has not ended in time`(version: String) async throws {
        let cancelled = Box(false)
        try await withServer(handler: { exchange in
            try? exchange.beginStream(status: 200, fields: HTTPFields())
            try? await exchange.write(Array("part".utf8))
            do { try await exchange.loop.sleep(nanoseconds: 60_000_000_000) } catch { cancelled.change { $0 = true } }
        }) { test in
            async let end = test.client { client throws in
                try client.send("GET / \(version)\r\nhost: test\r\n\r\n")
                _ = try client.readHead()
                _ = try client.read(4)
                return try client.readEnd()
            }
            #expect(await eventually { test.record.counts.statuses == [200] })
            await test.server.shutDown(grace: .milliseconds(100))
            #expect(cancelled.value)
            let endSeen = try await end
            #expect(endSeen == .reset)
        }
    }

    @Test func `finishes a whole answer that its client reads slowly`() async throws {
        let size = 16 * 1024 * 1024
        try await withServer(handler: { exchange in
            exchange.respond(status: 200, body: [UInt8](repeating: 0x61, count: size))
        }) { test in
            let gate = Gate()
            async let count = test.client { client throws in
                try client.send(get("/"))
                gate.passBlocking()
                let answer = try client.readAnswer()
                #expect(try client.readEnd() == .closed)
                return answer.body.count
            }
            #expect(await eventually { test.record.counts.statuses == [200] && test.record.counts.exchanges == 0 })
            async let down: Void = test.server.shutDown(grace: .seconds(60))
            #expect(await eventually { (try? RawPeer(port: test.port)) == nil })
            gate.open()
            let countSeen = try await count
            #expect(countSeen == size)
            await down
        }
    }

    @Test func `with nobody there is down at once, and twice`() async throws {
        try await withServer(loops: 2, handler: echo) { test in
            await test.server.shutDown(grace: .seconds(60))
            await test.server.shutDown(grace: .seconds(60))
        }
    }
}
