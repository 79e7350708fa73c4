import HTTPMessages
import HTTPTransport
import Testing

@Suite struct `A request's body` {
    private static let chunked = "POST / HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n"

    private static func expecting(_ count: Int) -> String {
        "POST / HTTP/1.1\r\nhost: test\r\ncontent-length: \(count)\r\nexpect: 100-continue\r\n\r\n"
    }

    @Test(arguments: [
        post("/", "hello, world"),
        chunked + "5\r\nhello\r\n7;a=b\r\n, world\r\n0\r\n\r\n",
        chunked + "C\r\nhello, world\r\n0\r\nx-check: 1\r\ny: 2\r\n\r\n",
    ])
    func `arrives whole, byte by byte too, with what follows it`(message: String) async throws {
        try await withServer(handler: echo) { test in
            try await test.client { client throws in
                #expect(try client.exchange(message).text == "hello, world")
                try client.drip(message + message)
                #expect(try client.readAnswer().text == "hello, world")
                #expect(try client.readAnswer().text == "hello, world")
                #expect(try client.exchange(get("/")).text == "")
            }
        }
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 1_000_000, 10_485_760])
    func `of any size comes as it was sent`(count: Int) async throws {
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
        try await withServer(handler: echo) { test in
            try await test.client { client throws in
                let head = "POST / HTTP/1.1\r\nhost: test\r\ncontent-length: \(count)\r\n\r\n"
                try client.send(Array(head.utf8) + body)
                #expect(try client.readAnswer().body == body)
                var chunks = Array(Self.chunked.utf8)
                for start in stride(from: 0, to: count, by: 10_000) {
                    let piece = body[start..<min(count, start + 10_000)]
                    chunks += Array((String(piece.count, radix: 16) + "\r\n").utf8) + piece + [13, 10]
                }
                try client.send(chunks + Array("0\r\n\r\n".utf8))
                #expect(try client.readAnswer().body == body)
            }
        }
    }

    @Test func `is at hand without waiting when it came with its head`() async throws {
        try await withServer(handler: { exchange in
            let body = try? exchange.bodyAtHand(limit: 100)
            exchange.respond(status: 200, body: body ?? Array("not at hand".utf8))
        }) { test in
            try await test.client { client throws in
                #expect(try client.exchange(post("/", "all of it")).text == "all of it")
                try client.send(post("/", "all of it").dropLast(1) + "")
                #expect(try client.readAnswer().text == "not at hand")
            }
        }
    }

    @Test func `is asked for by 100 Continue when the handler wants it`() async throws {
        try await withServer(handler: echo) { test in
            try await test.client { client throws in
                for _ in 0..<2 {
                    try client.send(Self.expecting(4))
                    let interim = try client.readHead()
                    #expect(interim.firstLine == "HTTP/1.1 100 Continue")
                    #expect(interim.fields.isEmpty)
                    try client.send("body")
                    let answer = try client.readHead()
                    #expect(answer.status == 200)
                    #expect(try client.read(4) == Array("body".utf8))
                }
            }
        }
    }

    @Test func `is not asked for when the answer does not need it`() async throws {
        try await withServer(handler: { $0.respond(status: 403) }) { test in
            try await test.client { client throws in
                try client.send(Self.expecting(4))
                let answer = try client.readHead()
                #expect(answer.status == 403)
                // The client may send the body or not: where the next request would begin cannot be known.
                #expect(answer.field("connection") == "close")
                #expect(try client.readEnd() == .closed)
            }
        }
    }

    @Test func `is not asked for when it came unasked`() async throws {
        try await withServer(handler: echo) { test in
            try await test.client { client throws in
                try client.send(Self.expecting(8) + "body")
                try client.send("more")
                var head = try client.readHead()
                // At the first look nothing but the head may be there; an ask is right then.
                if head.status == 100 { head = try client.readHead() }
                #expect(head.status == 200)
            }
        }
    }

    @Test(arguments: [false, true], [0, 1])
    func `passes at the limit and is refused above it`(isChunked: Bool, excess: Int) async throws {
        let limit = 1_000
        try await withServer(handler: { exchange in
            do throws(HTTPServerError) {
                exchange.respond(status: 200, body: try await exchange.body(limit: limit))
            } catch {
                #expect(error == .bodyTooLarge(limit: limit))
                respond(to: error, exchange)
            }
        }) { test in
            try await test.client { client throws in
                let body = String(repeating: "x", count: limit + excess)
                let size = String(body.utf8.count, radix: 16)
                let message = isChunked ? Self.chunked + "\(size)\r\n\(body)\r\n0\r\n\r\n" : post("/", body)
                #expect(try client.exchange(message).status == (excess == 0 ? 200 : 413))
                if excess == 0 { #expect(try client.exchange(message).body.count == limit) }
            }
        }
    }

    @Test func `of an announced gibibyte is refused before it comes`() async throws {
        try await withServer(handler: echo) { test in
            try await test.client { client throws in
                let answer = try client.exchange("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 1073741824\r\n\r\n")
                #expect(answer.status == 413)
                #expect(answer.field("connection") == "close")
                #expect(try client.readEnd() == .closed)
            }
        }
    }

    @Test(arguments: [false, true])
    func `that is too large gets its answer though ten mebibytes still come`(isChunked: Bool) async throws {
        try await withServer(handler: { exchange in
            do throws(HTTPServerError) {
                exchange.respond(status: 200, body: try await exchange.body(limit: 1_000))
            } catch {
                respond(to: error, exchange)
            }
        }) { test in
            for _ in 0..<3 {
                try await test.client { client throws in
                    let body = [UInt8](repeating: 0x78, count: 10 * 1024 * 1024)
                    let framing = isChunked ? "transfer-encoding: chunked" : "content-length: \(body.count)"
                    let start = "POST / HTTP/1.1\r\nhost: test\r\n\(framing)\r\n\r\n" + (isChunked ? "a00000\r\n" : "")
                    try client.send(start)
                    try client.send(body)
                    if isChunked { try client.send("\r\n0\r\n\r\n") }
                    let answer = try client.readAnswer()
                    #expect(answer.status == 413)
                    #expect(answer.text == "too large")
                    #expect(try client.readEnd() == .closed)
                }
            }
        }
    }

    @Test(arguments: [
        chunked + "5\r\nhello", chunked + "0\r\nx-check: 1\r\n", post("/", "hello, world").dropLast(3) + "",
    ])
    func `that ends too early is nobody's body`(message: String) async throws {
        let failures = Box<[HTTPServerError]>([])
        try await withServer(handler: { exchange in
            do throws(HTTPServerError) {
                _ = try await exchange.body(limit: 100)
                Issue.record("a part was taken for the whole")
            } catch {
                failures.change { $0.append(error) }
                #expect(!exchange.respond(status: 200))
            }
        }) { test in
            try await test.client { client throws in
                try client.send(message)
                client.endSending()
                #expect(try client.readToEnd().isEmpty)
            }
            #expect(await eventually { test.record.counts.exchanges == 0 })
            #expect(test.record.events == [.clientLeft])
        }
        #expect(failures.value == [.clientGone])
    }

    @Test func `in bad chunks is refused by the transport when the handler says nothing`() async throws {
        try await withServer(handler: { exchange in _ = try? await exchange.body(limit: 100) }) { test in
            try await test.client { client throws in
                let answer = try client.exchange(Self.chunked + "5\r\nhello\r\nnot hexadecimal\r\n")
                #expect(answer.status == 400)
                #expect(answer.text.contains("chunk"))
                #expect(answer.field("connection") == "close")
                #expect(try client.readEnd() == .closed)
            }
            #expect(test.record.events == [.refused(HTTPRefusal(.chunkSizeSyntax))])
        }
    }

    @Test func `that nobody reads is held back`() async throws {
        let gate = Gate()
        try await withServer(handler: { exchange in
            await gate.pass()
            await echo(exchange)
        }) { test in
            try await test.client { client throws in
                let body = [UInt8](repeating: 0x78, count: 32 * 1024 * 1024)
                try client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: \(body.count)\r\n\r\n")
                var sent = 0
                var quiet = 0
                // What the kernel takes on both sides is far less than all of it.
                while quiet < 50 && sent < body.count {
                    let count = client.sendWithoutWaiting(Array(body[sent..<min(body.count, sent + 65_536)]))
                    sent += count
                    quiet = count == 0 ? quiet + 1 : 0
                    if count == 0 { takeAMoment() }
                }
                #expect(sent < body.count)
                gate.open()
                let rest = Array(body[sent...])
                startTestThread { try? client.send(rest) }
                #expect(try client.readAnswer().body.count == body.count)
            }
        }
    }

    @Test func `may be left unread by a handler that answers`() async throws {
        try await withServer(handler: { $0.respond(status: 200, body: Array("no need".utf8)) }) { test in
            try await test.client { client throws in
                let answer = try client.exchange("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 10\r\n\r\n12345")
                #expect(answer.text == "no need")
                #expect(answer.field("connection") == "close")
                #expect(try client.readEnd() == .closed)
            }
            try await test.client { client throws in
                // It had come whole, so the connection goes on.
                #expect(try client.exchange(post("/", "12345")).text == "no need")
                #expect(try client.exchange(post("/", "12345")).text == "no need")
            }
        }
    }
}
