import Cryptography
import Glibc
import HTTPMessages
import Reactor
import Testing

// Connections are counted where they live: nothing that callers see tells how many objects are left.
@testable import HTTPTransport

/// A server on loops of its own, and what its observer saw.
final class ServerUnderTest: Sendable {
    let server: HTTPServer
    let group: EventLoopGroup
    let port: UInt16
    let record: ServerRecord

    init(server: HTTPServer, group: EventLoopGroup, port: UInt16, record: ServerRecord) {
        self.server = server
        self.group = group
        self.port = port
        self.record = record
    }

    /// A raw client on a thread of its own.
    func client<Value: Sendable>(
        receiveBufferBytes: Int32? = nil, _ body: @escaping @Sendable (RawPeer) throws -> Value
    ) async throws -> Value {
        try await onThread { [port] in
            let peer = try RawPeer(port: port, receiveBufferBytes: receiveBufferBytes)
            defer { peer.close() }
            return try body(peer)
        }
    }
}

/// What a server's observer heard; `connections` and `exchanges` are those that are open.
final class ServerRecord: Sendable {
    private let box = Box(Counts())
    private let live = Box<[WeakConnection]>([])

    struct Counts: Sendable {
        var connections = 0
        var connectionsEver = 0
        var exchanges = 0
        var exchangesEver = 0
        var statuses: [Int] = []
        var events: [HTTPServerEvent] = []
    }

    struct WeakConnection: @unchecked Sendable {
        weak var connection: HTTPServerConnection?
    }

    var counts: Counts { box.value }
    var events: [HTTPServerEvent] { counts.events }

    var observer: HTTPServerObserver {
        HTTPServerObserver(
            noted: { [box] event in box.change { $0.events.append(event) } },
            connectionsChanged: { [box] change in
                box.change {
                    $0.connections += change
                    if change > 0 { $0.connectionsEver += 1 }
                }
            },
            exchangesChanged: { [box] change in
                box.change {
                    $0.exchanges += change
                    if change > 0 { $0.exchangesEver += 1 }
                }
            },
            answered: { [box] status in box.change { $0.statuses.append(status) } })
    }

    func watch(_ exchange: HTTPExchange) {
        live.change { $0.append(WeakConnection(connection: exchange.connection)) }
    }

    /// Connections that were seen and are still in memory.
    var connectionsInMemory: Int { live.value.count { $0.connection != nil } }
}

typealias Handler = @Sendable (HTTPExchange) async -> Void

/// Starts a server for the body, shuts it down, and looks whether anything is left: sockets, connections, exchanges.
func withServer(
    loops: Int = 1, _ change: (inout HTTPServerSettings) -> Void = { _ in }, tls: TLSServerContext? = nil,
    grace: Duration = .seconds(10),
    shortcut: @escaping @Sendable (HTTPExchange) -> (any HTTPShortcut)? = { _ in nil }, handler: @escaping Handler,
    _ body: (ServerUnderTest) async throws -> Void
) async throws {
    signal(SIGPIPE, SIG_IGN)
    var settings = HTTPServerSettings()
    change(&settings)
    let group = try EventLoopGroup(count: loops)
    group.start()
    let record = ServerRecord()
    let server = HTTPServer(
        group: group, settings: settings, tls: tls, observer: record.observer,
        shortcut: { exchange in
            record.watch(exchange)
            return shortcut(exchange)
        },
        handler: handler)
    let address = try await server.listen(SocketAddress(literal: "127.0.0.1", port: 0))
    do {
        try await body(ServerUnderTest(server: server, group: group, port: address.port, record: record))
    } catch {
        Issue.record("\(error)")
    }
    await server.shutDown(grace: grace)
    let counts = record.counts
    #expect(counts.connections == 0)
    #expect(counts.exchanges == 0)
    #expect(await eventually { openSockets(port: address.port) == 0 }, "sockets are left open")
    group.stopAndJoin()
    #expect(record.connectionsInMemory == 0)
}

/// Answers with the request's method, target and body.
@Sendable func echo(_ exchange: HTTPExchange) async {
    do throws(HTTPServerError) {
        let body = try await exchange.body(limit: 64 * 1024 * 1024)
        exchange.respond(status: 200, fields: HTTPFields(), body: body)
    } catch {
        respond(to: error, exchange)
    }
}

/// Answers with the target.
@Sendable func target(_ exchange: HTTPExchange) async {
    exchange.respond(status: 200, body: exchange.head.targetBytes)
}

func respond(to error: HTTPServerError, _ exchange: HTTPExchange) {
    switch error {
    case .bodyTooLarge: exchange.respond(status: 413, body: Array("too large".utf8))
    case .refused(let refusal): exchange.respond(status: refusal.status, body: Array(refusal.reason.utf8))
    case .bodyTimedOut: exchange.respond(status: 408, body: Array("too slow".utf8))
    case .clientGone, .alreadyAnswered, .cancelled: break
    }
}
