import HTTPMessages
import HTTPTransport
import Reactor
import Testing

@Suite struct `A served connection` {
    @Test func `carries one request after another`() async throws {
        try await withServer(handler: echo) { test in
            try await test.client { client throws in
                for number in 0..<200 {
                    let answer = try client.exchange(post("/", "body \(number)"))
                    #expect(answer.firstLine == "HTTP/1.1 200 OK")
                    #expect(answer.text == "body \(number)")
                    #expect(answer.field("connection") == nil)
                    #expect(answer.field("date")?.hasSuffix(" GMT") == true)
                }
            }
            #expect(test.record.counts.connectionsEver == 1)
            #expect(test.record.counts.statuses == Array(repeating: 200, count: 200))
        }
    }

    @Test func `ends when the client asks for it`() async throws {
        try await withServer(handler: echo) { test in
            try await test.client { client throws in
                let answer = try client.exchange(post("/", "last", "connection: close"))
                #expect(answer.field("connection") == "close")
                #expect(answer.text == "last")
                #expect(try client.readEnd() == .closed)
            }
        }
    }

    @Test func `speaks HTTP/1.0 with one request`() async throws {
        try await withServer(handler: target) { test in
            try await test.client { client throws in
                let answer = try client.exchange("GET /old HTTP/1.0\r\n\r\n")
                #expect(answer.text == "/old")
                #expect(answer.field("connection") == "close")
                #expect(try client.readEnd() == .closed)
            }
        }
    }

    @Test func `keeps an HTTP/1.0 connection when the client asks for it`() async throws {
        try await withServer(handler: target) { test in
            try await test.client { client throws in
                for number in 0..<3 {
                    let answer = try client.exchange("GET /\(number) HTTP/1.0\r\nconnection: keep-alive\r\n\r\n")
                    #expect(answer.text == "/\(number)")
                    #expect(answer.field("connection") == "keep-alive")
                }
            }
        }
    }

    @Test func `answers a hundred requests of one segment in their order`() async throws {
        try await withServer(handler: target) { test in
            try await test.client { client throws in
                try client.send((0..<100).map { get("/\($0)") }.joined())
                for number in 0..<100 { #expect(try client.readAnswer().text == "/\(number)") }
            }
            #expect(test.record.counts.exchangesEver == 100)
        }
    }

    @Test func `answers pipelined requests in order though their handlers wait`() async throws {
        try await withServer(handler: { exchange in
            for _ in 0..<3 { await Task.yield() }
            try? await exchange.loop.sleep(nanoseconds: 100_000)
            await target(exchange)
        }) { test in
            try await test.client { client throws in
                try client.send((0..<50).map { get("/\($0)") }.joined())
                for number in 0..<50 { #expect(try client.readAnswer().text == "/\(number)") }
            }
        }
    }

    @Test func `answers what stands before the request that ends it, and nothing behind`() async throws {
        try await withServer(handler: target) { test in
            try await test.client { client throws in
                try client.send(
                    (0..<9).map { get("/\($0)") }.joined() + get("/9", "connection: close") + get("/never"))
                for number in 0..<10 { #expect(try client.readAnswer().text == "/\(number)") }
                #expect(try client.readToEnd().isEmpty)
            }
            #expect(test.record.counts.exchangesEver == 10)
        }
    }

    @Test func `ends with the answers that are on their way when the client sends no more`() async throws {
        try await withServer(
            { $0.outboundBytesMax = 1 << 30 },
            handler: { exchange in
                exchange.respond(status: 200, body: [UInt8](repeating: 0x61, count: 1_000_000))
            }
        ) { test in
            try await test.client { client throws in
                try client.send((0..<20).map { get("/\($0)") }.joined())
                client.endSending()
                for _ in 0..<20 { #expect(try client.readAnswer().body.count == 1_000_000) }
                #expect(try client.readEnd() == .closed)
            }
        }
    }

    @Test func `takes requests in every split`() async throws {
        let message = post("/split", "0123456789") + get("/next")
        try await withServer(handler: echo) { test in
            try await test.client { client throws in
                for split in 1..<message.utf8.count {
                    let bytes = Array(message.utf8)
                    try client.send(Array(bytes[..<split]))
                    try client.send(Array(bytes[split...]))
                    #expect(try client.readAnswer().text == "0123456789")
                    #expect(try client.readAnswer().text == "")
                }
            }
        }
    }

    @Test func `gives HEAD the head alone`() async throws {
        try await withServer(handler: { exchange in
            if exchange.head.pathEquals("/stream") {
                try? exchange.beginStream(status: 200, fields: HTTPFields())
                try? await exchange.write(Array("never seen".utf8))
                exchange.finishStream()
            } else {
                exchange.respond(status: 200, body: Array("twelve bytes".utf8))
            }
        }) { test in
            try await test.client { client throws in
                try client.send("HEAD /whole HTTP/1.1\r\nhost: test\r\n\r\nHEAD /stream HTTP/1.1\r\nhost: test\r\n\r\n")
                #expect(try client.readAnswer(toHead: true).field("content-length") == "12")
                #expect(try client.readAnswer(toHead: true).field("transfer-encoding") == "chunked")
                #expect(try client.exchange(get("/whole")).text == "twelve bytes")
            }
        }
    }

    @Test(arguments: [204, 304])
    func `sends no body with a status that has none`(status: Int) async throws {
        try await withServer(handler: { exchange in
            if exchange.head.pathEquals("/stream") {
                try? exchange.beginStream(status: status, fields: HTTPFields())
                try? await exchange.write([1, 2, 3])
                exchange.finishStream()
            } else {
                exchange.respond(status: status, body: [1, 2, 3])
            }
        }) { test in
            try await test.client { client throws in
                for target in ["/whole", "/stream"] {
                    let answer = try client.exchange(get(target))
                    #expect(answer.status == status)
                    #expect(answer.field("content-length") == nil)
                    #expect(answer.field("transfer-encoding") == nil)
                }
                #expect(!client.hasInput)
            }
        }
    }

    @Test func `gives a silent handler's client a 500`() async throws {
        try await withServer(handler: { _ in }) { test in
            try await test.client { client throws in
                for _ in 0..<2 {
                    let answer = try client.exchange(get("/"))
                    #expect(answer.status == 500)
                    #expect(answer.body.isEmpty)
                }
            }
            #expect(test.record.events == [.handlerSilent, .handlerSilent])
        }
    }

    @Test func `takes the first answer only`() async throws {
        let outcomes = Box<[String]>([])
        try await withServer(handler: { exchange in
            let first = exchange.respond(status: 200, body: Array("one".utf8))
            let second = exchange.respond(status: 201, body: Array("two".utf8))
            var third = HTTPServerError.clientGone
            do throws(HTTPServerError) {
                try exchange.beginStream(status: 200, fields: HTTPFields())
            } catch { third = error }
            var fourth = HTTPServerError.clientGone
            do throws(HTTPServerError) { try await exchange.write([1]) } catch { fourth = error }
            exchange.finishStream()
            let (late, later) = (third, fourth)
            outcomes.change { $0.append("\(first) \(second) \(late) \(later)") }
        }) { test in
            try await test.client { client throws in
                #expect(try client.exchange(get("/")).text == "one")
                #expect(try client.exchange(get("/")).text == "one")
            }
        }
        #expect(outcomes.value == Array(repeating: "true false alreadyAnswered alreadyAnswered", count: 2))
    }

    @Test func `refuses a second answer after a stream began`() async throws {
        try await withServer(handler: { exchange in
            try? exchange.beginStream(status: 200, fields: HTTPFields())
            try? await exchange.write(Array("streamed".utf8))
            #expect(!exchange.respond(status: 500))
            exchange.finishStream()
            exchange.finishStream()
        }) { test in
            try await test.client { client throws in
                #expect(try client.exchange(get("/")).text == "streamed")
                #expect(try client.exchange(get("/")).text == "streamed")
            }
        }
    }
}
