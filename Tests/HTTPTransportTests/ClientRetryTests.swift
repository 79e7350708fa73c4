import Glibc
import HTTPMessages
import HTTPTransport
import Reactor
import Testing

@Suite struct `A connection that the upstream closed between two calls` {
    @Test func `is no error that anybody sees`() async throws {
        try await withUpstream(script: { peer, _ in
            _ = try peer.readRequest()
            try peer.send(answer("ok"))
            // Closed without a word, though the answer said nothing of it.
        }) { client, upstream in
            // The loop is kept busy until the upstream has closed, so that it cannot know before it sends.
            await client.run { client in
                for _ in 0..<300 {
                    #expect(await client.fetch(request(.post, "/", body: [1])) == .text("ok"))
                    _ = eventuallyBlocking { upstream.connectionsOpen == 0 }
                }
            }
        }
    }

    @Test func `in the same moment as its answer came is not kept`() async throws {
        let gate = Gate()
        let asked = Box(0)
        try await withUpstream(script: { peer, _ in
            _ = try peer.readRequest()
            asked.add()
            gate.passBlocking()
            try peer.send(answer("ok"))
        }) { client, upstream in
            let call = client.loop.runTask { await client.fetch(request(.post, "/", body: [1])) }
            #expect(await eventually { asked.value == 1 })
            await client.run { _ in
                // The loop is busy until answer and end are both here, and hears of them in one event.
                gate.open()
                _ = eventuallyBlocking { upstream.connectionsOpen == 0 }
            }
            #expect(await call.value == .text("ok"))
            // The pool would find out with its next call; until then a dead connection would hold a descriptor.
            #expect(openSockets(port: upstream.port, listening: false) == 0)
        }
    }

    @Test func `right after its answer teaches the pool to keep none for a while`() async throws {
        try await withUpstream(script: { peer, _ in
            _ = try peer.readRequest()
            try peer.send(answer("ok"))
        }) { client, upstream in
            let lost = Box(0)
            for _ in 0..<300 {
                if await client.call(request(.post, "/", body: [1])) != .text("ok") { lost.add() }
            }
            // A request may meet the end of its connection before the pool has seen one; hardly any does afterwards.
            #expect(lost.value <= 3)
            #expect(upstream.connectionsEver >= 299)
        }
    }

    @Test func `just when a safe request came is no error either`() async throws {
        try await withUpstream(script: { peer, _ in
            _ = try peer.readRequest()
            try peer.send(answer("ok"))
            try peer.waitForInput()
            peer.reset()
        }) { client, upstream in
            for count in 1...20 {
                #expect(await client.call(request()) == .text("ok"))
                #expect(upstream.connectionsEver == count)
            }
        }
    }

    @Test func `at random moments surfaces only when the upstream may have the request`() async throws {
        let calls = 5_000
        let executed = Box<[Int]>(Array(repeating: 0, count: calls))
        try await withUpstream(script: { peer, number in
            var generator = SystemRandomNumberGenerator()
            let lifetime = Int.random(in: 1...40, using: &generator)
            for _ in 0..<lifetime {
                let asked = try peer.readRequest()
                if let index = Int(asked.text) { executed.change { $0[index] += 1 } }
                try peer.send(answer(asked.text))
            }
            usleep(UInt32.random(in: 0...300, using: &generator))
        }) { client, upstream in
            let surfaced = Box<[Int]>([])
            let next = Box(0)
            await client.run { client in
                await withTaskGroup { group in
                    for _ in 0..<8 {
                        group.addTask {
                            while case let index = next.change({
                                $0 += 1; return $0 - 1
                            }), index < calls {
                                switch await client.fetch(request(.post, "/", body: Array("\(index)".utf8))) {
                                case .answer(200, let body): #expect(body == Array("\(index)".utf8))
                                case .failure(.closed(_, sent: true)): surfaced.change { $0.append(index) }
                                case let other: Issue.record("\(other)")
                                }
                            }
                        }
                    }
                }
            }
            #expect(executed.value.allSatisfy { $0 <= 1 }, "a request ran twice")
            // These may have been in the upstream's kernel when it closed: nobody can know whether they were read.
            #expect(surfaced.value.count < calls / 10)
            #expect(upstream.connectionsEver > 50)
        }
    }

    @Test func `is not used again when it is known`() async throws {
        try await withUpstream(script: { peer, _ in
            _ = try peer.readRequest()
            try peer.send("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok")
            _ = try peer.readEnd()
        }) { client, upstream in
            for _ in 0..<3 { #expect(await client.call(request()) == .text("ok")) }
            #expect(upstream.connectionsEver == 3)
        }
    }

    @Test func `after a reproach for silence is no answer to the next call`() async throws {
        // The upstream says 408 to an idle connection, as some do; whatever is read first, the call gets its own answer.
        try await withUpstream(script: { peer, number in
            _ = try peer.readRequest()
            try peer.send(answer("ok"))
            usleep(UInt32(number % 20) * 20)
            try peer.send("HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        }) { client, _ in
            var reproached = 0
            for _ in 0..<300 {
                switch await client.call(request(.post, "/", body: [1])) {
                case .answer(200, let body): #expect(body == Array("ok".utf8))
                case .answer(408, _), .failure(.closed(_, sent: true)): reproached += 1
                case let other: Issue.record("\(other)")
                }
            }
            // When the kernel took the request before the upstream's end, what came is handed on.
            #expect(reproached < 250)
        }
    }
}

@Suite struct `A request that the upstream may have` {
    @Test func `is not sent a second time when the upstream read it and closed`() async throws {
        let reads = Box(0)
        try await withUpstream(script: { peer, _ in
            _ = try peer.readRequest()
            try peer.send(answer("first"))
            let second = try peer.readRequest()
            #expect(second.text == "once")
            reads.add()
        }) { client, _ in
            for count in 1...20 {
                #expect(await client.call(request(.post, "/", body: Array("warm".utf8))) == .text("first"))
                let outcome = await client.call(request(.post, "/", body: Array("once".utf8)))
                guard case .closed(_, sent: true)? = outcome.error else {
                    Issue.record("\(outcome)")
                    return
                }
                #expect(reads.value == count)
            }
        }
    }

    @Test func `is not sent a second time when it was reset unread`() async throws {
        // The kernel took it, and that is as good as read.
        let connections = Box(0)
        try await withUpstream(script: { peer, _ in
            connections.add()
            _ = try peer.readRequest()
            try peer.send(answer("first"))
            try peer.waitForInput()
            peer.reset()
        }) { client, _ in
            #expect(await client.call(request(.post, "/", body: [1])) == .text("first"))
            guard case .closed(_, sent: true)? = await client.call(request(.post, "/", body: [2])).error else {
                Issue.record("it was sent again, or said to be unsent")
                return
            }
            #expect(connections.value == 1)
        }
    }

    @Test func `is not sent again over a fresh connection that fails`() async throws {
        try await withUpstream(script: { peer, _ in _ = try peer.readRequest() }) { client, upstream in
            guard case .closed(_, sent: true)? = await client.call(request()).error else {
                Issue.record("no error")
                return
            }
            #expect(upstream.connectionsEver == 1)
        }
    }
}

@Suite struct `An upstream that cannot be reached` {
    @Test func `because nobody listens is an error at once`() async throws {
        let upstream = try RawUpstream { _, _ in }
        upstream.stop()
        try await withClient(port: upstream.port) { client in
            let error = await client.call(request()).error
            #expect(error?.isProvenUnsent == true)
            guard case .connect(let reason)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason.contains("refused"))
        }
    }

    @Test func `because it takes no connections is an error in time`() async throws {
        // A listener whose queue is full drops the first packet of every connection.
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(listener) }
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(bind(listener, $0, length) == 0 && getsockname(listener, $0, &length) == 0)
            }
        }
        precondition(listen(listener, 0) == 0)
        let port = UInt16(bigEndian: address.sin_port)
        var fillers: [Int32] = []
        for _ in 0..<4 {
            let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
            var address = loopback(port: port)
            _ = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(filler, $0, length) }
            }
            fillers.append(filler)
        }
        let open = fillers
        try await withClient(port: port, { $0.connectTime = .milliseconds(200) }) { client in
            #expect(await client.call(request()) == .failure(.connect("no answer in time")))
            let task = client.loop.runTask { await client.fetch(request()) }
            task.cancel()
            #expect(await task.value == .failure(.cancelled))
            #expect(await client.call(request(), within: .milliseconds(50)).error?.isProvenUnsent == true)
            for filler in open { close(filler) }
        }
    }

    @Test func `because its name is unknown is an error that names it`() async throws {
        try await withClient(host: "no-such-host.invalid", port: 1) { client in
            guard case .resolution(let error)? = await client.call(request()).error else {
                Issue.record("an unknown name was resolved")
                return
            }
            #expect(error.reason.contains("no-such-host.invalid"))
        }
    }

    @Test func `at one address is reached at the next`() async throws {
        // Nobody listens at the first; the place that was taken for it serves the second.
        try await withUpstream(script: echoes) { _, upstream in
            let addresses = try ["127.0.0.2", "::1", "127.0.0.1"].map {
                try SocketAddress(literal: $0, port: upstream.port)
            }
            try await withClient(
                host: "two.example", port: upstream.port, addresses: addresses, { $0.connectionsMax = 1 }
            ) { client in
                for number in 0..<3 { #expect(await client.call(request(.get, "/\(number)")) == .text("/\(number)")) }
                #expect(upstream.connectionsEver == 1)
            }
            try await withClient(host: "two.example", port: upstream.port, addresses: Array(addresses.prefix(1))) {
                guard case .connect? = await $0.call(request()).error else {
                    Issue.record("nobody was reached")
                    return
                }
            }
        }
    }

    @Test func `costs as many places as it holds, and none afterwards`() async throws {
        let upstream = try RawUpstream { _, _ in }
        upstream.stop()
        try await withClient(port: upstream.port, { $0.connectionsMax = 2 }) { client in
            for _ in 0..<50 {
                guard case .connect? = await client.call(request()).error else {
                    Issue.record("the pool ran out of places")
                    return
                }
            }
        }
    }
}
