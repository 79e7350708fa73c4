import HTTPMessages
import HTTPTransport
import Reactor
import Testing

@Suite struct `A client that takes its time` {
    private static let chunked = "POST / HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n"

    @Test func `with the head is told so and dropped`() async throws {
        try await withServer({ $0.headTime = .milliseconds(100) }, handler: echo) { test in
            try await test.client { client throws in
                try client.send("GET / HTTP/1.1\r\nho")
                let answer = try client.readAnswer()
                #expect(answer.status == 408)
                #expect(answer.field("connection") == "close")
                #expect(try client.readEnd() == .closed)
            }
            #expect(test.record.events == [.slowHead])
        }
    }

    @Test func `with the head is dropped however steadily it drips`() async throws {
        try await withServer({ $0.headTime = .milliseconds(200) }, handler: echo) { test in
            try await test.client { client throws in
                try client.send("GET / HTTP/1.1\r\n")
                while !client.hasInput {
                    try client.send("a: b\r\n")
                    for _ in 0..<10 { takeAMoment() }
                }
                #expect(try client.readAnswer().status == 408)
            }
        }
    }

    @Test func `with the second head is dropped too`() async throws {
        try await withServer(
            {
                $0.headTime = .milliseconds(100)
                $0.idleTime = .seconds(60)
            }, handler: echo
        ) { test in
            try await test.client { client throws in
                #expect(try client.exchange(get("/")).status == 200)
                try client.send("GET")
                #expect(try client.readAnswer().status == 408)
                #expect(try client.readEnd() == .closed)
            }
            try await test.client { client throws in
                // In one segment with the request before it.
                try client.send(get("/") + "G")
                #expect(try client.readAnswer().status == 200)
                #expect(try client.readAnswer().status == 408)
            }
        }
    }

    @Test func `before its first byte is dropped without a word`() async throws {
        try await withServer({ $0.headTime = .milliseconds(100) }, handler: echo) { test in
            try await test.client { client throws in #expect(try client.readToEnd().isEmpty) }
            #expect(test.record.events.isEmpty)
        }
    }

    @Test func `between requests is dropped without a word`() async throws {
        try await withServer(
            {
                $0.idleTime = .milliseconds(100)
                $0.headTime = .seconds(60)
            }, handler: echo
        ) { test in
            try await test.client { client throws in
                for _ in 0..<3 { #expect(try client.exchange(get("/")).status == 200) }
                #expect(try client.readToEnd().isEmpty)
            }
            #expect(test.record.events.isEmpty)
        }
    }

    @Test(arguments: ["silence", "a slow handler"])
    func `is not dropped while it is our turn`(way: String) async throws {
        try await withServer(
            {
                $0.headTime = .seconds(1)
                $0.idleTime = .milliseconds(50)
                $0.bodyPause = .milliseconds(500)
                $0.requestTime = .seconds(60)
            },
            handler: { exchange in
                try? await exchange.loop.sleep(nanoseconds: 1_500_000_000)
                await echo(exchange)
            }
        ) { test in
            try await test.client { client throws in
                let count = way == "silence" ? 0 : 8 * 1024 * 1024
                let head = "POST / HTTP/1.1\r\nhost: test\r\ncontent-length: \(count)\r\n\r\n"
                try client.send(Array(head.utf8) + [UInt8](repeating: 0x61, count: count))
                #expect(try client.readAnswer().body.count == count)
            }
            #expect(test.record.events.isEmpty)
        }
    }

    @Test(arguments: [chunked + "5\r\nhel", post("/", "hello").dropLast(2) + ""])
    func `in the middle of the body is answered and dropped`(message: String) async throws {
        try await withServer({ $0.bodyPause = .milliseconds(100) }, handler: echo) { test in
            try await test.client { client throws in
                let answer = try client.exchange(message)
                #expect(answer.status == 408)
                #expect(answer.text == "too slow")
                #expect(try client.readEnd() == .closed)
            }
            #expect(test.record.events == [.slowBody])
        }
    }

    @Test func `in the middle of the body is answered by the transport when the handler says nothing`() async throws {
        try await withServer(
            { $0.bodyPause = .milliseconds(100) },
            handler: {
                _ = try? await $0.body(limit: 100)
            }
        ) { test in
            try await test.client { client throws in
                let answer = try client.exchange(post("/", "hello").dropLast(2) + "")
                #expect(answer.status == 408)
                #expect(answer.text.hasSuffix("send the whole request at once.\n"))
            }
            #expect(test.record.events == [.slowBody])
        }
    }

    @Test func `with the body is dropped however steadily it drips`() async throws {
        try await withServer(
            {
                $0.bodyPause = .seconds(60)
                $0.requestTime = .milliseconds(300)
            }, handler: echo
        ) { test in
            try await test.client { client throws in
                try client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 1000000\r\n\r\n")
                while !client.hasInput {
                    try client.send("drip")
                    for _ in 0..<10 { takeAMoment() }
                }
                #expect(try client.readAnswer().status == 408)
            }
        }
    }

    @Test func `but keeps sending is waited for`() async throws {
        try await withServer({ $0.bodyPause = .seconds(1) }, handler: echo) { test in
            try await test.client { client throws in
                try client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 75\r\n\r\n")
                for _ in 0..<75 {
                    try client.send("x")
                    for _ in 0..<10 { takeAMoment() }
                }
                #expect(try client.readAnswer().body.count == 75)
            }
        }
    }

    @Test func `with a body after it had to wait for the answer's reader is still dropped`() async throws {
        // A clock that is shared by what the client owes and by what it does not read loses one of the two.
        let size = 16 * 1024 * 1024
        try await withServer(
            {
                $0.bodyPause = .milliseconds(300)
                $0.writePause = .seconds(60)
            },
            handler: { exchange in
                do throws(HTTPServerError) {
                    try exchange.beginStream(status: 200, fields: HTTPFields())
                    try await exchange.write([UInt8](repeating: 0x61, count: size))
                    while try await exchange.nextBodyChunk() != nil {}
                    Issue.record("the body never ended")
                } catch {
                    #expect(error == .bodyTimedOut)
                    try? await exchange.write(Array("timed out".utf8))
                    exchange.finishStream()
                }
            }
        ) { test in
            try await test.client { client throws in
                try client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 10\r\n\r\n12345")
                #expect(try client.readAnswer().body.suffix(9) == Array("timed out".utf8))
            }
        }
    }

    @Test func `after its last answer is given up`() async throws {
        try await withServer(
            {
                $0.lingerPause = .milliseconds(100)
                $0.lingerTime = .seconds(60)
            }, handler: echo
        ) { test in
            try await test.client { client throws in
                let answer = try client.exchange(get("/", "connection: close"))
                #expect(answer.status == 200)
                // It does not close its side.
                #expect(eventuallyBlocking { test.record.counts.connections == 0 })
                #expect(try client.readEnd() == .closed)
            }
        }
    }

    @Test(arguments: [false, true])
    func `after its last answer is given up however much it sends`(byTime: Bool) async throws {
        try await withServer(
            {
                $0.lingerPause = .seconds(60)
                $0.lingerTime = byTime ? .milliseconds(200) : .seconds(60)
                $0.lingerBytesMax = byTime ? .max : 1_000_000
            }, handler: echo
        ) { test in
            try await test.client { client throws in
                #expect(try client.exchange(get("/", "connection: close")).status == 200)
                #expect(throws: RawPeerError.self) {
                    while true { try client.send([UInt8](repeating: 0x61, count: 1_000)) }
                }
            }
            #expect(await eventually { test.record.counts.connections == 0 })
        }
    }
}
