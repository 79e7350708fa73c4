import Cryptography
import Glibc
import HTTPMessages
import HTTPTransport
import Reactor
import Testing

/// An upstream of blocking threads: each connection runs the script with its number, from 0 on.
final class RawUpstream: Sendable {
    let port: UInt16
    private let listener: Int32
    private let accepted = Box(0)
    private let live = Box(0)

    init(script: @escaping @Sendable (RawPeer, Int) throws -> Void) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(bind(listener, $0, length) == 0)
                precondition(getsockname(listener, $0, &length) == 0)
            }
        }
        precondition(listen(listener, 1024) == 0)
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        let (accepted, live) = (accepted, live)
        startTestThread {
            while case let descriptor = accept(listener, nil, nil), descriptor >= 0 {
                let number = accepted.change { count in
                    defer { count += 1 }
                    return count
                }
                live.add()
                startTestThread {
                    let peer = RawPeer(descriptor: descriptor)
                    peer.setNoDelay()
                    // A script that ends with an error has lost its client, which is for the test's expectations to notice.
                    try? script(peer, number)
                    peer.close()
                    live.add(-1)
                }
            }
        }
    }

    var connectionsEver: Int { accepted.value }
    var connectionsOpen: Int { live.value }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }
}

/// A deadline that no test meets: a slow machine may let a call wait for as long as gates are waited for.
let untimely = patience * 2

/// A client with its loop, towards one origin.
final class ClientUnderTest: Sendable {
    let origin: HTTPOrigin
    let loop: EventLoop

    init(origin: HTTPOrigin, loop: EventLoop) {
        self.origin = origin
        self.loop = loop
    }

    /// Runs code on the client's loop, as everything that uses the origin must.
    func run<Value: Sendable>(_ body: @escaping @Sendable (ClientUnderTest) async -> Value) async -> Value {
        let task = loop.runTask { [self] in await body(self) }
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Sends one request and takes its whole answer; on the loop only.
    func fetch(
        _ request: HTTPClientRequest, within limit: Duration = untimely, isUrgent: Bool = false
    ) async -> Outcome {
        do throws(HTTPClientError) {
            let response = try await origin.pool(on: loop).send(
                request, deadline: monotonicNanoseconds() &+ limit.inNanoseconds, isUrgent: isUrgent)
            var body: [UInt8] = []
            switch response.body {
            case .complete(let bytes): body = bytes
            case .stream(let stream): while let piece = try await stream.next() { body += piece }
            }
            return .answer(status: response.head.status, body: body)
        } catch {
            return .failure(error)
        }
    }

    /// The same from anywhere.
    func call(
        _ request: HTTPClientRequest, within limit: Duration = untimely, isUrgent: Bool = false
    ) async -> Outcome {
        await run { await $0.fetch(request, within: limit, isUrgent: isUrgent) }
    }
}

enum Outcome: Equatable, Sendable {
    case answer(status: Int, body: [UInt8])
    case failure(HTTPClientError)

    static func text(_ text: String, status: Int = 200) -> Outcome {
        .answer(status: status, body: Array(text.utf8))
    }

    var error: HTTPClientError? {
        if case .failure(let error) = self { return error }
        return nil
    }
}

func request(_ method: HTTPMethod = .get, _ target: String = "/", body: [UInt8] = []) -> HTTPClientRequest {
    HTTPClientRequest(method: method, target: Array(target.utf8), body: body)
}

/// Makes a client for one origin, and looks afterwards whether sockets are left.
func withClient(
    host: String = "127.0.0.1", port: UInt16, addresses: [SocketAddress] = [], tls: TLSClientContext? = nil,
    _ change: (inout HTTPClientSettings) -> Void = { _ in }, _ body: (ClientUnderTest) async throws -> Void
) async throws {
    signal(SIGPIPE, SIG_IGN)
    var settings = HTTPClientSettings()
    // However slow the machine is, a kept connection goes only when a test says so.
    settings.idleTime = .seconds(3600)
    change(&settings)
    let group = try EventLoopGroup(count: 1)
    group.start()
    let lane = BlockingLane(threads: 1, queueMax: 16)
    let origin = HTTPOrigin(
        HTTPOriginAddress(host: host, port: port, usesTLS: tls != nil, addresses: addresses), group: group,
        resolver: NameResolver(lane: lane), tls: tls, settings: settings)
    do {
        try await body(ClientUnderTest(origin: origin, loop: group.loops[0]))
    } catch {
        Issue.record("\(error)")
    }
    origin.closeIdle()
    #expect(await eventually { openSockets(port: port, listening: false) == 0 }, "connections are left open")
    group.stopAndJoin()
    lane.shutDown()
}

/// An upstream of raw threads and a client for it.
func withUpstream(
    _ change: (inout HTTPClientSettings) -> Void = { _ in },
    script: @escaping @Sendable (RawPeer, Int) throws -> Void,
    _ body: (ClientUnderTest, RawUpstream) async throws -> Void
) async throws {
    let upstream = try RawUpstream(script: script)
    defer { upstream.stop() }
    try await withClient(port: upstream.port, change) { try await body($0, upstream) }
}

/// A script: answers every request with its body, or its target when it has none.
@Sendable func echoes(_ peer: RawPeer, _ number: Int) throws {
    while true {
        let request = try peer.readRequest()
        let target = String(request.firstLine.split(separator: " ")[1])
        try peer.send(answer(request.body.isEmpty ? target : request.text))
    }
}

func answer(_ body: String, _ fields: String...) -> String {
    "HTTP/1.1 200 OK\r\ncontent-length: \(body.utf8.count)\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n" + body
}

extension ClientUnderTest {
    /// Sends one request, on the loop only.
    func send(
        _ request: HTTPClientRequest, within limit: Duration = untimely
    ) async throws(HTTPClientError) -> HTTPClientResponse {
        try await origin.pool(on: loop).send(request, deadline: monotonicNanoseconds() &+ limit.inNanoseconds)
    }
}
