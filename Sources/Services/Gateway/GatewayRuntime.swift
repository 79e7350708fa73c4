package import GatewayModel
package import HTTPMessages
import JSONCoding
package import UpstreamClients

/// One snapshot made ready for calls: each server with its upstream and its metrics, found by position, not by name.
///
/// A class, so that a call holds the whole of it by one reference from start to end; it never changes.
package final class GatewayRuntime: Sendable {
    /// The configuration that calls of this runtime see.
    package let snapshot: GatewaySnapshot
    let servers: [ServedServer]
    let answerFields: AnswerFields
    /// The operator's time for a call of most clients, and of those that give up sooner.
    let callNanoseconds: UInt64
    let callNanosecondsForChatGPT: UInt64
    let messageLimits: JSONLimits

    /// Joins a snapshot with the clients of its upstreams; `client` is asked once for each server.
    package init(
        snapshot: GatewaySnapshot, metrics: GatewayMetrics, client: (UpstreamDefinition) -> any UpstreamClient
    ) {
        self.snapshot = snapshot
        answerFields = AnswerFields()
        callNanoseconds = UInt64(snapshot.limits.callTime / .nanoseconds(1))
        callNanosecondsForChatGPT = UInt64(snapshot.limits.callTimeForChatGPT / .nanoseconds(1))
        let bytes = min(snapshot.limits.bodyBytes, JSONLimits.bytesMax)
        messageLimits = JSONLimits(depth: snapshot.limits.jsonDepth, bytes: bytes, stringBytes: bytes)
        servers = snapshot.servers.compactMap { server in
            guard let name = server.upstreams.first, let upstream = snapshot.upstream(name) else { return nil }
            return ServedServer(
                definition: server, upstreamName: name.text, upstream: client(upstream),
                metrics: metrics.server(server.slug.text))
        }
        precondition(servers.count == snapshot.servers.count, "the configuration gives every server an upstream")
    }

    /// Whether a `Host` field means this gateway.
    package func isOwnHost(_ field: Span<UInt8>) -> Bool {
        snapshot.isOwnHost(field)
    }

    /// The position of the server that a request's path names.
    package func server(at head: borrowing RequestHead) -> Int? {
        MCPAddress.server(head, snapshot)
    }

    /// Lets go of what lies unused, when another runtime has taken over or the process ends.
    package func closeIdle() {
        for server in servers { server.upstream.closeIdle() }
    }
}

/// One virtual server as calls need it. A class, because calls hold it while they wait, and it has seven counted parts.
final class ServedServer: Sendable {
    let definition: VirtualServerDefinition
    let upstreamName: String
    let upstream: any UpstreamClient
    let metrics: ServerMetrics

    init(
        definition: VirtualServerDefinition, upstreamName: String, upstream: any UpstreamClient,
        metrics: ServerMetrics
    ) {
        self.definition = definition
        self.upstreamName = upstreamName
        self.upstream = upstream
        self.metrics = metrics
    }
}
