import GatewayModel
import Glibc
import HTTPMessages
import HTTPTransport
import JSONCoding
import Reactor
import Synchronization
import Telemetry
import Testing

@testable import Gateway

/// A gateway before scripted upstreams, reached over HTTP as clients reach it.
final class GatewayUnderTest: Sendable {
    let state: GatewayState
    let runtime: GatewayRuntime
    let group: EventLoopGroup
    let port: UInt16
    let seconds: Box<Int>
    private let server: HTTPServer
    private let open: Box<Int>

    struct Options: Sendable {
        var naming = ToolNaming.plain
        var limits = GatewayLimits()
        var sealing = TestSealing()
        var inventories: any InventoryKeeping = NoInventoryKeeping()
        var sessions: any SessionKeeping = NoSessionKeeping()
        var loops = 2
        var auth = ServerAuthMode.none
        var access = ServerAccess()
        var admitting: any Admitting = NobodyAdmitted()
        var links: any ConnectLinks = NoConnectLinks()
        /// Upstreams with a connection of each person's own.
        var personal: Set<String> = []
        var origins: [WebOrigin] = []
    }

    init(_ upstreams: [ScriptedUpstream], _ options: Options) async throws {
        signal(SIGPIPE, SIG_IGN)
        let seconds = Box(1_000_000)
        self.seconds = seconds
        state = GatewayState(
            log: Log(level: .error, sink: LogSink { _ in }), sealing: options.sealing,
            inventories: options.inventories, sessions: options.sessions, admitting: options.admitting,
            connectLinks: options.links, version: "0", seconds: { seconds.value })
        let definitions = try upstreams.map { upstream in
            UpstreamDefinition(
                name: try UpstreamName(upstream.name),
                kind: .http(
                    HTTPUpstreamDefinition(
                        url: try HTTPURL("http://127.0.0.1:1/\(upstream.name)"),
                        auth: options.personal.contains(upstream.name) ? .userOAuth(UpstreamOAuth()) : .none)))
        }
        let names = definitions.map(\.name)
        let snapshot = try GatewaySnapshot(
            servers: [
                VirtualServerDefinition(
                    slug: .default, title: "Default", upstreams: names, naming: options.naming, auth: options.auth,
                    access: options.access),
                VirtualServerDefinition(
                    slug: try ServerSlug("other"), title: "Other", upstreams: names, naming: options.naming,
                    auth: options.auth, access: options.access),
            ],
            upstreams: definitions, publicURL: try PublicURL("http://localhost:1"), limits: options.limits,
            origins: options.origins)
        runtime = GatewayRuntime(snapshot: snapshot, metrics: GatewayMetrics(Metrics()), state: state) { definition in
            upstreams.first { $0.name == definition.name.text } ?? ScriptedUpstream("nobody")
        }
        group = try EventLoopGroup(count: options.loops)
        group.start()
        let endpoint = MCPEndpoint(state: state)
        let open = Box(0)
        self.open = open
        server = HTTPServer(
            group: group, settings: HTTPServerSettings(), tls: nil,
            observer: HTTPServerObserver(
                noted: { event in
                    if case .handlerSilent = event { Issue.record("a request was left without an answer") }
                }, connectionsChanged: { _ in }, exchangesChanged: { change in open.change { $0 += change } },
                answered: { _ in }),
            shortcut: { [runtime] exchange in
                guard let index = runtime.server(at: exchange.head) else { return nil }
                return endpoint.begin(exchange, runtime, server: index)
            },
            handler: { [runtime] exchange in
                if let index = runtime.server(at: exchange.head) {
                    await endpoint.answer(exchange, runtime, server: index)
                } else if let index = runtime.twoEndpointServer(at: exchange.head) {
                    await endpoint.answerTwoEndpoints(exchange, runtime, server: index)
                }
            })
        port = try await server.listen(SocketAddress(literal: "127.0.0.1", port: 0)).port
    }

    var loop: EventLoop { group.loops[0] }

    /// The server that `/mcp` is.
    var served: ServedServer { runtime.servers[0] }

    /// Calls that wait for a stateless client's retry.
    var parked: Int { state.parked.withLock { $0.count } }

    func forgetParked() { state.parked.withLock { $0 = [:] } }

    /// As if something of an upstream of another server had changed.
    func touchGeneration() { state.generation.wrappingAdd(1, ordering: .releasing) }

    /// Exchanges that are open.
    var exchanges: Int { open.value }

    func stop(grace: Duration = .seconds(0)) async {
        await server.shutDown(grace: grace)
        group.stopAndJoin()
    }

    /// Stops as SIGTERM does: what is in flight may end.
    func beginStop() async { await server.shutDown(grace: patience) }

    /// A client on a thread of its own.
    func client<Value: Sendable>(_ body: @escaping @Sendable (TestClient) throws -> Value) async throws -> Value {
        try await onThread { [port] in try body(TestClient(port: port)) }
    }

    /// Runs on one of the loops, as calls do.
    func run<Value: Sendable>(_ body: @escaping @Sendable (EventLoop) async -> Value) async -> Value {
        let loop = loop
        return await loop.runTask { await body(loop) }.value
    }
}

/// A gateway for the body; whatever the body leaves, it must be able to stop, and no exchange may be left.
func withGateway(
    _ upstreams: [ScriptedUpstream], _ change: (inout GatewayUnderTest.Options) -> Void = { _ in },
    _ body: (GatewayUnderTest) async throws -> Void
) async throws {
    var options = GatewayUnderTest.Options()
    change(&options)
    let gateway = try await GatewayUnderTest(upstreams, options)
    do {
        try await body(gateway)
    } catch {
        Issue.record("\(error)")
    }
    await gateway.stop()
    #expect(gateway.exchanges == 0)
}

/// The same with one client, which blocks a thread of its own.
func withClient(
    _ upstreams: [ScriptedUpstream], _ change: (inout GatewayUnderTest.Options) -> Void = { _ in },
    _ body: @escaping @Sendable (TestClient, GatewayUnderTest) throws -> Void
) async throws {
    try await withGateway(upstreams, change) { gateway in
        try await gateway.client { client in try body(client, gateway) }
    }
}
