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

    let state: GatewayState

    /// Joins a snapshot with the clients of its upstreams; `client` is asked once for each upstream that is new.
    package init(
        snapshot: GatewaySnapshot, metrics: GatewayMetrics, state: GatewayState,
        client: (UpstreamDefinition) -> any UpstreamClient
    ) {
        self.state = state
        self.snapshot = snapshot
        answerFields = AnswerFields()
        callNanoseconds = UInt64(snapshot.limits.callTime / .nanoseconds(1))
        callNanosecondsForChatGPT = UInt64(snapshot.limits.callTimeForChatGPT / .nanoseconds(1))
        let bytes = min(snapshot.limits.bodyBytes, JSONLimits.bytesMax)
        messageLimits = JSONLimits(depth: snapshot.limits.jsonDepth, bytes: bytes, stringBytes: bytes)
        servers = snapshot.servers.map { server in
            let upstreams = server.upstreams.compactMap { snapshot.upstream($0) }
            precondition(upstreams.count == server.upstreams.count, "a snapshot has every upstream that a server names")
            return ServedServer(
                definition: server,
                upstreams: upstreams.map { state.upstream($0, limits: snapshot.limits, client: client) },
                metrics: metrics.server(server.slug.text), challenges: ChallengeTexts(server, snapshot), state: state)
        }
        state.keepOnly(snapshot.upstreams, limits: snapshot.limits)
    }

    /// Whether a `Host` field means this gateway.
    package func isOwnHost(_ field: Span<UInt8>) -> Bool {
        snapshot.isOwnHost(field)
    }

    /// The position of the server that a request's path names.
    package func server(at head: borrowing RequestHead) -> Int? {
        MCPAddress.server(head, snapshot)
    }

    /// The position of the server whose HTTP+SSE address a request's path is.
    package func twoEndpointServer(at head: borrowing RequestHead) -> Int? {
        MCPAddress.twoEndpointServer(head, snapshot)
    }

    /// Lets go of what lies unused, when another runtime has taken over or the process ends.
    package func closeIdle() {
        for server in servers { for upstream in server.upstreams { upstream.client.closeIdle() } }
    }
}
