import Cryptography
import Glibc
import HTTPMessages
import HTTPTransport
import Reactor
import Testing

/// A blocking TLS client over a raw peer, for what the pooled client would never do.
private final class TLSPeer {
    let peer: RawPeer
    let connection: TLSConnection

    init(_ peer: RawPeer, _ context: TLSClientContext) throws {
        self.peer = peer
        connection = try TLSConnection(client: context, host: "localhost", descriptor: peer.descriptor)
        try #require(connection.handshake() == .done)
    }

    func send(_ text: String) throws {
        var bytes = Array(text.utf8)
        while !bytes.isEmpty {
            guard case .bytes(let count) = bytes.withUnsafeBytes({ connection.write($0) }) else {
                throw RawPeerError.reset
            }
            bytes.removeFirst(count)
        }
    }

    /// Everything up to the end; `isWhole` says whether it ended with a goodbye.
    func readToEnd() -> (bytes: [UInt8], isWhole: Bool) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case .bytes(let count) = buffer.withUnsafeMutableBytes({ connection.read(into: $0) }) {
            bytes += buffer[..<count]
        }
        return (bytes, connection.peerSaidGoodbye)
    }

    func read(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < count {
            let room = count - bytes.count
            guard
                case .bytes(let read) = buffer.withUnsafeMutableBytes({
                    connection.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<min(room, $0.count)]))
                })
            else { break }
            bytes += buffer[..<read]
        }
        return bytes
    }
}

@Suite struct `A server and a client over TLS` {
    private let files: TemporaryCertificates
    private let server: TLSServerContext
    private let client: TLSClientContext

    init() throws {
        signal(SIGPIPE, SIG_IGN)
        files = try TemporaryCertificates()
        try files.makeServer(for: "DNS:localhost,IP:127.0.0.1")
        server = try TLSServerContext(certificateFile: files.path("server.pem"), keyFile: files.path("server.key"))
        client = try TLSClientContext(additionalAuthoritiesFile: files.path("ca.pem"))
    }

    private func pattern(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
    }

    @Test func `carry call after call over one connection`() async throws {
        try await withServer(tls: server, handler: echo) { test in
            try await withClient(host: "localhost", port: test.port, tls: client) { client in
                for number in 0..<100 {
                    let body = Array("call \(number)".utf8)
                    #expect(await client.call(request(.post, "/", body: body)) == .answer(status: 200, body: body))
                }
            }
            #expect(test.record.counts.connectionsEver == 1)
            #expect(test.record.events.isEmpty)
        }
    }

    @Test(arguments: [1, 16_384, 16_385, 65_536, 1_000_000, 10_485_760])
    func `carry bodies of any size both ways`(count: Int) async throws {
        let body = pattern(count)
        try await withServer(tls: server, handler: echo) { test in
            try await withClient(host: "localhost", port: test.port, tls: client) { client in
                for _ in 0..<2 {
                    #expect(await client.call(request(.post, "/", body: body)) == .answer(status: 200, body: body))
                }
            }
        }
    }

    @Test func `serve many at once on two loops`() async throws {
        try await withServer(loops: 2, tls: server, handler: echo) { test in
            try await withClient(host: "127.0.0.1", port: test.port, tls: client) { client in
                await client.run { client in
                    await withTaskGroup { group in
                        for number in 0..<200 {
                            group.addTask {
                                let body = [UInt8](repeating: UInt8(number), count: number * 500)
                                let outcome = await client.fetch(request(.post, "/", body: body))
                                #expect(outcome == .answer(status: 200, body: body))
                            }
                        }
                    }
                }
            }
        }
    }

    @Test func `hold a stream back whose reader waits, and go on`() async throws {
        let written = Box(0)
        let pieces = 1_024
        try await withServer(
            tls: server,
            handler: { exchange in
                try? exchange.beginStream(status: 200, fields: HTTPFields())
                for _ in 0..<pieces {
                    try? await exchange.write([UInt8](repeating: 0x61, count: 65_536))
                    written.add()
                }
                exchange.finishStream()
            }
        ) { test in
            try await withClient(host: "localhost", port: test.port, tls: client) { client in
                let count = await client.run { client in
                    guard let response = try? await client.send(request()), case .stream(let stream) = response.body
                    else { return -1 }
                    var last = -1
                    while last != written.value {
                        last = written.value
                        try? await client.loop.sleep(nanoseconds: 100_000_000)
                    }
                    #expect(last < pieces / 2)
                    var count = 0
                    while let piece = try? await stream.next() { count += piece.count }
                    return count
                }
                #expect(count == pieces * 65_536)
            }
        }
    }

    @Test func `hold a body back that nobody reads, and go on`() async throws {
        let gate = Gate()
        let body = pattern(16 * 1024 * 1024)
        try await withServer(
            tls: server,
            handler: { exchange in
                await gate.pass()
                await echo(exchange)
            }
        ) { test in
            try await withClient(host: "localhost", port: test.port, tls: client) { client in
                async let outcome = client.call(request(.post, "/", body: body))
                #expect(await eventually { test.record.counts.exchanges == 1 })
                gate.open()
                #expect(await outcome == .answer(status: 200, body: body))
            }
        }
    }

    @Test func `answer pipelined requests of many records, though reading had to pause`() async throws {
        let context = client
        try await withServer(
            { $0.inboundBytesMax = 4_096 }, tls: server,
            handler: { exchange in
                await Task.yield()
                exchange.respond(status: 204)
            }
        ) { test in
            try await test.client { peer in
                let client = try TLSPeer(peer, context)
                let count = 3_000
                try client.send(
                    (0..<count).map { get("/\($0)", "x-padding: \(String(repeating: "p", count: 100))") }
                        .joined() + get("/last", "connection: close"))
                let text = String(decoding: client.readToEnd().bytes, as: UTF8.self)
                #expect(text.split(separator: "HTTP/1.1 204").count == count + 1)
            }
        }
    }

    @Test func `refuse each other when the name differs`() async throws {
        try files.makeServer(for: "DNS:other.example", "other")
        let other = try TLSServerContext(certificateFile: files.path("other.pem"), keyFile: files.path("other.key"))
        try await withServer(tls: other, handler: echo) { test in
            try await withClient(host: "localhost", port: test.port, tls: client) { client in
                guard case .tls(let reason)? = await client.call(request()).error else {
                    Issue.record("a foreign certificate was taken")
                    return
                }
                #expect(reason.contains("is for other.example, not for this name"))
            }
            #expect(await eventually { test.record.counts.connections == 0 })
        }
    }

    @Test func `refuse each other when the authority is unknown`() async throws {
        let strict = try TLSClientContext()
        try await withServer(tls: server, handler: echo) { test in
            try await withClient(host: "localhost", port: test.port, tls: strict) { client in
                guard case .tls(let reason)? = await client.call(request()).error else {
                    Issue.record("an unknown authority was trusted")
                    return
                }
                #expect(reason.contains("outbound.caFile"))
            }
            #expect(await eventually { !test.record.events.isEmpty })
            guard case .handshakeFailed = test.record.events[0] else {
                Issue.record("\(test.record.events)")
                return
            }
        }
    }

    @Test func `go on with open connections when the certificate is replaced`() async throws {
        try files.makeServer(for: "DNS:localhost", "changing")
        let changing = try TLSServerContext(
            certificateFile: files.path("changing.pem"), keyFile: files.path("changing.key"))
        let context = client
        try await withServer(tls: changing, handler: echo) { test in
            let (reloaded, ready) = (Gate(), Gate())
            async let old: Void = test.client { peer in
                let client = try TLSPeer(peer, context)
                try client.send(get("/"))
                #expect(client.read(15) == Array("HTTP/1.1 200 OK".utf8))
                ready.open()
                reloaded.passBlocking()
                try client.send(get("/", "connection: close"))
                #expect(client.readToEnd().isWhole)
            }
            await ready.pass()
            try files.makeServer(for: "DNS:elsewhere.example", "changing")
            try changing.reload()
            reloaded.open()
            try await old
            try await withClient(host: "localhost", port: test.port, tls: client) { client in
                guard case .tls? = await client.call(request()).error else {
                    Issue.record("the old certificate is still served")
                    return
                }
            }
            // A bad one never replaces a good one.
            unlink(files.path("changing.key"))
            #expect(throws: CryptographyError.self) { try changing.reload() }
            try await test.client { peer in
                let connection = try TLSConnection(
                    client: context, host: "elsewhere.example", descriptor: peer.descriptor)
                #expect(connection.handshake() == .done)
            }
        }
    }

    @Test(arguments: ["GET / HTTP/1.1\r\nhost: x\r\n\r\n", "garbage that is no handshake\r\n", "\u{16}\u{3}\u{1}\u{1}"])
    func `note a client that does not speak TLS and go on`(bytes: String) async throws {
        let context = client
        try await withServer({ $0.headTime = .seconds(2) }, tls: server, handler: echo) { test in
            try await test.client { peer throws in
                try peer.send(bytes)
                peer.endSending()
                _ = try? peer.readEnd()
            }
            #expect(await eventually { test.record.counts.connections == 0 })
            guard case .handshakeFailed? = test.record.events.first else {
                Issue.record("\(test.record.events)")
                return
            }
            try await test.client { peer in
                let client = try TLSPeer(peer, context)
                try client.send(get("/", "connection: close"))
                #expect(client.readToEnd().isWhole)
            }
        }
    }

    @Test func `give up a handshake that takes too long`() async throws {
        try await withServer({ $0.headTime = .milliseconds(100) }, tls: server, handler: echo) { test in
            try await test.client { peer throws in #expect(try peer.readToEnd().isEmpty) }
            try await test.client { peer throws in
                try peer.send([0x16, 3, 1, 2, 0, 1])
                _ = try peer.readEnd()
            }
            #expect(await eventually { test.record.counts.connections == 0 })
        }
        try await withUpstream(script: { peer, _ in _ = try peer.readEnd() }) { _, upstream in
            let context = client
            try await withClient(
                host: "localhost", port: upstream.port, tls: context, { $0.connectTime = .milliseconds(100) }
            ) { client in
                #expect(await client.call(request()) == .failure(.tls("no answer in time")))
                #expect(await eventually { upstream.connectionsOpen == 0 })
            }
        }
    }

    @Test(arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "", "\0\0\0\0\0\0\0"])
    func `fail the call when the upstream does not speak TLS`(bytes: String) async throws {
        try await withUpstream(script: { peer, _ in
            try peer.waitForInput()
            try peer.send(bytes)
        }) { _, upstream in
            let context = client
            try await withClient(host: "localhost", port: upstream.port, tls: context) { client in
                guard case .tls? = await client.call(request()).error else {
                    Issue.record("no error of TLS")
                    return
                }
            }
        }
    }

    @Test(arguments: [true, false])
    func `end a stream with a goodbye only when it is whole`(isFinished: Bool) async throws {
        let context = client
        try await withServer(
            tls: server,
            handler: { exchange in
                try? exchange.beginStream(status: 200, fields: HTTPFields())
                try? await exchange.write(Array("part".utf8))
                if isFinished { exchange.finishStream() }
            }
        ) { test in
            try await test.client { peer in
                let client = try TLSPeer(peer, context)
                try client.send("GET / HTTP/1.0\r\n\r\n")
                #expect(client.readToEnd().isWhole == isFinished)
            }
        }
    }

    @Test func `take a body for whole only when its end was said`() async throws {
        let context = server
        for saysGoodbye in [true, false] {
            try await withUpstream(script: { peer, _ in
                let connection = try TLSConnection(server: context, descriptor: peer.descriptor)
                try #require(connection.handshake() == .done)
                var buffer = [UInt8](repeating: 0, count: 4_096)
                _ = buffer.withUnsafeMutableBytes { connection.read(into: $0) }
                let bytes = Array("HTTP/1.1 200 OK\r\n\r\nall or a part".utf8)
                _ = bytes.withUnsafeBytes { connection.write($0) }
                if saysGoodbye { connection.shutdown() }
            }) { _, upstream in
                let trusting = client
                try await withClient(host: "localhost", port: upstream.port, tls: trusting) { client in
                    let outcome = await client.call(request())
                    if saysGoodbye {
                        #expect(outcome == .text("all or a part"))
                    } else {
                        #expect(outcome == .failure(.closed(reason: "TLS ended without a goodbye", sent: true)))
                    }
                }
            }
        }
    }

    @Test func `send again what an upstream closed before it came`() async throws {
        let context = server
        try await withUpstream(script: { peer, _ in
            let connection = try TLSConnection(server: context, descriptor: peer.descriptor)
            try #require(connection.handshake() == .done)
            var buffer = [UInt8](repeating: 0, count: 4_096)
            _ = buffer.withUnsafeMutableBytes { connection.read(into: $0) }
            let bytes = Array(answer("ok").utf8)
            _ = bytes.withUnsafeBytes { connection.write($0) }
            connection.shutdown()
        }) { _, upstream in
            let trusting = client
            try await withClient(host: "localhost", port: upstream.port, tls: trusting) { client in
                await client.run { client in
                    for _ in 0..<50 {
                        #expect(await client.fetch(request(.post, "/", body: [1])) == .text("ok"))
                        _ = eventuallyBlocking { upstream.connectionsOpen == 0 }
                    }
                }
            }
        }
    }
}
