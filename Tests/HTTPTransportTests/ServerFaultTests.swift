import Glibc
import HTTPMessages
import HTTPTransport
import Reactor
import Testing

@Suite struct `A hostile or broken client` {
    @Test func `with 100,000 fields is refused and the others notice nothing`() async throws {
        try await withServer(handler: target) { test in
            try await test.client { client throws in
                let other = try RawPeer(port: test.port)
                let fields = String(repeating: "x: y\r\n", count: 100_000)
                startTestThread { try? client.send("GET / HTTP/1.1\r\nhost: test\r\n" + fields + "\r\n") }
                let answer = try client.readAnswer()
                #expect(answer.status == 431)
                #expect(answer.field("connection") == "close")
                #expect(try client.readEnd() == .closed)
                #expect(try other.exchange(get("/other")).text == "/other")
            }
            #expect(test.record.events == [.refused(HTTPRefusal(.tooManyFields))])
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nhost: te\0st\r\n\r\n", "GET /\0 HTTP/1.1\r\nhost: test\r\n\r\n", "\0\0\0\0",
        "GET / HTTP/1.1\nhost: test\n\n", "GET / HTTP/2.0\r\n\r\n", "CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
        "\u{16}\u{3}\u{1}hello\r\n",
    ])
    func `with a head that breaks the rules gets one answer and nothing more`(message: String) async throws {
        try await withServer(handler: { _ in Issue.record("a refused request reached its handler") }) { test in
            try await test.client { client throws in
                try client.send(message + get("/next"))
                let answer = try client.readAnswer()
                #expect((400..<600).contains(answer.status))
                #expect(answer.text.hasSuffix(".\n"))
                #expect(try client.readEnd() == .closed)
            }
            #expect(test.record.events.count == 1)
        }
    }

    @Test func `that breaks the rules after a good request gets both answers`() async throws {
        try await withServer(handler: target) { test in
            try await test.client { client throws in
                try client.send(get("/good") + "garbage\r\n\r\n" + get("/never"))
                #expect(try client.readAnswer().text == "/good")
                #expect(try client.readAnswer().status == 400)
                #expect(try client.readToEnd().isEmpty)
            }
        }
    }

    @Test(arguments: ["reset", "close", "half"])
    func `that leaves before its answer cancels the handler`(way: String) async throws {
        let cancelled = Box(0)
        try await withServer(handler: { exchange in
            do { try await exchange.loop.sleep(nanoseconds: 60_000_000_000) } catch { cancelled.add() }
            #expect(!exchange.respond(status: 200))
            var failure: HTTPServerError?
            do throws(HTTPServerError) { _ = try await exchange.body(limit: 1) } catch { failure = error }
            #expect(failure == .clientGone)
        }) { test in
            try await test.client { client throws in
                try client.send(get("/"))
                #expect(eventuallyBlocking { test.record.counts.exchanges == 1 })
                switch way {
                case "reset": client.reset()
                case "close": client.close()
                default:
                    client.endSending()
                    #expect(try client.readToEnd().isEmpty)
                }
            }
            #expect(await eventually { cancelled.value == 1 && test.record.counts.connections == 0 })
            #expect(test.record.events == [.clientLeft])
        }
    }

    @Test func `that resets in the middle of an answer leaves nothing behind`() async throws {
        try await withServer(handler: { exchange in
            exchange.respond(status: 200, body: [UInt8](repeating: 0x61, count: 16 * 1024 * 1024))
        }) { test in
            try await onThreads(8) { [port = test.port] _ in
                for _ in 0..<5 {
                    let client = try RawPeer(port: port)
                    try client.send(get("/"))
                    _ = try client.read(1_000)
                    client.reset()
                }
            }
            #expect(await eventually { test.record.counts.connections == 0 })
            #expect(await eventually { openSockets(port: test.port, listening: false) == 0 })
        }
    }

    @Test func `that leaves while its handler takes the first step still cancels it`() async throws {
        let cancelled = Box(0)
        try await withServer(handler: { exchange in
            // The client has reset the connection before this runs, so that writing finds out.
            while (try? await exchange.write([1])) != nil {}
            usleep(20_000)
            try? exchange.beginStream(status: 200, fields: HTTPFields())
            for _ in 0..<100 where !Task.isCancelled {
                try? await exchange.write(Array("x".utf8))
                usleep(1_000)
            }
            do { try await exchange.loop.sleep(nanoseconds: 60_000_000_000) } catch { cancelled.add() }
        }) { test in
            try await test.client { client throws in
                try client.send(get("/"))
                client.reset()
            }
            #expect(await eventually { test.record.counts.connections == 0 && test.record.counts.exchanges == 0 })
            #expect(test.record.counts.exchangesEver == cancelled.value)
        }
    }

    @Test func `that pipelines and reads nothing is held back`() async throws {
        try await withServer(
            {
                $0.outboundBytesMax = 64 * 1024
                $0.writePause = .seconds(60)
            },
            handler: { exchange in
                exchange.respond(status: 200, body: [UInt8](repeating: 0x61, count: 100_000))
            }
        ) { test in
            try await test.client { client throws in
                let requests = Array((0..<100_000).map { _ in get("/") }.joined().utf8)
                var sent = 0
                var quiet = 0
                while quiet < 50 && sent < requests.count {
                    let count = client.sendWithoutWaiting(Array(requests[sent..<min(requests.count, sent + 65_536)]))
                    sent += count
                    quiet = count == 0 ? quiet + 1 : 0
                    if count == 0 { takeAMoment() }
                }
                // What the kernel holds for a client that reads nothing, and the little of ours: a few megabytes.
                #expect(test.record.counts.exchangesEver < 300)
                for _ in 0..<400 { #expect(try client.readAnswer().body.count == 100_000) }
            }
        }
    }

    @Test func `that never stops pipelining leaves others their turn`() async throws {
        try await withServer(handler: target) { test in
            let running = Box(2)
            try await test.client { (flood: RawPeer) throws in
                startTestThread {
                    let requests = Array((0..<1_000).map { get("/\($0)") }.joined().utf8)
                    while (try? flood.send(requests)) != nil {}
                    running.add(-1)
                }
                startTestThread {
                    while (try? flood.read(1_000)) != nil {}
                    running.add(-1)
                }
                let other = try RawPeer(port: test.port)
                for _ in 0..<50 { #expect(try other.exchange(get("/other")).text == "/other") }
                shutdown(flood.descriptor, Int32(SHUT_RDWR))
                #expect(eventuallyBlocking { running.value == 0 })
            }
        }
    }

    @Test func `among many, all sorts at once, does not disturb the good ones`() async throws {
        try await withServer(
            loops: 2,
            {
                $0.headTime = .milliseconds(200)
                $0.bodyPause = .milliseconds(200)
            }, handler: echo
        ) { test in
            try await onThreads(24) { [port = test.port] number in
                for round in 0..<10 {
                    let client = try RawPeer(port: port)
                    defer { client.close() }
                    switch number % 8 {
                    case 0: try client.send("garbage \(round)")
                    case 1: try client.send(post("/", "half").dropLast(2) + "")
                    case 2:
                        try client.send(post("/", "whole"))
                        client.reset()
                    case 3: client.endSending()
                    case 4:
                        try client.send("GET / HT")
                        _ = try? client.readEnd()
                    default: #expect(try client.exchange(post("/", "\(number) \(round)")).text == "\(number) \(round)")
                    }
                }
            }
            #expect(await eventually { test.record.counts.connections == 0 })
        }
    }
}
