import Administration
import AuthorizationServer
import Connections
import Cryptography
import Gateway
import GatewayModel
import Glibc
import HTTPTransport
import JSONCoding
import People
import Reactor
import SQLDatabase
import Storage
import Telemetry
import WebUI

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
    private let snapshot: HeldSnapshot
    private let door: Door?
    private let people: PeopleService
    private let ended: EndedAccess
    private let control: HTTPServer?
    private let server: HTTPServer
    private let serverTLS: TLSServerContext?
    private let address: SocketAddress

    /// Opens everything and listens; what cannot be opened is said in one sentence.
    static func start(_ configuration: Configuration, log: Log) async throws(StartError) -> GatewayProcess {
        raiseDescriptorLimit()
        let databaseLane = BlockingLane(threads: 1, queueMax: 10_000)
        let lane = BlockingLane(threads: 2, queueMax: 10_000)
        let data = try await DataFolder.open(configuration.dataFolder, lane: databaseLane)
        let inventories = KeptInventories(store: data.stores.inventories, log: log)
        let group: EventLoopGroup
        do throws(ReactorError) {
            group = try EventLoopGroup(count: configuration.eventLoops ?? availableCores())
        } catch {
            throw StartError(reason: "the event loops cannot be made: \(error.reason)")
        }
        let serverTLS = try serverContext(configuration.tls)
        let children = try childProcesses(configuration.snapshot().limits, lane: lane)
        let metrics = Metrics()
        ProcessReadings.register(with: metrics)
        let gatewayMetrics = GatewayMetrics(metrics)
        // Pages and tokens say where we are, so a port that the kernel chooses is learned before they are made.
        let listen = try chosenAddress(configuration.listen)
        let snapshot = HeldSnapshot(configuration.snapshot(boundPort: listen.port == 0 ? nil : listen.port))
        let resolver = NameResolver(lane: lane)
        let ended = try await data.endedAccess()
        let people = try people(data, lane: lane, ended: ended)
        var door: Door?
        if snapshot.current.needsDoor {
            door = try await Door(
                Door.Parts(
                    stores: data.stores, people: people, ended: ended, keys: data.keys, group: group, lane: lane,
                    resolver: resolver, outbound: configuration.outbound, identity: configuration.identity,
                    snapshot: snapshot, log: log))
        }
        let upstreams = UpstreamWiring(
            group: group, children: children, resolver: resolver,
            apps: BuiltinApps(database: data.database, log: log),
            authoritiesFile: configuration.outbound.authoritiesFile, environment: ownEnvironment(),
            connections: door?.connections, log: log)
        await inventories.load(Set(configuration.snapshot().upstreams.map(\.name.text)))
        let state = GatewayState(
            log: log, sealing: try sealing(data.keys, loops: group.loops.count), inventories: inventories,
            sessions: try await sessions(data, configuration.snapshot().limits, log: log),
            admitting: door?.gate ?? NobodyAdmitted(), connectLinks: door?.connections ?? NoConnectLinks(),
            version: PatchbayVersion.text,
            seconds: { Int(Timestamp.now().seconds) })
        let first = try runtime(snapshot.current, upstreams, gatewayMetrics, state)
        let runtimes = CurrentRuntime(first, loops: group.loops.count)
        let frontDoor = FrontDoor(
            runtimes: runtimes, endpoint: MCPEndpoint(state: state), site: door?.site, metrics: metrics,
            isReady: { await data.isReady() })
        let server = HTTPServer(
            group: group, settings: HTTPServerSettings(first.snapshot.limits, loops: group.loops.count),
            tls: serverTLS, observer: ServerReport(log: log, metrics: metrics).observer,
            shortcut: { frontDoor.begin($0) }, handler: { await frontDoor.answer($0) })
        group.start()
        let address: SocketAddress
        do throws(ReactorError) {
            address = try await server.listen(listen)
        } catch {
            throw StartError(reason: "cannot listen on \(configuration.listen): \(error.reason)")
        }
        let parts = AdministrationParts(people: people, servers: { snapshot.current.servers })
        let control = await ControlSocket(dataFolder: configuration.dataFolder).listen(group: group, log: log) {
            await LocalAdministration.answer($0, $1, parts)
        }
        inventories.forget()
        return GatewayProcess(
            configuration: configuration, log: log, group: group, lane: lane, databaseLane: databaseLane, data: data,
            inventories: inventories, children: children, reaper: ChildReaper(children: children, lane: lane),
            upstreams: upstreams, metrics: metrics, gatewayMetrics: gatewayMetrics,
            state: state, runtimes: runtimes, snapshot: snapshot, door: door, people: people, ended: ended,
            control: control,
            server: server,
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

    /// The link that makes the first operator, where people sign in and there is nobody yet.
    func firstStartLink() async -> String? {
        guard door != nil, let link = try? await people.firstStartLink() else { return nil }
        return snapshot.current.publicURL.origin + link.exposed.text
    }

    /// What is due once an hour; ends with its task.
    func keepHouse() async {
        let loop = group.loops[0]
        while (try? await loop.sleep(nanoseconds: Self.houseNanoseconds)) != nil {
            do throws(StartError) {
                try await door?.tend()
            } catch {
                log.error("the keys that sign tokens could not be tended", ["reason": .string(error.reason)])
            }
            await data.prune(log: log)
        }
    }

    private static let houseNanoseconds: UInt64 = 3_600 * 1_000_000_000

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
            self.snapshot.replace(snapshot)
            ended.configurationChanged()
            upstreams.release()
            door?.connections.keep(only: Set(snapshot.upstreams.map(\.name)))
            log.info("the configuration was read again", ["servers": .integer(snapshot.servers.count)])
        } catch {
            log.error("the new configuration was not taken, the old one stays", ["reason": .string(error.reason)])
        }
    }

    /// Takes no more connections, lets calls end within the drain time, and closes everything.
    func stop() async {
        let snapshot = runtimes.current(on: group.loops[0]).snapshot
        await control?.shutDown(grace: .zero)
        if control != nil { unlink(ControlSocket(dataFolder: configuration.dataFolder).path) }
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

    /// The address with a port: where any free one is asked for, one that is free now.
    private static func chosenAddress(_ listen: ListenAddress) throws(StartError) -> SocketAddress {
        do throws(ReactorError) {
            let address = try listen.socketAddress()
            guard address.family != .unix, address.port == 0 else { return address }
            let descriptor = try Sockets.listen(address, sharesPort: false)
            defer { Sockets.close(descriptor) }
            return try Sockets.localAddress(of: descriptor)
        } catch {
            throw StartError(reason: "cannot listen on \(listen): \(error.reason)")
        }
    }

    private static func people(
        _ data: DataFolder, lane: BlockingLane, ended: EndedAccess
    ) throws(StartError) -> PeopleService {
        let now: @Sendable () -> Int = { Int(Timestamp.now().seconds) }
        let news = PeopleNews(
            userChanged: { ended.changed(user: $0, now: now()) }, ended: { ended.take($0) },
            userRemoved: { ended.take($0.ending) })
        do throws(CryptographyError) {
            return try PeopleService(
                stores: data.stores, lane: lane, keys: data.keys, news: news, now: DataFolder.now)
        } catch {
            throw StartError(reason: error.sentence)
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
        let sessions = KeptSessions(store: data.stores.sessions, time: limits.sessionTime, log: log)
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
