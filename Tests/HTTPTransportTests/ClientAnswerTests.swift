import HTTPMessages
import HTTPTransport
import Reactor
import Testing

@Suite struct `An upstream's answer` {
    private static let head = "HTTP/1.1 200 OK\r\n"

    /// Each connection gets one request and sends these bytes for it, then ends.
    private func outcome(
        _ method: HTTPMethod = .get, of bytes: String, within limit: Duration = .seconds(60), then reset: Bool = false
    ) async throws -> Outcome {
        let result = Box<Outcome?>(nil)
        try await withUpstream(script: { peer, _ in
            _ = try peer.readRequest()
            try peer.send(bytes)
            if reset {
                // What was sent must have been read before a reset takes it away.
                _ = eventuallyBlocking { unacknowledged(peer.descriptor) == 0 }
                for _ in 0..<10 { takeAMoment() }
                peer.reset()
            }
        }) { client, _ in
            let outcome = await client.call(request(method), within: limit)
            result.change { $0 = outcome }
        }
        return try #require(result.value)
    }

    @Test(arguments: [
        "content-length: 5\r\n\r\nwhole", "transfer-encoding: chunked\r\n\r\n2\r\nwh\r\n3;x\r\nole\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n5\r\nwhole\r\n0\r\nx-trailer: 1\r\n\r\n", "\r\nwhole",
    ])
    func `is read by length, by chunks or until the end`(rest: String) async throws {
        #expect(try await outcome(of: Self.head + rest) == .text("whole"))
    }

    @Test(arguments: [
        "content-length: 5\r\n\r\nwhole",
        "transfer-encoding: chunked\r\n\r\n2\r\nwh\r\n3;x\r\nole\r\n0\r\nt: 1\r\n\r\n",
    ])
    func `is read byte by byte, and the connection is used again`(rest: String) async throws {
        try await withUpstream(script: { peer, _ in
            while true {
                _ = try peer.readRequest()
                try peer.drip(Self.head + rest)
            }
        }) { client, upstream in
            for _ in 0..<5 { #expect(await client.call(request()) == .text("whole")) }
            #expect(upstream.connectionsEver == 1)
        }
    }

    @Test(arguments: [
        "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\ncontent-length: 10\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 103 Early\r\nlink: x\r\n\r\nHTTP/1.1 102 P\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
    ])
    func `without a body leaves the connection free`(bytes: String) async throws {
        try await withUpstream(script: { peer, _ in
            while true {
                _ = try peer.readRequest()
                try peer.send(bytes)
            }
        }) { client, upstream in
            for _ in 0..<3 {
                guard case .answer(_, let body) = await client.call(request()) else {
                    Issue.record("no answer")
                    return
                }
                #expect(body.isEmpty)
            }
            #expect(upstream.connectionsEver == 1)
        }
    }

    @Test func `to HEAD has no body whatever it announces`() async throws {
        try await withUpstream(script: { peer, _ in
            while true {
                _ = try peer.readRequest()
                try peer.send(Self.head + "content-length: 1000\r\n\r\n")
            }
        }) { client, upstream in
            for _ in 0..<3 { #expect(await client.call(request(.head)) == .text("")) }
            #expect(upstream.connectionsEver == 1)
        }
    }

    @Test func `that redirects is handed on, not followed`() async throws {
        let bytes = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 2\r\n\r\ngo"
        #expect(try await outcome(of: bytes) == .text("go", status: 302))
    }

    @Test func `with bytes behind it is taken and its connection is not`() async throws {
        try await withUpstream(script: { peer, _ in
            _ = try peer.readRequest()
            try peer.send(answer("good") + answer("smuggled"))
            _ = try peer.readEnd()
        }) { client, upstream in
            for _ in 0..<5 { #expect(await client.call(request()) == .text("good")) }
            #expect(upstream.connectionsEver == 5)
        }
    }

    @Test func `with bytes that come behind it later loses its connection before the next call`() async throws {
        try await withUpstream(script: { peer, _ in
            _ = try peer.readRequest()
            try peer.send(answer("good"))
            try peer.send("HTTP/1.1 200 OK\r\n")
            _ = try peer.readEnd()
        }) { client, upstream in
            for count in 1...3 {
                #expect(await client.call(request()) == .text("good"))
                #expect(await eventually { upstream.connectionsOpen == 0 })
                #expect(upstream.connectionsEver == count)
            }
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\nx", "garbage\r\n\r\n and more of it",
        "HTTP/1.1 200 OK\nserver: x\n\n", "HTTP/1.1 101 Switching\r\nupgrade: x\r\n\r\n",
        head + "transfer-encoding: chunked\r\n\r\nzz\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
    ])
    func `that is not HTTP is refused and its connection closed`(bytes: String) async throws {
        guard case .refused? = try await outcome(of: bytes).error else {
            Issue.record("it was not refused")
            return
        }
    }

    @Test(
        arguments: [
            "", "HTTP/1.1 200", head + "content-length: 5\r\n\r\nwho",
            head + "transfer-encoding: chunked\r\n\r\n5\r\nwho",
            head + "transfer-encoding: chunked\r\n\r\n5\r\nwhole\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
        ], [false, true])
    func `that ends or breaks in the middle is an error, never a whole one`(bytes: String, reset: Bool) async throws {
        guard case .closed(_, sent: true)? = try await outcome(of: bytes, then: reset).error else {
            Issue.record("it was taken")
            return
        }
    }

    @Test func `that lasts until the end is not ended by a reset`() async throws {
        guard case .closed(_, sent: true)? = try await outcome(of: Self.head + "\r\na part", then: true).error else {
            Issue.record("a part was taken for the whole")
            return
        }
    }

    @Test(arguments: ["", "HTTP/1.1 200 O", head + "content-length: 5\r\n\r\nwho"])
    func `that does not come in time is given up with its connection`(bytes: String) async throws {
        try await withUpstream(script: { peer, _ in
            _ = try peer.readRequest()
            try peer.send(bytes)
            _ = try peer.readEnd()
        }) { client, upstream in
            #expect(await client.call(request(), within: .milliseconds(100)) == .failure(.timedOut(sent: true)))
            #expect(await eventually { upstream.connectionsOpen == 0 })
        }
    }

    @Test func `with a head above the limit is refused`() async throws {
        let fields = String(repeating: "x: \(String(repeating: "y", count: 1_000))\r\n", count: 40)
        let error = try await outcome(of: Self.head + fields + "\r\n").error
        #expect(error == .refused(HTTPRefusal(.headTooLarge, side: .response)))
    }

    @Test(arguments: ["content-length: 67108864\r\n\r\n", "transfer-encoding: chunked\r\n\r\n", "\r\n"])
    func `of 64 MiB streams with bounded memory`(framing: String) async throws {
        let size = 64 * 1024 * 1024
        let sent = Box(0)
        let isChunked = framing.contains("chunked")
        try await withUpstream(script: { peer, _ in
            _ = try peer.readRequest()
            try peer.send(Self.head + framing)
            let piece = [UInt8](repeating: 0x61, count: 64 * 1024)
            for _ in 0..<(size / piece.count) {
                try peer.send(isChunked ? Array("10000\r\n".utf8) + piece + [13, 10] : piece)
                sent.add(piece.count)
            }
            if isChunked { try peer.send("0\r\n\r\n") }
        }) { client, _ in
            let read = await client.run { client in
                var count = 0
                guard let response = try? await client.send(request()), case .stream(let stream) = response.body else {
                    return -1
                }
                // Nobody reads now: the upstream stops when the buffers are full.
                var last = -1
                while last != sent.value {
                    last = sent.value
                    try? await client.loop.sleep(nanoseconds: 100_000_000)
                }
                #expect(last < 24 * 1024 * 1024)
                while let piece = try? await stream.next() {
                    #expect(piece.count < 1024 * 1024)
                    count += piece.count
                }
                return count
            }
            #expect(read == size)
        }
    }

    @Test func `of events is delivered as it comes`() async throws {
        let gate = Box(0)
        try await withUpstream(script: { peer, _ in
            while true {
                _ = try peer.readRequest()
                try peer.send(Self.head + "content-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
                for number in 0..<10 {
                    _ = eventuallyBlocking { gate.value >= number }
                    try peer.send("8\r\ndata: \(number)\n\r\n")
                }
                try peer.send("0\r\n\r\n")
            }
        }) { client, upstream in
            for _ in 0..<2 {
                gate.change { $0 = -1 }
                await client.run { client in
                    guard let response = try? await client.send(request()), case .stream(let stream) = response.body
                    else {
                        Issue.record("no stream though the head is there")
                        return
                    }
                    for number in 0..<10 {
                        gate.add()
                        #expect((try? await stream.next()) == Array("data: \(number)\n".utf8))
                    }
                    do { #expect(try await stream.next() == nil) } catch { Issue.record("\(error)") }
                }
            }
            #expect(upstream.connectionsEver == 1)
        }
    }

    @Test func `of events says when it is quiet`() async throws {
        let gate = Gate()
        try await withUpstream(script: { peer, _ in
            _ = try peer.readRequest()
            try peer.send(Self.head + "content-type: text/event-stream\r\n\r\n")
            gate.passBlocking()
            try peer.send("data: x\n\n")
        }) { client, upstream in
            await client.run { client in
                guard let response = try? await client.send(request()), case .stream(let stream) = response.body else {
                    return
                }
                do {
                    for _ in 0..<3 { #expect(try await stream.next(idleAfter: 10_000_000) == .idle) }
                    gate.open()
                    #expect(try await stream.next(idleAfter: 60_000_000_000) == .bytes(Array("data: x\n\n".utf8)))
                    #expect(try await stream.next(idleAfter: 60_000_000_000) == .end)
                } catch { Issue.record("\(error)") }
            }
        }
    }

    @Test(arguments: ["the task", "the stream", "the deadline"])
    func `that nobody wants any more closes the upstream's connection`(way: String) async throws {
        try await withUpstream(script: { peer, _ in
            _ = try peer.readRequest()
            try peer.send(Self.head + "content-type: text/event-stream\r\n\r\ndata: 1\n\n")
            _ = try peer.readEnd()
        }) { client, upstream in
            let waiting = Gate()
            let task = client.loop.runTask { () -> HTTPClientError? in
                do throws(HTTPClientError) {
                    let limit = way == "the deadline" ? Duration.milliseconds(100) : .seconds(60)
                    let response = try await client.send(request(), within: limit)
                    guard case .stream(let stream) = response.body else { return nil }
                    while let _ = try await stream.next() {
                        waiting.open()
                        if way == "the stream" { stream.cancel() }
                    }
                    return nil
                } catch { return error }
            }
            await waiting.pass()
            if way == "the task" { task.cancel() }
            #expect(await task.value == (way == "the deadline" ? .timedOut(sent: true) : .cancelled))
            #expect(await eventually { upstream.connectionsOpen == 0 })
        }
    }

    @Test func `that a cancelled task waits for closes the upstream's connection`() async throws {
        try await withUpstream(script: { peer, _ in
            _ = try peer.readRequest()
            _ = try peer.readEnd()
        }) { client, upstream in
            let task = client.loop.runTask { await client.fetch(request()) }
            #expect(await eventually { upstream.connectionsEver == 1 })
            task.cancel()
            #expect(await task.value == .failure(.cancelled))
            #expect(await eventually { upstream.connectionsOpen == 0 })
        }
    }

    @Test func `may come before the request is sent, and is taken`() async throws {
        try await withUpstream(script: { peer, _ in
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\nconnection: close\r\n\r\nbig")
            // The rest of the request is never read.
            for _ in 0..<50 { takeAMoment() }
        }) { client, upstream in
            let body = [UInt8](repeating: 0x61, count: 32 * 1024 * 1024)
            for _ in 0..<3 { #expect(await client.call(request(.post, "/", body: body)) == .text("big", status: 413)) }
            #expect(upstream.connectionsEver == 3)
        }
    }
}
