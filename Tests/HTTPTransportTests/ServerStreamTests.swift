import HTTPMessages
import HTTPTransport
import Reactor
import Testing

@Suite struct `A streamed answer` {
    private static let piece = [UInt8](repeating: 0x70, count: 64 * 1024)

    @Test func `leaves as one chunk for each piece, at once`() async throws {
        let gate = Gate()
        try await withServer(handler: { exchange in
            var fields = HTTPFields()
            fields.append(.contentType, literal: "text/event-stream")
            try? exchange.beginStream(status: 200, fields: fields)
            try? await exchange.write(Array("first".utf8))
            await gate.pass()
            try? await exchange.write([])
            try? await exchange.write(Array("second".utf8))
            var trailers = HTTPFields()
            trailers.append(.requestID, literal: "done")
            exchange.finishStream(trailers: trailers)
        }) { test in
            try await test.client { client throws in
                for _ in 0..<2 {
                    try client.send(get("/"))
                    let head = try client.readHead()
                    #expect(head.field("transfer-encoding") == "chunked")
                    #expect(head.field("content-type") == "text/event-stream")
                    #expect(try client.readChunk() == Array("first".utf8))
                    gate.open()
                    #expect(try client.readChunk() == Array("second".utf8))
                    #expect(try client.readLine() == "0")
                    #expect(try client.readLine() == "x-request-id: done")
                    #expect(try client.readLine() == "")
                }
            }
        }
    }

    @Test func `lasts until the end of the connection for a client of HTTP/1.0`() async throws {
        try await withServer(handler: { exchange in
            try? exchange.beginStream(status: 200, fields: HTTPFields())
            for _ in 0..<3 { try? await exchange.write(Array("piece ".utf8)) }
            exchange.finishStream()
        }) { test in
            try await test.client { client throws in
                let answer = try client.exchange("GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n")
                #expect(answer.text == "piece piece piece ")
                #expect(answer.field("connection") == "close")
                #expect(answer.field("transfer-encoding") == nil)
                #expect(answer.field("content-length") == nil)
            }
        }
    }

    @Test(arguments: ["HTTP/1.1", "HTTP/1.0"], ["abort", "return"])
    func `that nobody finishes never looks whole`(version: String, way: String) async throws {
        try await withServer(handler: { exchange in
            try? exchange.beginStream(status: 200, fields: HTTPFields())
            try? await exchange.write(Array("a part".utf8))
            // What was written has left before the end: the client sees it and still no end.
            try? await exchange.loop.sleep(nanoseconds: 1_000_000)
            if way == "abort" { exchange.abort() }
        }) { test in
            try await test.client { client throws in
                try client.send("GET / \(version)\r\nhost: test\r\n\r\n")
                #expect(try client.readHead().status == 200)
                #expect(throws: RawPeerError.self) {
                    _ = version == "HTTP/1.0" ? try client.readToEnd() : try client.readChunk() + client.readChunk()
                }
                #expect(throws: RawPeerError.self) { try client.send(String(repeating: "x", count: 1_000_000)) }
            }
        }
    }

    @Test func `waits for a client that reads nothing, with bounded memory`() async throws {
        let written = Box(0)
        let gone = Box<HTTPServerError?>(nil)
        try await withServer(
            { $0.writePause = .seconds(60) },
            handler: { exchange in
                do throws(HTTPServerError) {
                    try exchange.beginStream(status: 200, fields: HTTPFields())
                    for _ in 0..<1_024 {
                        try await exchange.write(Self.piece)
                        written.add(Self.piece.count)
                    }
                    exchange.finishStream()
                } catch { gone.change { $0 = error } }
            }
        ) { test in
            try await test.client(receiveBufferBytes: 4096) { client throws in
                try client.send(get("/"))
                try client.waitForInput()
                var last = -1
                while last != written.value {
                    last = written.value
                    for _ in 0..<50 { takeAMoment() }
                }
                // The kernel's buffers of both ends, and 256 KiB of ours.
                #expect(written.value < 16 * 1024 * 1024)
                client.close()
            }
            #expect(await eventually { gone.value == .clientGone })
        }
    }

    @Test func `of 64 MiB reaches a client that reads, through waits`() async throws {
        try await withServer(handler: { exchange in
            try? exchange.beginStream(status: 200, fields: HTTPFields())
            for _ in 0..<1_024 { try? await exchange.write(Self.piece) }
            exchange.finishStream()
        }) { test in
            try await test.client { client throws in
                try client.send(get("/"))
                _ = try client.readHead()
                var count = 0
                while case let chunk = try client.readChunk(), !chunk.isEmpty { count += chunk.count }
                #expect(count == 64 * 1024 * 1024)
            }
        }
    }

    @Test func `lets two writers wait together`() async throws {
        let finished = Box(0)
        try await withServer(handler: { exchange in
            try? exchange.beginStream(status: 200, fields: HTTPFields())
            await withTaskGroup { group in
                for _ in 0..<2 {
                    group.addTask {
                        for _ in 0..<200 { try? await exchange.write(Self.piece) }
                        finished.add()
                    }
                }
            }
            exchange.finishStream()
        }) { test in
            try await test.client { client throws in
                #expect(try client.exchange(get("/")).body.count == 400 * Self.piece.count)
            }
        }
        #expect(finished.value == 2)
    }

    @Test func `frees a cancelled writer, and goes on`() async throws {
        let outcome = Box<HTTPServerError?>(nil)
        try await withServer(handler: { exchange in
            try? exchange.beginStream(status: 200, fields: HTTPFields())
            await withTaskGroup { group in
                group.addTask {
                    do throws(HTTPServerError) {
                        while true { try await exchange.write(Self.piece) }
                    } catch { outcome.change { $0 = error } }
                }
                try? await exchange.loop.sleep(nanoseconds: 20_000_000)
                group.cancelAll()
            }
            try? await exchange.write(Array("end".utf8))
            exchange.finishStream()
        }) { test in
            try await test.client { client throws in
                try client.send(get("/"))
                #expect(eventuallyBlocking { outcome.value != nil })
                #expect(try client.readAnswer().body.suffix(3) == Array("end".utf8))
            }
        }
        #expect(outcome.value == .cancelled)
    }

    @Test func `is cut off when its client reads nothing for too long`() async throws {
        let gone = Box<HTTPServerError?>(nil)
        try await withServer(
            { $0.writePause = .milliseconds(100) },
            handler: { exchange in
                do throws(HTTPServerError) {
                    try exchange.beginStream(status: 200, fields: HTTPFields())
                    while true { try await exchange.write(Self.piece) }
                } catch { gone.change { $0 = error } }
            }
        ) { test in
            try await test.client(receiveBufferBytes: 4096) { client throws in
                try client.send(get("/"))
                #expect(eventuallyBlocking { gone.value == .clientGone })
                #expect(try client.readEnd() == .reset)
            }
            #expect(test.record.events == [.slowReader])
        }
    }

    @Test func `is not cut off while its client reads slowly`() async throws {
        let size = 32 * 1024 * 1024
        try await withServer(
            {
                $0.writePause = .seconds(1)
                $0.idleTime = .milliseconds(50)
                $0.lingerTime = .milliseconds(50)
                $0.lingerPause = .milliseconds(50)
            },
            handler: { exchange in
                exchange.respond(status: 200, body: [UInt8](repeating: 0x61, count: size))
            }
        ) { test in
            for fields in ["", "connection: close\r\n"] {
                try await test.client { client throws in
                    try client.send("GET / HTTP/1.1\r\nhost: test\r\n\(fields)\r\n")
                    _ = try client.readHead()
                    var left = size
                    while left > 0 {
                        left -= try client.read(min(left, 512 * 1024)).count
                        for _ in 0..<10 { takeAMoment() }
                    }
                    #expect(try client.readEnd() == .closed)
                }
            }
            #expect(test.record.events.isEmpty)
        }
    }

    @Test func `ends its handler's wait when the client leaves`() async throws {
        let left = Box(0)
        try await withServer(handler: { exchange in
            try? exchange.beginStream(status: 200, fields: HTTPFields())
            await exchange.untilClientGone()
            #expect(Task.isCancelled)
            left.add()
        }) { test in
            try await onThreads(20) { [port = test.port] number in
                let client = try RawPeer(port: port)
                try client.send(get("/"))
                #expect(try client.readHead().status == 200)
                if number % 2 == 0 { client.close() } else { client.reset() }
            }
            #expect(await eventually { left.value == 20 })
            #expect(await eventually { test.record.counts.connections == 0 })
            #expect(test.record.events == Array(repeating: .clientLeft, count: 20))
        }
    }
}
