import HTTPMessages
import HTTPTransport
import Reactor
import Testing

/// Passes an exchange on to an upstream without a task, and writes down how it went.
private final class Relay: HTTPShortcut, HTTPAnswerReceiver {
    private let exchange: HTTPExchange
    private let pool: HTTPConnectionPool
    private let request: HTTPClientRequest
    private let journal: Box<[String]>
    private var ticket: HTTPClientTicket?

    init(_ exchange: HTTPExchange, _ origin: HTTPOrigin, _ journal: Box<[String]>) {
        self.exchange = exchange
        self.journal = journal
        pool = origin.pool(on: exchange.loop)
        request = HTTPClientRequest(method: .get, target: exchange.head.targetBytes)
    }

    func begin(deadline: UInt64) {
        ticket = pool.begin(request, deadline: deadline, receiver: self)
        if ticket == nil { goOn() }
    }

    func answered(_ head: ResponseHead, _ body: HTTPClientBody) {
        guard case .complete(let bytes) = body else { return goOn() }
        journal.change { $0.append("answered") }
        exchange.respond(status: head.status, body: bytes)
        exchange.end()
    }

    func failed(_ error: HTTPClientError) {
        journal.change { $0.append("\(error)") }
        if error.isProvenUnsent, case .closed = error { return goOn() }
        exchange.respond(status: 502)
        exchange.end()
    }

    func clientGone() {
        journal.change { $0.append("gone") }
        ticket?.cancel()
    }

    private func goOn() {
        exchange.goOn { [pool, request, journal] exchange in
            journal.change { $0.append("task") }
            let response = try? await pool.send(request, deadline: exchange.now &+ 60_000_000_000)
            guard let response, case .complete(let bytes) = response.body else { return }
            exchange.respond(status: response.head.status, body: bytes)
        }
    }
}

/// A server that relays everything to an upstream of raw threads.
private func withRelay(
    within time: UInt64 = 60_000_000_000, grace: Duration = .seconds(10),
    script: @escaping @Sendable (RawPeer, Int) throws -> Void,
    _ body: (ServerUnderTest, Box<[String]>, RawUpstream) async throws -> Void
) async throws {
    let upstream = try RawUpstream(script: script)
    defer { upstream.stop() }
    let origin = Box<HTTPOrigin?>(nil)
    let journal = Box<[String]>([])
    try await withServer(
        grace: grace,
        shortcut: { exchange in
            guard let origin = origin.value else { return nil }
            let relay = Relay(exchange, origin, journal)
            relay.begin(deadline: exchange.now &+ time)
            return relay
        }, handler: { _ in Issue.record("the shortcut takes everything") }
    ) { test in
        let lane = BlockingLane(threads: 1, queueMax: 16)
        defer { lane.shutDown() }
        let made = HTTPOrigin(
            HTTPOriginAddress(host: "127.0.0.1", port: upstream.port, usesTLS: false), group: test.group,
            resolver: NameResolver(lane: lane), tls: nil)
        origin.change { $0 = made }
        try await body(test, journal, upstream)
        made.closeIdle()
    }
}

@Suite struct `An exchange without a task` {
    @Test func `is answered over a kept connection, and by a task while there is none`() async throws {
        try await withRelay(script: echoes) { test, journal, upstream in
            try await test.client { client throws in
                for name in ["/a", "/b", "/c"] { #expect(try client.exchange(get(name)).text == name) }
            }
            #expect(journal.value == ["task", "answered", "answered"])
            #expect(upstream.connectionsEver == 1)
        }
    }

    @Test func `is one of several that came at once, and they are answered in order`() async throws {
        try await withRelay(script: echoes) { test, journal, _ in
            try await test.client { client throws in
                #expect(try client.exchange(get("/first")).text == "/first")
                try client.send((0..<100).map { get("/\($0)") }.joined())
                for number in 0..<100 { #expect(try client.readAnswer().text == "/\(number)") }
            }
            #expect(journal.value.count { $0 == "answered" } == 100)
        }
    }

    @Test(arguments: ["reset", "close", "half"])
    func `ends upstream when its client leaves`(way: String) async throws {
        let ended = Box(0)
        try await withRelay(
            script: { peer, _ in
                _ = try peer.readRequest()
                try peer.send(answer("x"))
                _ = try peer.readRequest()
                _ = try peer.readEnd()
                ended.add()
            }) { test, journal, _ in
                try await test.client { client throws in
                    _ = try client.exchange(get("/"))
                    try client.send(get("/"))
                    #expect(eventuallyBlocking { test.record.counts.exchangesEver == 2 })
                    switch way {
                    case "reset": client.reset()
                    case "close": client.close()
                    default:
                        client.endSending()
                        #expect(try client.readToEnd().isEmpty)
                    }
                }
                #expect(await eventually { ended.value == 1 && test.record.counts.exchanges == 0 })
                #expect(journal.value == ["task", "gone", "cancelled"])
            }
    }

    @Test func `is told of its deadline, and the connection goes on`() async throws {
        try await withRelay(
            within: 50_000_000,
            script: { peer, number in
                _ = try peer.readRequest()
                try peer.send(answer("\(number)"))
                if number == 0 {
                    _ = try peer.readRequest()
                    _ = try peer.readEnd()
                }
            }
        ) { test, journal, _ in
            try await test.client { client throws in
                #expect(try client.exchange(get("/")).text == "0")
                #expect(try client.exchange(get("/")).status == 502)
                #expect(try client.exchange(get("/")).text == "1")
            }
            #expect(journal.value == ["task", "timedOut(sent: true)", "task"])
        }
    }

    @Test func `is told when the upstream breaks off`() async throws {
        try await withRelay(
            script: { peer, _ in
                _ = try peer.readRequest()
                try peer.send(answer("x"))
                _ = try peer.readRequest()
                try peer.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf")
            }) { test, journal, _ in
                try await test.client { client throws in
                    _ = try client.exchange(get("/"))
                    #expect(try client.exchange(get("/")).status == 502)
                }
                #expect(journal.value.last?.contains("sent: true") == true)
            }
    }

    @Test func `is cut off when the server's grace is over`() async throws {
        try await withRelay(
            grace: .zero,
            script: { peer, _ in
                _ = try peer.readRequest()
                try peer.send(answer("x"))
                _ = try peer.readRequest()
                _ = try peer.readEnd()
            }
        ) { test, journal, _ in
            let waiting = try await onThread { [port = test.port] in
                let client = try RawPeer(port: port)
                _ = try client.exchange(get("/"))
                try client.send(get("/"))
                return client
            }
            #expect(await eventually { test.record.counts.exchangesEver == 2 })
            await test.server.shutDown(grace: .zero)
            #expect(journal.value == ["task", "gone", "cancelled"])
            waiting.close()
        }
    }

    @Test func `that ends without an answer is answered 500`() async throws {
        final class Silent: HTTPShortcut {
            init(_ exchange: HTTPExchange) { exchange.end() }
            func clientGone() {}
        }
        try await withServer(shortcut: { Silent($0) }, handler: { _ in Issue.record("it was taken") }) { test in
            try await test.client { client throws in
                #expect(try client.exchange(get("/")).status == 500)
                #expect(try client.exchange(get("/")).status == 500)
            }
            #expect(test.record.events == [.handlerSilent, .handlerSilent])
        }
    }
}
