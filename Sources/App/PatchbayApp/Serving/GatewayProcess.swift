import Cryptography
import Gateway
import GatewayModel
import Glibc
import HTTPTransport
import Reactor
import SQLDatabase
import Telemetry

/// The running gateway: made, serving, reloaded any number of times, stopped. The one place that knows all parts.
struct GatewayProcess: Sendable {
    private let configuration: Configuration
    private let log: Log
    private let group: EventLoopGroup
    private let lane: BlockingLane
    private let databaseLane: BlockingLane
    private let data: DataFolder
    private let inventories: KeptInventories
    private let children: ChildProcesses
    private let reaper: ChildReaper
    private let upstreams: UpstreamWiring
    private let metrics: Metrics
    private let gatewayMetrics: GatewayMetrics
    private let state: GatewayState
    private let runtimes: CurrentRuntime
    private let server: HTTPServer
    private let serverTLS: TLSServerContext?
    private let address: SocketAddress

    /// Opens everything and listens; what cannot be opened is said in one sentence.
    static func start(_ configuration: Configuration, log: Log) async throws(StartError) -> GatewayProcess {
        raiseDescriptorLimit()
        let databaseLane = BlockingLane(threads: 1, queueMax: 10_000)
        let lane = BlockingLane(threads: 2, queueMax: 10_000)
        let data = try await DataFolder.open(configuration.dataFolder, lane: databaseLane)
        let inventories = KeptInventories(store: data.inventories, log: log)
        let group: EventLoopGroup
        do throws(ReactorError) {
            group = try EventLoopGroup(count: configuration.eventLoops ?? availableCores())
        } catch {
            throw StartError(reason: "the event loops cannot be made: \(error.reason)")
        }
        let serverTLS = try serverContext(configuration.tls)
        let children = try childProcesses(configuration.snapshot().limits, lane: lane)
        let upstreams = UpstreamWiring(
            group: group, children: children, resolver: NameResolver(lane: lane),
            apps: BuiltinApps(database: data.database, log: log),
            authoritiesFile: configuration.outbound.authoritiesFile, environment: ownEnvironment(), log: log)
        let metrics = Metrics()
        ProcessReadings.register(with: metrics)
        let gatewayMetrics = GatewayMetrics(metrics)
        // The port may be known only when it is bound, and nobody is served before the snapshot knows it.
        await inventories.load(Set(configuration.snapshot().upstreams.map(\.name.text)))
        let state = GatewayState(
            log: log, sealing: try sealing(data.keys, loops: group.loops.count), inventories: inventories,
            sessions: try await sessions(data, configuration.snapshot().limits, log: log),
            version: PatchbayVersion.text,
            seconds: { Int(Timestamp.now().seconds) })
        let first = try runtime(configuration.snapshot(), upstreams, gatewayMetrics, state)
        let runtimes = CurrentRuntime(first, loops: group.loops.count)
        let door = FrontDoor(
            runtimes: runtimes, endpoint: MCPEndpoint(state: state), metrics: metrics, isReady: { await data.isReady() }
        )
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
                try runtime(configuration.snapshot(boundPort: address.port), upstreams, gatewayMetrics, state))
        }
        inventories.forget()
        return GatewayProcess(
            configuration: configuration, log: log, group: group, lane: lane, databaseLane: databaseLane, data: data,
            inventories: inventories, children: children, reaper: ChildReaper(children: children, lane: lane),
            upstreams: upstreams, metrics: metrics, gatewayMetrics: gatewayMetrics,
            state: state, runtimes: runtimes, server: server,
            serverTLS: serverTLS, address: address)
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

    /// SIGCHLD: a process of ours has ended, or one that it left behind.
    func childEnded() {
        reaper.childEnded()
    }

    /// Takes over a new configuration without dropping a call: calls that have begun end under the old one.
    func reload(_ new: Configuration) async {
        let keys = new.keysNeedingRestart(since: configuration)
        if !keys.isEmpty {
            log.warning("some changes need a restart", ["keys": .string(keys.joined(separator: ", "))])
        }
        do throws(StartError) {
            if let serverTLS {
                do throws(CryptographyError) {
                    try serverTLS.reload()
                } catch {
                    throw StartError(reason: error.sentence)
                }
            }
            let snapshot = new.snapshot(boundPort: address.port == 0 ? nil : address.port)
            await inventories.load(Set(snapshot.upstreams.map(\.name.text)))
            defer { inventories.forget() }
            _ = runtimes.replace(try Self.runtime(snapshot, upstreams, gatewayMetrics, state))
            upstreams.release()
            log.info("the configuration was read again", ["servers": .integer(snapshot.servers.count)])
        } catch {
            log.error("the new configuration was not taken, the old one stays", ["reason": .string(error.reason)])
        }
    }

    /// Takes no more connections, lets calls end within the drain time, and closes everything.
    func stop() async {
        let snapshot = runtimes.current(on: group.loops[0]).snapshot
        await server.shutDown(grace: snapshot.limits.drainTime)
        await upstreams.stop()
        await children.stopAll(grace: Self.childStopTime)
        await inventories.finish()
        await data.close()
        group.stopAndJoin()
        lane.shutDown()
        databaseLane.shutDown()
        if case .unix(let path) = configuration.listen { unlink(path) }
    }

    private static func runtime(
        _ snapshot: GatewaySnapshot, _ upstreams: UpstreamWiring, _ metrics: GatewayMetrics,
        _ state: GatewayState
    ) throws(StartError) -> GatewayRuntime {
        let clients = try upstreams.clients(of: snapshot)
        return GatewayRuntime(snapshot: snapshot, metrics: metrics, state: state) { upstream in
            guard let client = clients[upstream.name] else {
                preconditionFailure("every upstream of a snapshot has a client")
            }
            return client
        }
    }

    /// What children that are left over get between the polite signal and the last one.
    private static let childStopTime: Duration = .seconds(2)

    /// As the first process of a container we are given the orphans of strangers too (`docker exec`), and must not end them.
    private static func childProcesses(
        _ limits: GatewayLimits, lane: BlockingLane
    ) throws(StartError) -> ChildProcesses {
        do throws(ReactorError) {
            return try ChildProcesses(lane: lane, runningMax: limits.processes, isOnlyParent: getpid() != 1)
        } catch {
            throw StartError(reason: "processes of upstreams cannot be looked after: \(error.reason)")
        }
    }

    private static func sealing(_ keys: SealingKeys, loops: Int) throws(StartError) -> SealedStates {
        do throws(CryptographyError) {
            return try SealedStates(keys, loops: loops)
        } catch {
            throw StartError(reason: error.sentence)
        }
    }

    private static func sessions(
        _ data: DataFolder, _ limits: GatewayLimits, log: Log
    ) async throws(StartError) -> KeptSessions {
        let sessions = KeptSessions(store: data.sessions, time: limits.sessionTime, log: log)
        do throws(SQLError) {
            try await sessions.load()
        } catch {
            throw StartError(reason: "the sessions of the last run cannot be read: \(error.sentence)")
        }
        return sessions
    }

    private static func serverContext(_ files: TLSFiles?) throws(StartError) -> TLSServerContext? {
        guard let files else { return nil }
        do throws(CryptographyError) {
            return try TLSServerContext(certificateFile: files.certificateFile, keyFile: files.keyFile)
        } catch {
            throw StartError(reason: error.sentence)
        }
    }
}
