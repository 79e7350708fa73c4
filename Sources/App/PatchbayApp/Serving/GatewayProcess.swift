import Cryptography
import Gateway
import GatewayModel
import Glibc
import HTTPTransport
import Reactor
import Telemetry

/// The running gateway: made, serving, reloaded any number of times, stopped. The one place that knows all parts.
struct GatewayProcess: Sendable {
    private let configuration: Configuration
    private let log: Log
    private let group: EventLoopGroup
    private let lane: BlockingLane
    private let databaseLane: BlockingLane
    private let apps: BuiltinApps
    private let upstreams: UpstreamWiring
    private let metrics: Metrics
    private let gatewayMetrics: GatewayMetrics
    private let runtimes: CurrentRuntime
    private let server: HTTPServer
    private let serverTLS: TLSServerContext?
    private let address: SocketAddress

    /// Opens everything and listens; what cannot be opened is said in one sentence.
    static func start(_ configuration: Configuration, log: Log) async throws(StartError) -> GatewayProcess {
        raiseDescriptorLimit()
        let databaseLane = BlockingLane(threads: 1, queueMax: 10_000)
        let lane = BlockingLane(threads: 2, queueMax: 10_000)
        let apps = try await BuiltinApps.open(folder: configuration.dataFolder, lane: databaseLane, log: log)
        let group: EventLoopGroup
        do throws(ReactorError) {
            group = try EventLoopGroup(count: configuration.eventLoops ?? availableCores())
        } catch {
            throw StartError(reason: "the event loops cannot be made: \(error.reason)")
        }
        let serverTLS = try serverContext(configuration.tls)
        let upstreams = UpstreamWiring(group: group, resolver: NameResolver(lane: lane), apps: apps)
        let metrics = Metrics()
        ProcessReadings.register(with: metrics)
        let gatewayMetrics = GatewayMetrics(metrics)
        // The port may be known only when it is bound, and nobody is served before the snapshot knows it.
        let first = try runtime(configuration.snapshot(), configuration, upstreams, gatewayMetrics)
        let runtimes = CurrentRuntime(first, loops: group.loops.count)
        let door = FrontDoor(
            runtimes: runtimes, endpoint: MCPEndpoint(log: log), metrics: metrics, isReady: { await apps.isReady() })
        let server = HTTPServer(
            group: group, settings: HTTPServerSettings(first.snapshot.limits, loops: group.loops.count),
            tls: serverTLS, observer: ServerReport(log: log, metrics: metrics).observer,
            shortcut: { door.begin($0) }, handler: { await door.answer($0) })
        group.start()
        let address: SocketAddress
        do throws(ReactorError) {
            address = try await server.listen(try configuration.listen.socketAddress())
        } catch {
            throw StartError(reason: "cannot listen on \(configuration.listen): \(error.reason)")
        }
        if address.port != 0 {
            _ = runtimes.replace(
                try runtime(configuration.snapshot(boundPort: address.port), configuration, upstreams, gatewayMetrics))
        }
        return GatewayProcess(
            configuration: configuration, log: log, group: group, lane: lane, databaseLane: databaseLane, apps: apps,
            upstreams: upstreams, metrics: metrics, gatewayMetrics: gatewayMetrics, runtimes: runtimes,
            server: server, serverTLS: serverTLS, address: address)
    }

    /// What a person opens now.
    var welcome: LogFields {
        let snapshot = runtimes.current(on: group.loops[0]).snapshot
        return [
            "mcp": .string("\(snapshot.publicURL)/mcp"), "listen": .string(address.description),
            "servers": .integer(snapshot.servers.count), "loops": .integer(group.loops.count),
            "version": .string(PatchbayVersion.text),
        ]
    }

    /// Takes over a new configuration without dropping a call: calls that have begun end under the old one.
    func reload(_ new: Configuration) {
        if new.listen != configuration.listen {
            log.warning("a new listen address needs a restart", ["listen": .string(configuration.listen.description)])
        }
        do throws(StartError) {
            if let serverTLS {
                do throws(CryptographyError) {
                    try serverTLS.reload()
                } catch {
                    throw StartError(reason: error.sentence)
                }
            }
            let port = address.port == 0 ? nil : address.port
            let next = try Self.runtime(new.snapshot(boundPort: port), new, upstreams, gatewayMetrics)
            _ = runtimes.replace(next)
            log.info("the configuration was read again", ["servers": .integer(next.snapshot.servers.count)])
        } catch {
            log.error("the new configuration was not taken, the old one stays", ["reason": .string(error.reason)])
        }
    }

    /// Takes no more connections, lets calls end within the drain time, and closes everything.
    func stop() async {
        let snapshot = runtimes.current(on: group.loops[0]).snapshot
        await server.shutDown(grace: snapshot.limits.drainTime)
        runtimes.current(on: group.loops[0]).closeIdle()
        await apps.close()
        group.stopAndJoin()
        lane.shutDown()
        databaseLane.shutDown()
        if case .unix(let path) = configuration.listen { unlink(path) }
    }

    private static func runtime(
        _ snapshot: GatewaySnapshot, _ configuration: Configuration, _ upstreams: UpstreamWiring,
        _ metrics: GatewayMetrics
    ) throws(StartError) -> GatewayRuntime {
        let clientTLS = try clientContext(configuration, snapshot)
        return GatewayRuntime(snapshot: snapshot, metrics: metrics) { upstream in
            upstreams.client(upstream, limits: snapshot.limits, tls: clientTLS)
        }
    }

    private static func serverContext(_ files: TLSFiles?) throws(StartError) -> TLSServerContext? {
        guard let files else { return nil }
        do throws(CryptographyError) {
            return try TLSServerContext(certificateFile: files.certificateFile, keyFile: files.keyFile)
        } catch {
            throw StartError(reason: error.sentence)
        }
    }

    /// Loading the system's authorities takes milliseconds and memory, so it is done only when an upstream needs them.
    private static func clientContext(
        _ configuration: Configuration, _ snapshot: GatewaySnapshot
    ) throws(StartError) -> TLSClientContext? {
        let needsTLS = snapshot.upstreams.contains { upstream in
            if case .http(let http) = upstream.kind { return http.url.scheme == .https }
            return false
        }
        guard needsTLS else { return nil }
        do throws(CryptographyError) {
            return try TLSClientContext(additionalAuthoritiesFile: configuration.outboundCAFile)
        } catch {
            throw StartError(reason: error.sentence)
        }
    }
}
