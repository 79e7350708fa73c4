import Cryptography
import GatewayModel
import HTTPTransport
import Reactor
import Synchronization
import UpstreamClients

/// Makes the clients of upstreams, and keeps the connection pools of those that a new configuration still has.
///
/// A class, because pools live on across reloads. Used by the main task only; the lock makes that unnecessary to prove.
final class UpstreamWiring: Sendable {
    private let group: EventLoopGroup
    private let resolver: NameResolver
    private let apps: BuiltinApps
    private let origins = Mutex<[HTTPOriginAddress: HTTPOrigin]>([:])

    init(group: EventLoopGroup, resolver: NameResolver, apps: BuiltinApps) {
        self.group = group
        self.resolver = resolver
        self.apps = apps
    }

    /// The client of one upstream under a configuration's limits.
    func client(
        _ upstream: UpstreamDefinition, limits: GatewayLimits, tls: TLSClientContext?
    ) -> any UpstreamClient {
        switch upstream.kind {
        case .http(let http):
            HTTPUpstream(
                origin: origin(http.url, limits: limits, tls: tls), target: Array(http.url.target.utf8),
                answerBytesMax: limits.upstreamAnswerBytes, userAgent: "patchbay/\(PatchbayVersion.text)")
        case .stdio:
            preconditionFailure("the configuration knows no upstream of kind stdio yet")
        case .builtin(.kanban):
            BuiltinUpstream(app: apps.kanban(upstream: upstream.name.text, version: PatchbayVersion.text))
        case .builtin(let app):
            preconditionFailure("the configuration knows no built-in app \(app)")
        }
    }

    private func origin(_ url: HTTPURL, limits: GatewayLimits, tls: TLSClientContext?) -> HTTPOrigin {
        let host: String
        switch url.host {
        case .name(let name): host = name
        case .address(let address): host = address.description
        }
        let address = HTTPOriginAddress(host: host, port: url.port, usesTLS: url.scheme == .https)
        return origins.withLock { known in
            if let origin = known[address] { return origin }
            let origin = HTTPOrigin(
                address, group: group, resolver: resolver, tls: tls,
                settings: HTTPClientSettings(limits, loops: group.loops.count))
            known[address] = origin
            return origin
        }
    }
}
