import Connections
import Cryptography
import GatewayModel
import HTTPTransport
import Reactor
import Synchronization
import Telemetry
import UpstreamClients

/// Makes the clients of upstreams, and keeps those that a new configuration still has: with them stay their connections,
/// sessions and processes, and what was found out about the upstream.
///
/// A class, because clients live on across reloads. Used by the main task only; the lock makes that unnecessary to prove.
///
/// Invariants:
/// 1. An upstream whose definition is unchanged keeps its client, made with the limits of its day.
/// 2. A client that nothing names any more is let go of after a new runtime has taken over; calls that use it end first.
final class UpstreamWiring: Sendable {
    private struct Wired {
        let kind: UpstreamKind
        let client: any UpstreamClient
        /// Ends what would outlive the client after its calls; for when nothing names it any more.
        var retire: @Sendable () -> Void = {}
        /// Ends it with its calls.
        var stop: @Sendable () async -> Void = {}
    }

    private struct State {
        var wired: [UpstreamName: Wired] = [:]
        /// Replaced or gone, and not yet let go of.
        var leaving: [Wired] = []
        var origins: [HTTPOriginAddress: HTTPOrigin] = [:]
        var tls: TLSClientContext?
    }

    private let group: EventLoopGroup
    private let children: ChildProcesses
    private let resolver: NameResolver
    private let apps: BuiltinApps
    private let authoritiesFile: String?
    private let environment: [String: String]
    private let connections: ConnectionService?
    private let log: Log
    private let state = Mutex(State())

    /// `authoritiesFile` holds more certificate authorities than the system's; `environment` is our own, of which programs see
    /// little; `connections` has what upstreams want to see, where there is a door.
    init(
        group: EventLoopGroup, children: ChildProcesses, resolver: NameResolver, apps: BuiltinApps,
        authoritiesFile: String?, environment: [String: String], connections: ConnectionService?, log: Log
    ) {
        self.connections = connections
        self.group = group
        self.children = children
        self.resolver = resolver
        self.apps = apps
        self.authoritiesFile = authoritiesFile
        self.environment = environment
        self.log = log
    }

    /// The clients of a snapshot's upstreams: kept ones where nothing changed, new ones elsewhere.
    func clients(of snapshot: GatewaySnapshot) throws(StartError) -> [UpstreamName: any UpstreamClient] {
        let outcome = state.withLock { state in
            Result { () throws(StartError) in try clients(of: snapshot, &state) }
        }
        return try outcome.get()
    }

    /// Lets go of clients that the last snapshot does not name; for when its runtime has taken over.
    func release() {
        let leaving = state.withLock { state in
            let leaving = state.leaving
            state.leaving = []
            let used = Set(state.wired.values.compactMap { $0.kind.address })
            state.origins = state.origins.filter { used.contains($0.key) }
            return leaving
        }
        for wired in leaving {
            wired.client.closeIdle()
            wired.retire()
        }
    }

    /// Ends everything that would outlive the process or hold it up.
    func stop() async {
        let wired = state.withLock { $0.wired.values + $0.leaving }
        await withTaskGroup { group in
            for wired in wired {
                wired.client.closeIdle()
                group.addTask { await wired.stop() }
            }
        }
    }

    private func clients(
        of snapshot: GatewaySnapshot, _ state: inout State
    ) throws(StartError) -> [UpstreamName: any UpstreamClient] {
        // Before anything changes, because it can fail.
        if snapshot.upstreams.contains(where: { $0.kind.needsTLS }) { try openTLS(&state) }
        var next: [UpstreamName: Wired] = [:]
        next.reserveCapacity(snapshot.upstreams.count)
        for upstream in snapshot.upstreams {
            if let known = state.wired[upstream.name], known.kind == upstream.kind {
                next[upstream.name] = known
            } else {
                next[upstream.name] = wire(upstream, snapshot.limits, &state)
            }
        }
        for (name, wired) in state.wired where next[name]?.kind != wired.kind { state.leaving.append(wired) }
        state.wired = next
        return next.mapValues(\.client)
    }

    private func wire(_ upstream: UpstreamDefinition, _ limits: GatewayLimits, _ state: inout State) -> Wired {
        let kind = upstream.kind
        switch kind {
        case .http(let remote):
            let client = HTTPUpstream(
                origin: origin(remote.url, limits, &state), target: Array(remote.url.target.utf8),
                userAgent: OwnName.userAgent, credentials: credentials(upstream, remote),
                settings: UpstreamSettings(limits))
            return Wired(kind: kind, client: client)
        case .sse(let remote):
            let client = SSEUpstream(
                origin: origin(remote.url, limits, &state), target: Array(remote.url.target.utf8),
                userAgent: OwnName.userAgent, credentials: credentials(upstream, remote),
                settings: UpstreamSettings(limits))
            return Wired(kind: kind, client: client)
        case .stdio(let program):
            let client = StdioUpstream(
                name: upstream.name.text, definition: program, settings: StdioSettings(limits), children: children,
                surroundings: environment, ownInfo: OwnName.info, log: log)
            return Wired(kind: kind, client: client, retire: { client.retire() }, stop: { await client.stop() })
        case .builtin(.kanban):
            let app = apps.kanban(upstream: upstream.name.text, version: PatchbayVersion.text)
            return Wired(kind: kind, client: BuiltinUpstream(app: app))
        case .builtin(let app):
            preconditionFailure("the configuration knows no built-in app \(app)")
        }
    }

    /// A key needs no door; connections do, and a configuration with one has a door.
    private func credentials(
        _ upstream: UpstreamDefinition, _ remote: HTTPUpstreamDefinition
    ) -> (any UpstreamCredentials)? {
        if case .key(let key) = remote.auth { return KeyCredentials(key) }
        return connections?.credentials(for: upstream)
    }

    private func origin(_ url: HTTPURL, _ limits: GatewayLimits, _ state: inout State) -> HTTPOrigin {
        let address = url.originAddress
        if let origin = state.origins[address] { return origin }
        let origin = HTTPOrigin(
            address, group: group, resolver: resolver, tls: state.tls,
            settings: HTTPClientSettings(limits, loops: group.loops.count))
        state.origins[address] = origin
        return origin
    }

    /// Loading the system's authorities takes milliseconds and memory, so it is done once, and only when an upstream needs it.
    private func openTLS(_ state: inout State) throws(StartError) {
        guard state.tls == nil else { return }
        do throws(CryptographyError) {
            state.tls = try TLSClientContext(additionalAuthoritiesFile: authoritiesFile)
        } catch {
            throw StartError(reason: error.sentence)
        }
    }
}

extension UpstreamKind {
    fileprivate var url: HTTPURL? {
        switch self {
        case .http(let remote), .sse(let remote): remote.url
        case .stdio, .builtin: nil
        }
    }

    fileprivate var needsTLS: Bool { url?.scheme == .https }

    fileprivate var address: HTTPOriginAddress? { url?.originAddress }
}

extension HTTPURL {
    /// The part that connections are kept by.
    var originAddress: HTTPOriginAddress {
        switch host {
        case .name(let name): HTTPOriginAddress(host: name, port: port, usesTLS: scheme == .https)
        case .address(let address):
            HTTPOriginAddress(host: address.description, port: port, usesTLS: scheme == .https)
        }
    }
}
