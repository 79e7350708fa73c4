import Glibc
import HTTPMessages
import HTTPTransport
import Reactor
import Testing

@Suite struct `A pool of connections` {
    @Test func `uses one connection for one call after another`() async throws {
        try await withUpstream(script: echoes) { client, upstream in
            for number in 0..<100 {
                let outcome = await client.call(request(.post, "/", body: Array("call \(number)".utf8)))
                #expect(outcome == .text("call \(number)"))
            }
            #expect(upstream.connectionsEver == 1)
        }
    }

    @Test func `opens as many as calls run at once, and takes the last used first`() async throws {
        let gate = Gate()
        try await withUpstream(script: { peer, number in
            while true {
                let asked = try peer.readRequest()
                if asked.firstLine.contains("/together") { gate.passBlocking() }
                try peer.send(answer("\(number)"))
            }
        }) { client, upstream in
            await withTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask {
                        if case .failure(let error) = await client.call(request(.get, "/together")) {
                            Issue.record("\(error)")
                        }
                    }
                }
                #expect(await eventually { upstream.connectionsEver == 8 })
                gate.open()
            }
            let first = await client.call(request())
            for _ in 0..<20 { #expect(await client.call(request()) == first) }
            #expect(upstream.connectionsEver == 8)
            #expect(upstream.connectionsOpen == 8)
        }
    }

    @Test func `closes what nobody used for its time`() async throws {
        try await withUpstream({ $0.idleTime = .milliseconds(50) }, script: echoes) { client, upstream in
            #expect(await client.call(request()) == .text("/"))
            #expect(await eventually { upstream.connectionsOpen == 0 })
            #expect(await client.call(request()) == .text("/"))
            #expect(upstream.connectionsEver == 2)
        }
    }

    @Test func `never opens more than it may, and serves those that wait in their order`() async throws {
        let arrived = Box<[Int: [String]]>([:])
        let most = Box(0)
        let running = Box(0)
        try await withUpstream(
            { $0.connectionsMax = 2 },
            script: { peer, connection in
                while true {
                    let asked = try peer.readRequest()
                    arrived.change { $0[connection, default: []].append(asked.text) }
                    let count = running.change {
                        $0 += 1; return $0
                    }
                    most.change { $0 = max($0, count) }
                    takeAMoment()
                    running.add(-1)
                    try peer.send(answer(asked.text))
                }
            }
        ) { client, upstream in
            await client.run { client in
                await withTaskGroup { group in
                    for number in 0..<100 {
                        group.addTask {
                            let sent = request(.post, "/", body: Array("\(number)".utf8))
                            #expect(await client.fetch(sent) == .text("\(number)"))
                        }
                    }
                }
            }
            #expect(upstream.connectionsEver == 2)
            #expect(most.value <= 2)
            // How fast either connection is served is the machine's affair; on each of them the order is that of the waiting.
            for numbers in arrived.value.values {
                let order = numbers.compactMap { Int($0) }
                #expect(order.count == numbers.count && order == order.sorted())
            }
        }
    }

    @Test func `gives a place to who waits as soon as a connection cannot be made`() async throws {
        let upstream = try RawUpstream { _, _ in }
        upstream.stop()
        try await withClient(port: upstream.port, { $0.connectionsMax = 1 }) { client in
            let failures = Box(0)
            await client.run { client in
                await withTaskGroup { group in
                    for _ in 0..<20 {
                        group.addTask {
                            if case .connect = await client.fetch(request()).error { failures.add() }
                        }
                    }
                }
            }
            #expect(failures.value == 20)
        }
    }

    @Test func `lets a second connection be made while the first carries a long call`() async throws {
        let gate = Gate()
        try await withUpstream(
            { $0.connectionsMax = 2 },
            script: { peer, number in
                while true {
                    let asked = try peer.readRequest()
                    if asked.firstLine.contains("/long") { gate.passBlocking() }
                    try peer.send(answer("done"))
                }
            }
        ) { client, upstream in
            await client.run { client in
                await withTaskGroup { group in
                    // Both ask before either connection is made.
                    group.addTask { #expect(await client.fetch(request(.get, "/long")) == .text("done")) }
                    group.addTask {
                        #expect(await client.fetch(request(.get, "/short")) == .text("done"))
                        gate.open()
                    }
                }
            }
        }
    }

    @Test func `refuses more waiters than it may have, and counts only those that still wait`() async throws {
        let gate = Gate()
        try await withUpstream(
            {
                $0.connectionsMax = 1
                $0.waitersMax = 3
            },
            script: { peer, _ in
                while true {
                    _ = try peer.readRequest()
                    gate.passBlocking()
                    try peer.send(answer("late"))
                }
            }
        ) { client, upstream in
            async let first = client.call(request())
            #expect(await eventually { upstream.connectionsEver == 1 })
            for _ in 0..<3 {
                let outcomes = await client.run { client in
                    await withTaskGroup { group in
                        for _ in 0..<4 { group.addTask { await client.fetch(request(), within: .seconds(1)) } }
                        return await group.reduce(into: []) { $0.append($1) }
                    }
                }
                #expect(outcomes.count { $0 == .failure(.poolFull) } == 1)
                #expect(outcomes.count { $0 == .failure(.timedOut(sent: false)) } == 3)
            }
            gate.open()
            #expect(await first == .text("late"))
            #expect(upstream.connectionsEver == 1)
        }
    }

    @Test func `keeps a reserve for what others wait for, and gives it to nobody else`() async throws {
        let long = Gate()
        let served = Box<[String]>([])
        try await withUpstream(
            {
                $0.connectionsMax = 2
                $0.connectionsReserved = 1
            },
            script: { peer, _ in
                while true {
                    let asked = try peer.readRequest()
                    let target = String(asked.firstLine.split(separator: " ")[1])
                    if target == "/long" { long.passBlocking() }
                    served.change { $0.append(target) }
                    try peer.send(answer(target))
                }
            }
        ) { client, upstream in
            let calls = (0..<2).map { _ in
                client.loop.runTask { await client.fetch(request(.get, "/long")) }
            }
            #expect(await eventually { upstream.connectionsEver == 2 })
            let other = client.loop.runTask { await client.fetch(request(.get, "/other")) }
            // One urgent request after the other, and then more at once than the reserve has connections.
            for number in 0..<3 {
                let target = "/urgent/\(number)"
                #expect(await client.call(request(.get, target), isUrgent: true) == .text(target))
            }
            await client.run { client in
                await withTaskGroup { group in
                    for number in 0..<20 {
                        let target = "/together/\(number)"
                        group.addTask {
                            #expect(await client.fetch(request(.get, target), isUrgent: true) == .text(target))
                        }
                    }
                }
            }
            #expect(await eventually { upstream.connectionsOpen == 2 }, "the reserve is kept open")
            #expect(!served.value.contains("/other"), "somebody else has had the reserve")
            #expect(
                await client.call(request(.get, "/other"), within: .milliseconds(50)).error == .timedOut(sent: false))
            long.open()
            for call in calls { #expect(await call.value == .text("/long")) }
            #expect(await other.value == .text("/other"))
            #expect(upstream.connectionsOpen <= 2)
        }
    }

    @Test func `serves what others wait for first, in its order and without a reserve too`() async throws {
        let long = Gate()
        let served = Box<[String]>([])
        try await withUpstream(
            {
                $0.connectionsMax = 1
                $0.connectionsReserved = 0
                $0.waitersMax = 2
            },
            script: { peer, _ in
                while true {
                    let asked = try peer.readRequest()
                    let target = String(asked.firstLine.split(separator: " ")[1])
                    if target == "/long" { long.passBlocking() }
                    served.change { $0.append(target) }
                    try peer.send(answer(target))
                }
            }
        ) { client, upstream in
            let first = client.loop.runTask { await client.fetch(request(.get, "/long")) }
            #expect(await eventually { upstream.connectionsEver == 1 })
            let later = ["/a", "/b", "/c", "/urgent/a", "/urgent/b", "/urgent/c"].map { target in
                client.loop.runTask {
                    await client.fetch(
                        request(.get, target), isUrgent: target.hasPrefix("/urgent"))
                }
            }
            // Who waits too many is refused at once, of either sort.
            #expect(await later[2].value == .failure(.poolFull))
            #expect(await later[5].value == .failure(.poolFull))
            long.open()
            for task in [first] + later { _ = await task.value }
            #expect(served.value == ["/long", "/urgent/a", "/urgent/b", "/a", "/b"])
        }
    }

    @Test func `lets a cancelled waiter go and gives its turn to the next`() async throws {
        let gate = Gate()
        try await withUpstream(
            { $0.connectionsMax = 1 },
            script: { peer, _ in
                while true {
                    let asked = try peer.readRequest()
                    if asked.firstLine.contains("/first") { gate.passBlocking() }
                    try peer.send(answer("ok"))
                }
            }
        ) { client, upstream in
            async let first = client.call(request(.get, "/first"))
            #expect(await eventually { upstream.connectionsEver == 1 })
            let waiting = client.loop.runTask { await client.fetch(request(.get, "/cancelled")) }
            let next = client.loop.runTask { await client.fetch(request(.get, "/next")) }
            waiting.cancel()
            #expect(await waiting.value == .failure(.cancelled))
            gate.open()
            #expect(await first == .text("ok"))
            #expect(await next.value == .text("ok"))
        }
    }

    @Test func `goes on when waiters are cancelled just as they get their turn`() async throws {
        try await withUpstream({ $0.connectionsMax = 1 }, script: echoes) { client, upstream in
            for _ in 0..<50 {
                await client.run { client in
                    await withTaskGroup { group in
                        for number in 0..<6 {
                            let task = client.loop.runTask { await client.fetch(request(.get, "/\(number)")) }
                            group.addTask {
                                if number % 2 == 1 { task.cancel() }
                                let outcome = await task.value
                                if number % 2 == 0 { #expect(outcome == .text("/\(number)")) }
                            }
                        }
                    }
                }
            }
            #expect(await client.call(request(.get, "/end")) == .text("/end"))
        }
    }

    @Test func `may be dropped while its connections lie unused`() async throws {
        signal(SIGPIPE, SIG_IGN)
        let gate = Gate()
        let upstream = try RawUpstream { peer, _ in
            _ = try peer.readRequest()
            try peer.send(answer("once"))
            gate.passBlocking()
        }
        defer { upstream.stop() }
        let group = try EventLoopGroup(count: 1)
        group.start()
        let lane = BlockingLane(threads: 1, queueMax: 1)
        let loop = group.loops[0]
        do {
            let origin = HTTPOrigin(
                HTTPOriginAddress(host: "127.0.0.1", port: upstream.port, usesTLS: false), group: group,
                resolver: NameResolver(lane: lane), tls: nil)
            let client = ClientUnderTest(origin: origin, loop: loop)
            #expect(await client.call(request()) == .text("once"))
        }
        // Nobody holds the origin any more; the other side ends the connection now.
        gate.open()
        #expect(await eventually { openSockets(port: upstream.port, listening: false) == 0 })
        group.stopAndJoin()
        lane.shutDown()
    }
}
